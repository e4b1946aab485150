"""The timeline: what happened, append-only and chained; the payloads lie apart."""

from __future__ import annotations

from typing import Any

from django.db import models

from backline.cases.models.case import Case


class Entry(models.Model):
    """One thing that happened. Each row holds the hash of the one before; ``digest`` stands for the payload."""

    pk = models.CompositePrimaryKey("case_id", "sequence")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="entries", db_index=False)
    sequence = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    """The version of the case that was written with it"""
    kind = models.CharField(max_length=24)
    """``opened``, ``asserted``, ``wanted`` ...: see ``happenings``"""
    actor = models.CharField(max_length=64)
    channel = models.CharField(max_length=20, blank=True, default="")
    at = models.DateTimeField()
    """When it was written down"""
    holds_from = models.DateTimeField()
    """The time that it is about"""
    digest = models.CharField(max_length=64)
    """SHA-256 of salt and payload"""
    chain = models.CharField(max_length=64)
    """SHA-256 over the hash before and this row"""

    def __str__(self) -> str:
        return f"{self.case_id}/{self.sequence} {self.kind}"


class EntryPayload(models.Model):
    """What an entry says. It can be erased; the chain holds without it."""

    pk = models.CompositePrimaryKey("case_id", "sequence")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="payloads", db_index=False)
    sequence = models.PositiveIntegerField()
    salt = models.CharField(max_length=32, blank=True, default="")
    data: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    erased_at = models.DateTimeField(null=True, blank=True)
    erased_by = models.CharField(max_length=64, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.case_id}/{self.sequence}"
