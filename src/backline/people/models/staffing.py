"""Who works here, in which teams, with which skills and duties, and who stands in."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Team(models.Model):
    """People who share a work list."""

    key = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    calendar = models.CharField(max_length=64, blank=True, default="")
    """The key of the calendar by which this team works; the organisation's own where empty"""

    def __str__(self) -> str:
        return self.name


class Staff(models.Model):
    """A colleague behind the counter."""

    name = models.CharField(max_length=120)
    language = models.CharField(max_length=10, blank=True, default="")
    teams: models.ManyToManyField[Team, Membership] = models.ManyToManyField(
        Team, through="Membership", related_name="staff"
    )
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A colleague is in a team, perhaps as its leader."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    leads = models.BooleanField(default=False)
    level = models.CharField(max_length=40, blank=True, default="")
    """How far their authority reaches in this team: ``2`` or ``5000 EUR``; empty for work that needs none"""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "team"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.staff_id} in {self.team_id}"


class Skill(models.Model):
    """What a colleague is able and allowed to judge, in the words of the case types."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="skills")
    key = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "key"], name="skill_once")]

    def __str__(self) -> str:
        return self.key


class Duty(models.Model):
    """What a colleague may do beyond a team's work."""

    class Kind(models.TextChoices):
        ADMINISTRATOR = "administrator", _("administrator")
        ANALYST = "analyst", _("analyst")
        AUDITOR = "auditor", _("auditor")
        WORKER = "worker", _("worker")

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="duties")
    key = models.CharField(max_length=20, choices=Kind.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "key"], name="duty_once")]

    def __str__(self) -> str:
        return self.key


class Absence(models.Model):
    """A colleague is away, and somebody may stand in for them."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="absences")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    """The first instant at which the colleague is back"""
    stand_in = models.ForeignKey(Staff, on_delete=models.SET_NULL, null=True, blank=True, related_name="stands_in")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="absence_has_length"),
        ]
        indexes = [models.Index(fields=["stand_in", "ends_at"], name="absence_stand_in")]

    def __str__(self) -> str:
        return f"{self.staff_id} away from {self.starts_at} to {self.ends_at}"
