"""Who may act for whom: for which services, why, and until when."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from backline.people.models.parties import Party


class Mandate(models.Model):
    """The giver lets the holder act for them. What ends it early is a row of its own."""

    class Basis(models.TextChoices):
        PARENT = "parent", _("parent")
        GRANTED = "granted", _("granted")
        GUARDIAN = "guardian", _("guardian")

    giver = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="mandates_given")
    holder = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="mandates_held")
    basis = models.CharField(max_length=20, choices=Basis.choices, default=Basis.GRANTED)
    purpose = models.CharField(max_length=300, blank=True, default="")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    """The first instant at which it does not hold any more; a parent's ends on the giver's 18th birthday besides"""
    key = models.CharField(max_length=200, blank=True, default="")
    """What grants it, where that may be told twice (an effect's key); granted once for each"""
    granted_by = models.CharField(max_length=64)
    """The actor's id"""
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(giver=F("holder")), name="mandate_of_two"),
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="mandate_once_per_key"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="mandate_has_length"
            ),
        ]
        indexes = [models.Index(fields=["holder", "giver"], name="mandate_holder_giver")]

    def __str__(self) -> str:
        return f"{self.holder_id} for {self.giver_id}"


class MandateService(models.Model):
    """One service that a mandate covers: a case type's key, a wider word that case types use, or ``everything``."""

    mandate = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="services")
    key = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mandate", "key"], name="mandate_service_once")]

    def __str__(self) -> str:
        return self.key


class MandateRevocation(models.Model):
    """Somebody ended a mandate before its time."""

    mandate = models.OneToOneField(Mandate, on_delete=models.CASCADE, related_name="revocation")
    by = models.CharField(max_length=64)
    """The actor's id"""
    at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.mandate_id} revoked by {self.by}"
