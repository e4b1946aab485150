"""Who has a case open just now."""

from __future__ import annotations

from django.db import models

from backline.cases.models.case import Case


class Presence(models.Model):
    """An actor had the case open at that time. Not part of the timeline."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="present", db_index=False)
    actor = models.CharField(max_length=64)
    name = models.CharField(max_length=200, blank=True, default="")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "actor"], name="presence_once")]

    def __str__(self) -> str:
        return f"{self.actor} at {self.case_id}"
