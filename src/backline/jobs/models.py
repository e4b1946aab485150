"""What is due, and who has it in hand."""

from __future__ import annotations

from django.db import models


class Job(models.Model):
    """Wake ``kind`` with ``ref`` at ``due_at``. One row for each pair."""

    kind = models.CharField(max_length=32)
    ref = models.CharField(max_length=64)
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    claimed_by = models.CharField(max_length=64, blank=True, default="")
    claim_expires = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=500, blank=True, default="")
    """What went wrong at the last try, for the one who looks after the machine"""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "ref"], name="job_once")]
        indexes = [models.Index(fields=["due_at"], name="job_due_at")]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"
