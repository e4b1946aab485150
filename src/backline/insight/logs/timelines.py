"""Which entries of our own timelines are steps of a log, and what these are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

OF_A_FACT = ("answered", "silence", "reminded", "second opinion")
OF_AN_EFFECT = ("done", "refused", "failed", "given up")
OF_A_PROMISE = ("kept", "broken")
PLAIN = (
    *("opened", "taken", "released", "handed over", "task added", "colleague asked", "customer asked", "replied"),
    *("noted", "document", "stuck", "unstuck", "reopened"),
)


class Told(Protocol):
    """One entry of a timeline with what it says."""

    @property
    def version(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def actor(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


def steps_of(entries: Iterable[Told]) -> list[tuple[str, str, datetime]]:
    """The steps of one case: activity, resource, time; ordered by time, then as they were written."""
    said: set[tuple[int, str]] = set()
    told = [(activity, _resource(entry.actor), entry.at) for entry in entries if (activity := _activity(entry, said))]
    return sorted(told, key=lambda step: step[2])


def _activity(entry: Told, said: set[tuple[int, str]]) -> str:
    """What a step is called; empty for entries that are no step of their own."""
    kind, data = entry.kind, entry.data
    if kind in PLAIN:
        return kind
    if kind in OF_A_FACT:
        return f"{kind}: {data.get('fact') or 'something'}"
    if kind in OF_AN_EFFECT:
        return f"{kind}: {action_of(str(data.get('key', '')))}"
    if kind in OF_A_PROMISE:
        return f"promise {kind}: {data.get('name') or 'a promise'}"
    if kind == "message":
        return f"message {data.get('direction') or 'out'}"
    if kind == "ended":
        return f"ended: {data.get('outcome') or 'without outcome'}"
    return _told_once(entry, said) if kind == "asserted" else ""


def _told_once(entry: Told, said: set[tuple[int, str]]) -> str:
    """What somebody says in one go is one step, however many facts it holds; what a system finds is none."""
    one = (entry.version, entry.actor)
    if one in said or entry.actor.startswith("system:"):
        return ""
    said.add(one)
    return "told"


def action_of(key: str) -> str:
    """The action of an effect's key, ``case/action/item/generation/kind``."""
    parts = key.split("/")
    if len(parts) < 3:
        return "an action"
    return parts[1] if parts[-1] == "do" else f"{parts[1]} ({parts[-1]})"


def _resource(actor: str) -> str:
    return "customer" if actor.startswith("party:") else actor
