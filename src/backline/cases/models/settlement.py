"""What a colleague means to do about an effect that went wrong, while a second one has to agree."""

from __future__ import annotations

from typing import Any

from django.db import models

from backline.cases.models.effect import Effect


class Settlement(models.Model):
    """One proposal. It is carried out by whoever confirms it, or declined."""

    effect = models.ForeignKey(Effect, on_delete=models.CASCADE, related_name="settlements")
    how = models.CharField(max_length=12)
    """retry, by hand, give up, take back"""
    reason = models.CharField(max_length=500, blank=True, default="")
    evidence = models.CharField(max_length=500, blank=True, default="")
    document = models.PositiveBigIntegerField(null=True, blank=True)
    """The document that shows it"""
    gives: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    proposed_by = models.CharField(max_length=64)
    proposed_name = models.CharField(max_length=200, blank=True, default="")
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="proposed")
    """proposed, confirmed, declined"""
    decided_by = models.CharField(max_length=64, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["effect"], condition=models.Q(state="proposed"), name="settlement_one_proposed"
            )
        ]

    def __str__(self) -> str:
        return f"{self.effect_id} {self.how}"
