"""Who has an effect in hand: a process that serves names its claims, so that the next one knows which died with it."""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex

from django.db import transaction

from backline.cases.effects.progressing import EFFECT_JOB
from backline.cases.models import Effect
from backline.jobs import enqueuing

_process = ""
"""What this process puts before its claims"""


def name_process(name: str) -> None:
    """Put this before every claim of this process from now on."""
    global _process
    _process = f"{name}/"


def new_owner() -> str:
    """What one claim is made with."""
    return _process + token_hex(16)


def release_dead(name: str, *, now: datetime) -> int:
    """Effects that a dead process of this name had in hand are looked into at once; answers how many.

    Only for whoever knows that no such process lives, as the one that holds a folder's lock does. What was begun is
    read back from the system before anything is done again, as ever.
    """
    held = Effect.objects.filter(claimed_by__startswith=f"{name}/")
    with transaction.atomic():
        held.filter(state="planned").update(claimed_by="", claim_expires=None)
        begun = list(held.filter(state="started").values_list("key", flat=True))
        held.filter(state="started").update(claim_expires=now)
        for key in begun:
            enqueuing.enqueue(EFFECT_JOB, key, due_at=now)
    return len(begun)
