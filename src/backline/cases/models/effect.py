"""An action made real once."""

from __future__ import annotations

from typing import Any

from django.db import models

from backline.cases.models.case import Case

HOLDS_THE_TURN = ~models.Q(turn="") & (~models.Q(claimed_by="") | models.Q(state="unknown"))


class Effect(models.Model):
    """A row first, then the deed. The payload is frozen, and every try of it carries the same key."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="effects", db_index=False)
    key = models.CharField(max_length=200, unique=True)
    """``case/action/item/generation/kind``: what the other side knows it by"""
    action = models.CharField(max_length=100)
    item = models.CharField(max_length=120, blank=True, default="")
    generation = models.PositiveIntegerField(default=1)
    kind = models.CharField(max_length=8)
    """``do``, ``amend`` or ``undo``"""
    call = models.CharField(max_length=160)
    """``system.operation``, ``message:NAME``, ``letter:NAME``, ``make:NAME``, ``open:TYPE``, ``work:TEAM``"""
    payload: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    """The arguments, as ``engine.values.encode`` writes them"""
    to: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    """The roles that a letter or message goes to"""
    turn = models.CharField(max_length=200, blank=True, default="")
    """Cases that share it take turns"""
    type_version = models.PositiveIntegerField()
    state = models.CharField(max_length=10)
    """planned, started, done, refused, failed, unknown, given up"""
    gives: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    proof: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    """What was read back from the system of record, or what a person gives as evidence"""
    refusal = models.CharField(max_length=100, blank=True, default="")
    reason = models.CharField(max_length=500, blank=True, default="")
    attempts = models.PositiveIntegerField(default=0)
    planned_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=64, blank=True, default="")
    claim_expires = models.DateTimeField(null=True, blank=True)
    """Afterwards nobody knows whether it was done: the system is read before anything is done again"""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["turn"], condition=HOLDS_THE_TURN, name="effect_one_turn"),
        ]
        indexes = [
            models.Index(fields=["case", "state"], name="effect_case_state"),
            models.Index(fields=["planned_at"], condition=~models.Q(state="done"), name="effect_not_done"),
        ]

    def __str__(self) -> str:
        return self.key
