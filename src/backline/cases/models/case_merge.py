"""Two cases that turned out to be one request."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from backline.cases.models.case import Case


class CaseMerge(models.Model):
    """Which case goes on in which, by whom, why, and what moved; undone, it all went back."""

    kept = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="case_merges")
    gone = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="merged_as")
    by = models.CharField(max_length=64)
    by_name = models.CharField(max_length=200, blank=True, default="")
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    moved: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=64, blank=True, default="")
    undone_by_name = models.CharField(max_length=200, blank=True, default="")
    undone_reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gone"], condition=Q(undone_at__isnull=True), name="case_merge_gone_once"),
            models.CheckConstraint(condition=~Q(kept=F("gone")), name="case_merge_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} goes on in {self.kept_id}"
