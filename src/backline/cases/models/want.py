"""What a case waits for, whoever has to answer."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from backline.cases.models.case import Case


class Want(models.Model):
    """The case needs something from somebody, since then, until then."""

    class Kind(models.TextChoices):
        ASK = "ask", _("question")
        WORK = "work", _("task")
        EVENT = "event", _("event")
        SETTLE = "settle", _("disagreement")
        EXCEPTION = "exception", _("exception")
        FREE = "free", _("free task")
        QUESTION = "question", _("question of a worker")
        COLLEAGUE = "colleague", _("question to a colleague")

    class Closed(models.TextChoices):
        ANSWERED = "answered", _("answered")
        MOOT = "moot", _("no longer needed")
        SILENCE = "silence", _("no answer in time")
        CANCELLED = "cancelled", _("cancelled")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="wants", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    fact = models.CharField(max_length=100, blank=True, default="")
    """Empty for what no model foresaw; the action for an exception"""
    item = models.CharField(max_length=120, blank=True, default="")
    source = models.CharField(max_length=24, blank=True, default="")
    """The kind of source with its position: ``work``, ``ask#1``"""
    who = models.CharField(max_length=100, blank=True, default="")
    """A role (question), a team (task), an event's name"""
    team = models.CharField(max_length=64, blank=True, default="")
    skill = models.CharField(max_length=64, blank=True, default="")
    level = models.CharField(max_length=64, blank=True, default="")
    title = models.CharField(max_length=300, blank=True, default="")
    """In the words of the worker who added it; the fact's own label otherwise"""
    detail = models.TextField(blank=True, default="")
    shows: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    basis: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(null=True, blank=True)
    """What the answer is about, encoded; None where it is about nothing else"""
    not_by: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    """Actors who may not answer"""
    conflict: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    """The assertions between which a person has to settle"""
    match = models.CharField(max_length=200, blank=True, default="")
    """The value by which an incoming event finds this want"""
    optional = models.BooleanField(default=False)
    asked_by = models.CharField(max_length=64, blank=True, default="")
    """The actor who added it; empty for what the case type wants"""
    since = models.DateTimeField()
    due = models.DateTimeField(null=True, blank=True)
    remind: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    """Instants at which the one who is asked is reminded, those still to come"""
    reminded = models.PositiveSmallIntegerField(default=0)
    taken_by = models.CharField(max_length=64, blank=True, default="")
    taken_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=64, blank=True, default="")
    closed = models.CharField(max_length=10, choices=Closed.choices, blank=True, default="")
    answer: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(null=True, blank=True)
    """Of what no model foresaw: what was said, as ``{"text": ...}``"""

    class Meta:
        indexes = [
            models.Index(fields=["case"], name="want_of_case"),
            models.Index(fields=["team", "due"], condition=models.Q(closed_at__isnull=True), name="want_open"),
            models.Index(fields=["who", "match"], condition=models.Q(kind="event"), name="want_event"),
            models.Index(
                fields=["closed_by", "closed_at"], condition=models.Q(closed_at__isnull=False), name="want_closed_by"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.fact or self.title}"


class Handover(models.Model):
    """Somebody passed a task on, with what the next one has to know."""

    want = models.ForeignKey(Want, on_delete=models.CASCADE, related_name="handovers")
    from_actor = models.CharField(max_length=64)
    to_team = models.CharField(max_length=64, blank=True, default="")
    to_actor = models.CharField(max_length=64, blank=True, default="")
    context = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.want_id} from {self.from_actor}"
