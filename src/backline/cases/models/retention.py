"""What is held, and what was destroyed."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from backline.cases.models.case import Case


class Hold(models.Model):
    """Somebody ordered that a case be kept, whatever its retention says: a dispute, an inquiry."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=300)
    by = models.CharField(max_length=64)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.case_id}: {self.reason}"


class HoldRelease(models.Model):
    """The order ended."""

    hold = models.OneToOneField(Hold, on_delete=models.CASCADE, related_name="release")
    reason = models.CharField(max_length=300)
    by = models.CharField(max_length=64)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.hold_id}: {self.reason}"


class Destruction(models.Model):
    """The certificate: when, by whom and why it was destroyed what a case held. It names nobody whom that was about."""

    class Ground(models.TextChoices):
        RETENTION = "retention", _("its time was over")
        REQUEST = "request", _("the person asked for it")

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="destruction")
    ground = models.CharField(max_length=10, choices=Ground)
    reason = models.CharField(max_length=300, blank=True, default="")
    kept_until = models.DateField(null=True, blank=True)
    entries = models.PositiveIntegerField()
    """How many entries of the timeline say nothing any more"""
    chain = models.CharField(max_length=64)
    """The hash of the last of them: what was destroyed can't be exchanged for something else later"""
    documents: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(default=list)
    """``{"sha256", "kind", "shared"}`` each; one that lies in another case too is ``shared``, and stays there"""
    by = models.CharField(max_length=64)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.case_id} at {self.at:%Y-%m-%d}"
