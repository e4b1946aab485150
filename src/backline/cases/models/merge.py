"""Two parties who turned out to be one."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from backline.people.models import Party


class Merge(models.Model):
    """Who was taken for whom, by whom, why, and exactly what moved; undone, it all went back."""

    kept = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="merges")
    gone = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="merged_into")
    """Its row stays, so that what was said of it can be read and the merge undone"""
    by = models.CharField(max_length=64)
    by_name = models.CharField(max_length=200, blank=True, default="")
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    moved: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=64, blank=True, default="")
    undone_reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gone"], condition=Q(undone_at__isnull=True), name="merge_gone_once"),
            models.CheckConstraint(condition=~Q(kept=F("gone")), name="merge_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} is {self.kept_id}"
