"""What a system of record last said of a party, as far as a view may keep it."""

from __future__ import annotations

from django.db import models

from backline.people.models import Party


class LastKnown(models.Model):
    """The shown members of one part of a view, until when they may be kept. Erased with the party."""

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+", db_index=False)
    view = models.CharField(max_length=60)
    part = models.CharField(max_length=60)
    type = models.JSONField()
    """Kind and record of the value, by which it is read again"""
    value = models.JSONField()
    at = models.DateTimeField()
    until = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "view", "part"], name="last_known_once")]

    def __str__(self) -> str:
        return f"{self.view}.{self.part} of {self.party_id}"
