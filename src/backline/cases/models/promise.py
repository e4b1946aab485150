"""What the customer was told, by when."""

from __future__ import annotations

from django.db import models

from backline.cases.models.case import Case


class PromiseRow(models.Model):
    """One promise of a case. Kept and broken are said once and stay."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="promises", db_index=False)
    name = models.CharField(max_length=100)
    state = models.CharField(max_length=8)
    """waiting, running, paused, at risk, kept, broken"""
    after = models.CharField(max_length=100, blank=True, default="")
    """What the clock waits for, while it has not started"""
    starts_at = models.DateTimeField(null=True, blank=True)
    due = models.DateTimeField(null=True, blank=True)
    paused_since = models.DateTimeField(null=True, blank=True)
    kept_at = models.DateTimeField(null=True, blank=True)
    broken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "name"], name="promise_once")]
        indexes = [models.Index(fields=["state", "due"], name="promise_state_due")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.name}"
