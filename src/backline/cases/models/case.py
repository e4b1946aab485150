"""One request from its opening to its end, who takes part in it, and how it is found."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backline.people.models import Party


class Case(models.Model):
    """One request. ``snapshot`` is all that an evaluation reads of it, as the timeline tells it."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        STUCK = "stuck", _("stuck")
        ENDED = "ended", _("ended")
        GONE = "gone", _("destroyed")

    reference = models.CharField(max_length=16, unique=True)
    """What a person reads out: ``HW-4F7K-29``"""
    type_key = models.CharField(max_length=100)
    type_version = models.PositiveIntegerField()
    service = models.CharField(max_length=64, blank=True, default="")
    """The word by which mandates cover this kind of case, where it is not the type itself"""
    owner = models.CharField(max_length=64, blank=True, default="")
    """The key of the team that answers for it"""
    channel = models.CharField(max_length=20)
    """Where it began"""
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    outcome = models.CharField(max_length=100, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    """Counts the commits: two writers of one version cannot both win"""
    sequence = models.PositiveIntegerField(default=0)
    """The number of the last entry of the timeline"""
    chain = models.CharField(max_length=64, default="")
    """The hash of the last entry of the timeline"""
    snapshot: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    once = models.CharField(max_length=64, null=True, blank=True)
    """What names the opening, so that a form sent twice opens one case"""
    sameness = models.CharField(max_length=64, blank=True, default="")
    """A digest of what makes two requests the same, where the type says so"""
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """The case in which this one goes on, since both were the same request"""
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    wake_at = models.DateTimeField(null=True, blank=True)
    """The first instant at which the answer can change by itself"""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["once"], condition=Q(once__isnull=False), name="case_once")]
        indexes = [
            models.Index(fields=["type_key"], condition=~Q(state="ended"), name="case_type_open"),
            models.Index(fields=["owner", "opened_at"], name="case_owner_opened"),
            models.Index(fields=["sameness"], condition=~Q(sameness=""), name="case_sameness"),
            models.Index(fields=["opened_at"], name="case_opened"),
            models.Index(fields=["type_key", "opened_at"], name="case_type_opened"),
            models.Index(fields=["opened_at"], condition=Q(ended_at=None), name="case_not_ended"),
            models.Index(
                fields=["type_key", "state", "ended_at"], condition=Q(ended_at__isnull=False), name="case_type_ended"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class CaseParty(models.Model):
    """A party takes part in a case in a role, from one instant and perhaps until another."""

    pk = models.CompositePrimaryKey("case_id", "role", "party_id", "since")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="participations", db_index=False)
    role = models.CharField(max_length=64)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="participations", db_index=False)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["party", "until"], name="case_party_party")]

    def __str__(self) -> str:
        return f"{self.role} of {self.case_id}"


class CaseLink(models.Model):
    """One case came of another, or a person said that they belong together."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links", db_index=False)
    other = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="linked_from")
    kind = models.CharField(max_length=20, default="related")
    """``opened`` (case opened other) or ``related``"""
    by = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "other", "kind"], name="case_link_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.other_id}"


class Closure(models.Model):
    """A case ended. What opened it again is told in the same row."""

    pk = models.CompositePrimaryKey("case_id", "sequence")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="closures", db_index=False)
    sequence = models.PositiveIntegerField()
    """How far the timeline had come with it"""
    outcome = models.CharField(max_length=100)
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopened_by = models.CharField(max_length=64, blank=True, default="")
    reason = models.CharField(max_length=300, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.case_id} ended: {self.outcome}"


class Searchable(models.Model):
    """A fact by which cases are found, as it is compared: lower case, without spaces and dashes."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="searchables", db_index=False)
    fact = models.CharField(max_length=100)
    item = models.CharField(max_length=120, blank=True, default="")
    value = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "fact", "item"], name="searchable_once")]
        indexes = [models.Index(fields=["value", "fact"], name="searchable_value")]

    def __str__(self) -> str:
        return f"{self.fact}={self.value}"
