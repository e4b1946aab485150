"""What the portal itself keeps: drafts before they are sent, and forms that were sent already."""

from __future__ import annotations

from typing import Any

from django.db import models

from backline.people.models import Party


class Draft(models.Model):
    """A request that somebody has begun and not yet sent. Nothing in it is a fact."""

    key = models.CharField(max_length=32, unique=True)
    """What its addresses carry; it opens nothing without the session or a signed link"""
    type_key = models.CharField(max_length=100)
    party = models.ForeignKey(Party, null=True, blank=True, on_delete=models.CASCADE, related_name="drafts")
    """Who has begun it, where they are signed in"""
    giver = models.ForeignKey(Party, null=True, blank=True, on_delete=models.CASCADE, related_name="drafts_for")
    """For whom, where somebody acts for another"""
    visitor = models.ForeignKey(Party, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    """The party made of a visitor when the draft was sent"""
    answers: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    """What was typed, by fact, as it was typed"""
    language = models.CharField(max_length=10)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    sent_to: models.JSONField[list[str], list[str]] = models.JSONField(default=list, db_default=[])
    """The addresses to which links were sent, in their order"""
    links_sent = models.PositiveSmallIntegerField(default=0)
    case = models.CharField(max_length=16, blank=True, default="")
    """The request that came of it"""

    class Meta:
        indexes = [models.Index(fields=["party", "-updated_at"], name="draft_party")]

    def __str__(self) -> str:
        return f"{self.type_key} {self.key}"


class SentForm(models.Model):
    """A form that was carried out: sending it again changes nothing and leads to the same place."""

    token = models.CharField(max_length=64, unique=True)
    place = models.CharField(max_length=300)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.token
