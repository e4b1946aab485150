"""Every call that was made to a system of record."""

from __future__ import annotations

from django.db import models


class Call(models.Model):
    """One call: what was asked with which key, how long it took, how it ended. Sensitive arguments are masked."""

    at = models.DateTimeField(db_index=True)
    system = models.CharField(max_length=60)
    operation = models.CharField(max_length=120)
    purpose = models.CharField(max_length=10)
    """read, write, verify or rehearse"""
    key = models.CharField(max_length=200, blank=True, db_index=True)
    arguments = models.JSONField(default=dict)
    result = models.CharField(max_length=20)
    """found, missing, done, not done, refused, again, unknown, rehearsed"""
    detail = models.CharField(max_length=200, blank=True)
    ms = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["system", "-at"], name="call_system_at")]

    def __str__(self) -> str:
        return f"{self.operation} {self.result}"


class Pause(models.Model):
    """A breaker opened: one process asks this system nothing until then. ``ended_at``: it answered again."""

    system = models.CharField(max_length=60)
    process = models.CharField(max_length=120)
    """host:pid"""
    began_at = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["system", "-until"], name="pause_system_until")]

    def __str__(self) -> str:
        return f"{self.system} {self.process} until {self.until:%H:%M:%S}"


class Turn(models.Model):
    """When the next call to a system may begin, for all processes on one PostgreSQL."""

    system = models.CharField(max_length=60, primary_key=True)
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.system} {self.next_at}"
