"""Who looked at whose data, and why."""

from __future__ import annotations

from django.db import models

from backline.people.models.parties import Party


class Look(models.Model):
    """Somebody looked at a party's data. Rows are added and never changed."""

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="looks")
    by = models.CharField(max_length=64)
    """The actor's id"""
    by_name = models.CharField(max_length=200, blank=True, default="")
    """The actor's name at that time"""
    purpose = models.CharField(max_length=120)
    what = models.CharField(max_length=200)
    case = models.CharField(max_length=40, blank=True, default="")
    """The reference of the case in which it was looked at"""
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["party", "-at"], name="look_party_at")]

    def __str__(self) -> str:
        return f"{self.by} looked at {self.party_id}: {self.what}"
