"""Persons and organisations that requests are about, and what they are known by."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Party(models.Model):
    """A person or an organisation outside the counter; a colleague who asks for something is one too."""

    class Kind(models.TextChoices):
        PERSON = "person", _("person")
        ORGANISATION = "organisation", _("organisation")

    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.PERSON)
    name = models.CharField(max_length=200, blank=True, default="")
    birth_date = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=10, blank=True, default="")
    time_zone = models.CharField(max_length=64, blank=True, default="")
    details: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    """What else is known: plain data, by name"""
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["name"], name="party_name")]

    def __str__(self) -> str:
        return self.name or f"party:{self.pk}"


class Identifier(models.Model):
    """What a party is known by: an e-mail address, a phone number, or a number in a system of record.

    Several parties may claim one; only one can have it verified.
    """

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="identifiers")
    kind = models.CharField(max_length=64)
    """``email``, ``phone``, or the name of a system of record"""
    value = models.CharField(max_length=254)
    """As ``identifiers.normal`` writes it"""
    verified_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "value"], condition=Q(verified_at__isnull=False), name="identifier_verified_once"
            ),
            models.UniqueConstraint(fields=["party", "kind", "value"], name="identifier_once_per_party"),
        ]
        indexes = [models.Index(fields=["kind", "value"], name="identifier_kind_value")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"
