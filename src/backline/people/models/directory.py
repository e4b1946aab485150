"""How a directory outside knows a colleague."""

from __future__ import annotations

from django.db import models

from backline.people.models.staffing import Staff


class DirectoryEntry(models.Model):
    """A colleague's entry in a directory, by an identity that stays when name and address change."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="entries")
    system = models.CharField(max_length=60)
    identity = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "identity"], name="directory_entry_once"),
            models.UniqueConstraint(fields=["system", "staff"], name="directory_entry_of_staff"),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.identity}"
