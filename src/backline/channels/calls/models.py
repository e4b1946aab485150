"""A call, as the telephone system tells it and a colleague takes it."""

from __future__ import annotations

from django.db import models

from backline.cases.models import Case
from backline.people.models import Party, Staff


class Call(models.Model):
    """One call. Its number says who it may be; who it is, a colleague finds out."""

    class State(models.TextChoices):
        RINGING = "ringing"
        ANSWERED = "answered"
        ENDED = "ended"

    source = models.CharField(max_length=60)
    """The telephone system, as the settings name it"""
    call_id = models.CharField(max_length=200)
    """That system's own: its recording and its transcript come under it"""
    number = models.CharField(max_length=40, blank=True, default="")
    """As the network gives it, empty where it is withheld"""
    name = models.CharField(max_length=200, blank=True, default="")
    staff = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.PROTECT, related_name="calls")
    """At whose telephone it rings; nobody's while it waits in a queue"""
    state = models.CharField(max_length=10, choices=State, default=State.RINGING)
    began_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    """When its page was opened: it is announced no more"""
    party = models.ForeignKey(Party, null=True, blank=True, on_delete=models.PROTECT, related_name="calls")
    """Who it is, as the colleague found"""
    checked: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    """What they were asked and knew: names of check questions"""
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="calls")
    """What it was about, once that was noted"""
    recording = models.CharField(max_length=500, blank=True, default="")
    """Where the telephone system keeps it, in its own words; nobody here fetches it"""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "call_id"], name="one_row_a_call")]
        indexes = [models.Index(fields=["staff", "state"], name="call_at_hand")]

    def __str__(self) -> str:
        return f"{self.state} {self.number} {self.call_id}"
