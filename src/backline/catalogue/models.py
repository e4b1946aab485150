"""What the catalogue stores: published versions of case types. A row is written once and never changed."""

from __future__ import annotations

from django.db import models


class Version(models.Model):
    """One published version of a case type, with all the files that it was read from."""

    key = models.CharField(max_length=80)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    owner = models.CharField(max_length=80)
    files = models.JSONField()
    """Path -> content; what stood around the folder begins with ``../``"""
    digest = models.CharField(max_length=64)
    """SHA-256 over the files"""
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=80)
    """An actor's id"""
    note = models.TextField(blank=True)
    verdict = models.JSONField(null=True)
    """What the promise guard found, and who published against it and why"""

    class Meta:
        ordering = ["key", "-number"]
        constraints = [models.UniqueConstraint(fields=["key", "number"], name="catalogue_version_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.number}"


class DraftSave(models.Model):
    """One file of a draft as somebody saved it, or that it is gone. Written once and never changed."""

    key = models.CharField(max_length=80)
    path = models.CharField(max_length=200)
    """Empty where the whole draft was begun, or taken away"""
    text = models.TextField()
    gone = models.BooleanField(db_default=False, default=False)
    saved_by = models.CharField(max_length=80)
    """An actor's id"""
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["-saved_at", "-pk"]
        indexes = [models.Index(fields=["key", "-saved_at"], name="catalogue_draft_saves")]

    def __str__(self) -> str:
        return f"{self.key}/{self.path}"
