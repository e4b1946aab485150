"""Read models: made of what cases tell, and made again at any time. And what was told of promises in doubt."""

from __future__ import annotations

from typing import Any

from django.db import models

from backline.cases.models import Case, Want


class Learnt(models.Model):
    """What past cases of a type say of its promises."""

    type_key = models.CharField(max_length=100)
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    cases = models.PositiveIntegerField()
    content: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    """See ``promises.learning``"""

    class Meta:
        indexes = [models.Index(fields=["type_key", "-at"], name="learnt_latest")]

    def __str__(self) -> str:
        return f"{self.type_key} at {self.at:%Y-%m-%d %H:%M}"


class Forecast(models.Model):
    """By when an open case will have what it was promised."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="forecasts", db_index=False)
    promise = models.CharField(max_length=100)
    likely_at = models.DateTimeField()
    """In half of alike cases it is there by then"""
    sure_at = models.DateTimeField()
    """In nine of ten"""
    keeps = models.FloatField(null=True, blank=True)
    """How likely it is there by the due time; None where none is known"""
    alike = models.PositiveIntegerField()
    """Of so many alike cases"""
    level = models.PositiveSmallIntegerField()
    """How alike, 0 the most"""
    case_version = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "promise"], name="forecast_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.promise}"


class Doubt(models.Model):
    """A promise is made that is not kept often enough now: from when to when, and whom that was told."""

    type_key = models.CharField(max_length=100)
    promise = models.CharField(max_length=100)
    owner = models.CharField(max_length=64, blank=True, default="")
    """The team that answers for it"""
    since = models.DateTimeField()
    over_at = models.DateTimeField(null=True, blank=True)
    level = models.FloatField()
    share = models.FloatField()
    cases = models.PositiveIntegerField()
    instead: models.JSONField[list[Any] | None, list[Any] | None] = models.JSONField(null=True, blank=True)
    """The time that is kept at this level: amount, unit, business"""
    reason: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(null=True, blank=True)
    """The first bottleneck"""
    seen_by = models.CharField(max_length=64, blank=True, default="")
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["type_key", "promise"], condition=models.Q(over_at__isnull=True), name="doubt_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.type_key} {self.promise}"


class Shadow(models.Model):
    """A learnt table that speaks beside the people, unheard: since when, and what it says."""

    type_key = models.CharField(max_length=100)
    fact = models.CharField(max_length=100)
    table: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list)
    """The rows, as ``judging.shadowing`` keeps them"""
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=64)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["type_key", "fact"], condition=models.Q(ended_at__isnull=True), name="shadow_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.type_key} {self.fact}"


class Shadowed(models.Model):
    """What a table said of one task, and what the colleague said."""

    shadow = models.ForeignKey(Shadow, on_delete=models.CASCADE, related_name="shadowed", db_index=False)
    want = models.ForeignKey(Want, on_delete=models.CASCADE, related_name="+")
    said = models.CharField(max_length=100, blank=True, default="")
    """Empty where no row matches: it would have asked a person"""
    person = models.CharField(max_length=100, blank=True, default="")
    """Empty until the person has answered"""
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shadow", "want"], name="shadowed_once")]

    def __str__(self) -> str:
        return f"{self.shadow_id} of {self.want_id}"
