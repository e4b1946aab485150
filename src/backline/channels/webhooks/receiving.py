"""A webhook comes in: who sent it is proved, it is noted once, and a job looks at the system. What it says is not
believed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from backline.channels.webhooks.models import Notice
from backline.channels.webhooks.signing import NotSigned, verify
from backline.connectors import systems
from backline.connectors.contract import UnknownOperation
from backline.connectors.declarations import Hook, Wake
from backline.engine.definition import DefinitionProblems
from backline.jobs import enqueuing

NOTICE_JOB = "notice"
MOST_BYTES = 256 * 1024
MOST_TEXT = 200
DEEPEST = 8


class NoSuchHook(LookupError):
    """The system is not declared, or sends no webhooks."""


class Unreadable(ValueError):
    """It is signed, but no JSON object, or too large."""


def take(system: str, headers: Mapping[str, str], body: bytes, *, now: datetime) -> bool:
    """Note it; False where it was noted before. Raises NoSuchHook, NotSigned, Unreadable."""
    hook = _hook(system)
    if len(body) > MOST_BYTES:
        raise Unreadable("it is too large")
    lower = {name.lower(): value for name, value in headers.items()}
    proven = verify(hook, lower, body, now=now)
    told = _read(body)
    event = lower.get("x-github-event", "") if hook.scheme == "github" else text_at(told, hook.type)
    wake = hook.events.get(event)
    notice = Notice(
        system=system, key=proven.id, source="webhook", event=event[:120], at=now,
        state="waiting" if wake else "unknown", **(found_in(told, wake) if wake else {}),
    )  # fmt: skip
    return note(notice, now=now)


def note(notice: Notice, *, now: datetime) -> bool:
    """Keep it with the job that looks, once for its key."""
    try:
        with transaction.atomic():
            notice.save(force_insert=True)
            if notice.state == "waiting":
                enqueuing.enqueue(NOTICE_JOB, str(notice.pk), due_at=now)
    except IntegrityError:
        return False
    return True


def found_in(told: Any, wake: Wake) -> dict[str, Any]:
    """The arguments of the read, and the value by which cases are found, from their places."""
    arguments = {name: text_at(told, place) for name, place in wake.arguments.items()}
    return {"arguments": arguments, "match": text_at(told, wake.match)}


def text_at(told: Any, place: str) -> str:
    """The text or number at ``data.order_no``; empty where there is none."""
    for part in place.split(".")[:DEEPEST] if place else ():
        told = told.get(part) if isinstance(told, Mapping) else None
    is_value = isinstance(told, str | int | float) and not isinstance(told, bool)
    return str(told)[:MOST_TEXT] if place and is_value else ""


def _hook(system: str) -> Hook:
    try:
        hook = systems.link_of(system).system.hook
    except (UnknownOperation, DefinitionProblems) as wrong:
        raise NoSuchHook(system) from wrong
    if hook is None:
        raise NoSuchHook(system)
    return hook


def _read(body: bytes) -> Any:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as wrong:
        raise Unreadable("it is no JSON") from wrong
    if not isinstance(told, dict):
        raise Unreadable("it is no JSON object")
    return told


__all__ = ["NoSuchHook", "NotSigned", "Unreadable", "take"]
