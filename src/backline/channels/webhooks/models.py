"""What was noticed of systems, who wants to be told, and what was told."""

from __future__ import annotations

from typing import Any

from django.db import models


class Notice(models.Model):
    """Something changed in a system, as it said itself or as we found. Only a reason to look: what it says is not
    believed."""

    system = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    """The sender's name for it, or the place in a list of changes: the same comes only once"""
    source = models.CharField(max_length=60)
    """``webhook``, or the name of the list"""
    event = models.CharField(max_length=120, blank=True, default="")
    arguments: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    match = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField(db_index=True)
    state = models.CharField(max_length=10, default="waiting")
    """waiting, looked, unknown (the file does not know such an event), failed"""
    attempts = models.PositiveIntegerField(default=0)
    detail = models.CharField(max_length=300, blank=True, default="")
    woken = models.PositiveIntegerField(default=0)
    """How many cases it told something"""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "key"], name="notice_once")]

    def __str__(self) -> str:
        return f"{self.system} {self.event} {self.key}"


class ChangeCursor(models.Model):
    """How far a list of changes was read."""

    system = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    cursor = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "name"], name="change_cursor_once")]

    def __str__(self) -> str:
        return f"{self.system} {self.name} {self.cursor}"


class Subscription(models.Model):
    """A program wants to be told. Its secret is not stored: it is worked out from our own key."""

    owner = models.CharField(max_length=64)
    """The actor who subscribed: a token, a colleague"""
    url = models.CharField(max_length=1000)
    events: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    """``case.ended`` ...; empty for all"""
    salt = models.CharField(max_length=32)
    generation = models.PositiveIntegerField(default=1)
    """Counts the changes of the secret"""
    changed_at = models.DateTimeField(null=True, blank=True)
    """When the secret changed; for a day after it both sign"""
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=300, blank=True, default="")

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One event for one subscription, and how far it came."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    entry = models.CharField(max_length=40)
    """The entry of the timeline that it tells: ``REFERENCE/NUMBER``"""
    type = models.CharField(max_length=60)
    subject = models.CharField(max_length=64)
    body: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default="queued", db_index=True)
    """queued, delivered, failed"""
    attempts = models.PositiveIntegerField(default=0)
    status = models.PositiveIntegerField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True, default="")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "entry"], name="delivery_once")]

    def __str__(self) -> str:
        return f"{self.type} {self.subject}"
