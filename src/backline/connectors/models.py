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
    """found, missing, done, not done, refused, again, unknown, rehearsed, for a person"""
    detail = models.CharField(max_length=200, blank=True)
    ms = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["system", "-at"], name="call_system_at")]

    def __str__(self) -> str:
        return f"{self.operation} {self.result}"


class Pause(models.Model):
    """A breaker opened, as this process found: nobody asks the system until then. ``ended_at``: it answered again."""

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
    """When the next call to a system may begin, for all processes."""

    system = models.CharField(max_length=60, primary_key=True)
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.system} {self.next_at}"


class Lease(models.Model):
    """One of so many places for calls at a system, for all processes. A process that dies loses it when it is over."""

    system = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    holder = models.CharField(max_length=40, blank=True, default="")
    until = models.FloatField(default=0.0)
    """Seconds since 1970 by the clock of the database"""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "number"], name="lease_place")]

    def __str__(self) -> str:
        return f"{self.system} {self.number}"


class Rest(models.Model):
    """A system failed lately, for all processes: how often in a row, until when nobody asks it, and who tries then."""

    system = models.CharField(max_length=60, primary_key=True)
    failed = models.PositiveIntegerField(default=0)
    until = models.FloatField(default=0.0)
    """Seconds since 1970 by the clock of the database; 0: it is asked"""
    trial_by = models.CharField(max_length=120, blank=True, default="")
    """host:pid of the one process that tries when the pause is over"""
    trial_until = models.FloatField(default=0.0)
    trying = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.system} {self.failed}"


class Batch(models.Model):
    """A file on its way to a system. Number and name are fixed when it opens; nothing is added once it is sealed."""

    system = models.CharField(max_length=60)
    file = models.CharField(max_length=60)
    """As the settings of the system call it"""
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=8)
    """open, sealed, staged (whole, under another name), sent"""
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    count = models.PositiveIntegerField(default=0)
    total = models.CharField(max_length=40, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    """Until then one worker sends it"""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "file", "number"], name="batch_number"),
            models.UniqueConstraint(fields=["system", "file"], condition=models.Q(state="open"), name="batch_one_open"),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="batch_state_due")]

    def __str__(self) -> str:
        return f"{self.system} {self.name} {self.state}"


class BatchLine(models.Model):
    """One write in a batch. Its cells are let go of once the batch is sent; its key stays."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="lines")
    system = models.CharField(max_length=60)
    file = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    cells: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "file", "key"], name="batch_line_once")]

    def __str__(self) -> str:
        return self.key


class TakenFile(models.Model):
    """A file that came from a system and was taken, once, whoever else looked; or what is wrong with it."""

    system = models.CharField(max_length=60)
    file = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    stamp = models.CharField(max_length=120)
    """Tells a file from another one of the same name"""
    taken_at = models.DateTimeField()
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "file", "name", "stamp"], name="taken_file_once")]

    def __str__(self) -> str:
        return f"{self.system} {self.name}"


class TakenLine(models.Model):
    """A line of a file that was taken, by the key that it speaks of."""

    of = models.ForeignKey(TakenFile, on_delete=models.CASCADE, related_name="lines")
    system = models.CharField(max_length=60)
    file = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    cells: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["system", "file", "key"], name="taken_line_key")]

    def __str__(self) -> str:
        return self.key
