"""What happened in a case, as far as promises depend on it: who was awaited when, and when what was there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from backline.cases.models import Case
from backline.engine.definition import CaseType, Promise
from backline.engine.promising import alone_awaited
from backline.engine.record import Wait

MOST = 5_000
"""The newest so many cases of a type are learnt from"""
PEOPLE = ("ask", "work", "settle", "exception", "event", "lookup")
NOTHING = "nothing"
COLUMNS = ("pk", "opened_at", "ended_at", "snapshot", "state", "channel")


@dataclass(frozen=True, kw_only=True)
class Awaited:
    """A stretch in which somebody, or a system, had to act: ``work evidence_supports withdrawals``."""

    kind: str
    what: str
    who: str
    since: datetime
    until: datetime | None = None

    @property
    def name(self) -> str:
        """What strata are keyed by."""
        return f"{self.kind} {self.what} {self.who}".strip()


@dataclass(frozen=True)
class Life:
    """One case from its opening to its end, or until ``seen``."""

    case: int
    definition: CaseType
    opened: datetime
    ended: datetime | None
    seen: datetime
    snapshot: Mapping[str, Any]
    channel: str = ""

    @cached_property
    def awaited(self) -> tuple[Awaited, ...]:
        """All stretches, by their beginning."""
        found = [*self._waits(), *self._effects()]
        return tuple(sorted(found, key=lambda one: (one.since, one.name)))

    def met(self, of: str) -> datetime | None:
        """When a fact was known, an action done, the outcome chosen; None where it was not."""
        if of == "outcome":
            return self._decided
        if of.rpartition(".")[2] in self._actions:
            return self._done(of.rpartition(".")[2])
        return self._said.get(of)

    def start(self, promise: Promise) -> datetime | None:
        """When the clock of a promise began to run."""
        if not promise.start:
            return self.opened
        before = self.definition.promises.get(promise.start)
        return self.met(before.of) if before is not None else self.met(promise.start)

    def paused(self, promise: Promise, until: datetime) -> float:
        """Seconds in which the clock stood still, since only those whom the promise waits for had to act."""
        start = self.start(promise)
        if start is None or not promise.pause:
            return 0.0
        waits = tuple(
            Wait(fact=one.what, source=one.kind, who=one.who, since=one.since, until=one.until)
            for one in self.awaited
            if one.kind in ("ask", "work", "event", "lookup")
        )
        stretches = alone_awaited(waits, promise.pause, until)
        return sum((end - max(since, start)).total_seconds() for since, end in stretches if end > start)

    def state_at(self, instant: datetime) -> tuple[Awaited, ...]:
        """Who had to act just after ``instant``."""
        return tuple(one for one in self.awaited if one.since <= instant and (one.until is None or one.until > instant))

    def changes(self) -> list[datetime]:
        """The instants at which it changed who had to act."""
        instants = {self.opened} | {one.since for one in self.awaited}
        instants |= {one.until for one in self.awaited if one.until}
        return sorted(instants)

    def _waits(self) -> Iterator[Awaited]:
        for wait in self.snapshot["waits"]:
            if wait["kind"] in PEOPLE:
                until = _time(wait.get("until")) or self.ended
                yield Awaited(
                    kind=wait["kind"], what=wait["fact"], who=wait["who"], since=_at(wait["since"]), until=until
                )

    def _effects(self) -> Iterator[Awaited]:
        for effect in self.snapshot["effects"].values():
            who = str(effect["call"]).partition(".")[0] if "." in effect["call"] else ""
            yield Awaited(
                kind="does", what=effect["action"], who=who, since=_at(effect["planned"]),
                until=_time(effect.get("settled")),
            )  # fmt: skip

    @cached_property
    def _actions(self) -> frozenset[str]:
        return frozenset(self.definition.actions)

    @cached_property
    def _said(self) -> dict[str, datetime]:
        """When each fact was first told, by a person or a system; a failure tells nothing."""
        found: dict[str, datetime] = {}
        for one in self.snapshot["assertions"]:
            failed = isinstance(one["value"], dict) and "failure" in one["value"]
            if not one.get("item") and not failed:
                said = _at(one["said"])
                found[one["fact"]] = min(found.get(one["fact"], said), said)
        return found

    @cached_property
    def _decided(self) -> datetime | None:
        if not self.snapshot["outcome"]:
            return None
        steps = {step.action for outcome in self.definition.outcomes for step in outcome.do}
        planned = [e["planned"] for e in self.snapshot["effects"].values() if e["action"] in steps]
        return min(map(_at, planned), default=self.ended)

    def _done(self, action: str) -> datetime | None:
        rows = [e for e in self.snapshot["effects"].values() if e["action"] == action and e["kind"] == "do"]
        settled = [_at(e["settled"]) for e in rows if e["state"] == "done" and e.get("settled")]
        return min(settled) if settled else None


def lives_of(definition: CaseType, *, now: datetime, most: int = MOST) -> list[Life]:
    """The newest cases of a type, the oldest of them first."""
    rows = Case.objects.filter(type_key=definition.key, opened_at__lte=now).order_by("-opened_at", "-pk")
    return [life_of(row, definition, now=now) for row in reversed(rows.only(*COLUMNS)[:most])]


def life_of(case: Case, definition: CaseType, *, now: datetime) -> Life:
    """One case."""
    ended = case.ended_at if case.state == Case.State.ENDED else None
    return Life(case.pk, definition, case.opened_at, ended, now, case.snapshot, case.channel)


def state_name(awaited: tuple[Awaited, ...]) -> str:
    """Everything that has to be done now, as one key."""
    return " + ".join(sorted({one.name for one in awaited})) or NOTHING


def kinds_name(awaited: tuple[Awaited, ...]) -> str:
    """The same, coarser: who has to act, whatever it is about."""
    return " + ".join(sorted({f"{one.kind} {one.who}".strip() for one in awaited})) or NOTHING


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
