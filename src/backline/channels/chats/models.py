"""A chat and what was said in it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from backline.cases.models import Case, Want
from backline.documents.models import Document
from backline.people.models import Party


class Chat(models.Model):
    """A conversation on the portal: about a request, or of a visitor who has none."""

    key = models.CharField(max_length=64, unique=True)
    """Known to the visitor's browser alone"""
    team = models.CharField(max_length=64)
    """Whose work it is"""
    name = models.CharField(max_length=120)
    email = models.CharField(max_length=254, blank=True, default="")
    proven_at = models.DateTimeField(null=True, blank=True)
    """When the address was shown to be theirs; before, nothing is sent to it but that question"""
    language = models.CharField(max_length=10, blank=True, default="")
    party = models.ForeignKey(Party, null=True, blank=True, on_delete=models.PROTECT, related_name="chats")
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="chats")
    taken_by = models.CharField(max_length=64, blank=True, default="")
    taken_name = models.CharField(max_length=120, blank=True, default="")
    handed_over = models.CharField(max_length=500, blank=True, default="")
    """What the colleague who had it before wrote for the next one"""
    began_at = models.DateTimeField()
    said_at = models.DateTimeField()
    """When anything was said last"""
    waits_since = models.DateTimeField(null=True, blank=True)
    """Since when the customer waits for an answer; empty while it is their turn"""
    seen_at = models.DateTimeField()
    """When the customer was last here"""
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["team", "waits_since"], condition=Q(ended_at=None), name="chat_open")]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "party"], condition=Q(ended_at=None, case__isnull=False), name="one_chat_a_request"
            )
        ]

    def __str__(self) -> str:
        return f"chat of {self.name}"


class ChatLine(models.Model):
    """One thing that was said."""

    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="lines")
    mine = models.BooleanField(default=False)
    """By the customer"""
    by = models.CharField(max_length=64, blank=True, default="")
    by_name = models.CharField(max_length=120, blank=True, default="")
    text = models.TextField(blank=True, default="")
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="chat_lines")
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    """When the customer's page showed an answer"""
    mailed_at = models.DateTimeField(null=True, blank=True)
    task = models.ForeignKey(Want, null=True, blank=True, on_delete=models.SET_NULL, related_name="chat_lines")
    """The task that an answer of ours closes"""

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.by_name}: {self.text[:40]}"
