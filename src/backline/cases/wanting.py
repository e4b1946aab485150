"""What the case waits for, compared with what it waited for: wants open and close with the evaluation."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backline.cases.competence import stored
from backline.cases.fittings import fittings
from backline.cases.gathering import kind_of
from backline.cases.models import Case, Want
from backline.cases.storage import encoding
from backline.cases.storage.happenings import Data, Happening, Snapshot
from backline.cases.storage.rows import fresh
from backline.cases.storage.statements import insert, update
from backline.engine.building import quick
from backline.engine.definition import Span
from backline.engine.evaluation import Evaluation, Exceptional, Wanted
from backline.jobs import enqueuing

ASK_JOB = "ask"
"""Wakes whoever writes to the holders of a role what is asked of them: ref ``case id:role``"""
FROM_SOMEBODY = ("ask", "work", "event")
RETRY = timedelta(minutes=1)
"""After this long a system that was down is asked again"""
LOOKUP = "lookup"
"""A wait, while its system is down; nobody's want"""


@quick
@dataclass(frozen=True, kw_only=True)
class Wanting:
    """What opens and what closes."""

    opened: dict[str, Want]
    """By their marks"""
    closed: tuple[Data, ...]
    """Waits of the snapshot that are over, with ``closed``"""

    def happenings(self) -> list[Happening]:
        """What the timeline says of it."""
        kinds = {"answered": "answered", "moot": "no longer wanted", "silence": "silence"}
        told = [Happening(kind=kinds[wait["closed"]], data=_named(wait)) for wait in self.closed]
        return told + [Happening(kind="wanted", data={"wait": _wait(of, want)}) for of, want in self.opened.items()]

    def write(self, case: Case, *, by: str, present: str, now: datetime) -> None:
        """Close and insert the rows, and have those asked who take part."""
        for wait in self.closed:
            open_one = {name: wait[name] for name in ("fact", "item", "source")}  # the source says the kind
            closing = {"closed_at": now, "closed_by": by, "closed": wait["closed"]}
            update(Want, closing, where={"case": case.pk, "closed_at": None, **open_one})
        rows_to_add = [want for want in self.opened.values() if want.kind != LOOKUP]
        for want in rows_to_add:
            want.case = case
        insert(rows_to_add)
        for role in sorted({want.who for want in rows_to_add if want.kind == "ask"}):
            if case.snapshot["parties"].get(role):
                grace = fittings().grace if role == present else timedelta(0)
                enqueuing.enqueue(ASK_JOB, f"{case.pk}:{role}", due_at=now + grace)


def compare(
    snapshot: Snapshot,
    evaluation: Evaluation,
    *,
    later: Sequence[Wanted],
    owner: str,
    happened: Sequence[Happening],
    now: datetime,
) -> Wanting:
    """What this evaluation opens and closes, after what ``happened``; ``later``: lookups of systems that are down."""
    wanted = {mark(want): want for want in _wants(evaluation, later, owner, now)}
    waiting = {wait["mark"]: wait for wait in snapshot["waits"] if not wait.get("until")}
    said = [h.data["assertion"] for h in happened if h.kind == "asserted"]
    closed = [{**wait, "closed": _why_closed(wait, said)} for of, wait in waiting.items() if of not in wanted]
    return Wanting(opened={of: want for of, want in wanted.items() if of not in waiting}, closed=tuple(closed))


def mark(want: Want) -> str:
    """What makes two wants the same: from whom, for what, about what."""
    same = [want.kind, want.fact, want.item, want.source, want.who, want.basis, want.conflict, want.match]
    return hashlib.sha256(_spelt(same).encode()).hexdigest()[:16]


def _why_closed(wait: Data, said: Sequence[Data]) -> str:
    """Answered, silence, or moot: from what was just said of the same fact."""
    about = [one for one in said if (one["fact"], one.get("item", "")) == (wait["fact"], wait["item"])]
    if any(isinstance(one["value"], dict) and one["value"].get("failure", [""])[0] == "silence" for one in about):
        return "silence"
    return "answered" if about else "moot"


def _wants(evaluation: Evaluation, later: Sequence[Wanted], owner: str, now: datetime) -> Iterator[Want]:
    """A row, not yet saved, for all that is wanted from somebody."""
    for wanted in evaluation.wanted:
        if wanted.conflict:
            yield _settle(wanted, owner, now)
        elif kind_of(wanted.source) in FROM_SOMEBODY:
            yield _want(wanted, now)
    for wanted in later:
        yield _want(wanted, now)
    for exceptional in evaluation.exceptions:
        yield _exception(exceptional, owner, now)


def _want(wanted: Wanted, now: datetime) -> Want:
    kind = kind_of(wanted.source)
    return fresh(
        Want,
        kind=kind,
        fact=wanted.fact,
        item=wanted.item,
        source=wanted.source,
        who=wanted.who or wanted.call,
        team=wanted.who if kind == "work" else "",
        skill=wanted.skill,
        level=stored(wanted.level),
        shows=list(wanted.shows),
        basis=None if wanted.basis is None else encoding.encode_members(wanted.basis),
        not_by=list(wanted.not_by),
        match="" if wanted.match is None else str(wanted.match),
        optional=wanted.optional,
        since=now,
        due=_instant(wanted.within, now, _team(wanted)) if wanted.within else None,
        remind=[_instant(span, now, _team(wanted)).isoformat() for span in wanted.remind],
    )


def _settle(wanted: Wanted, owner: str, now: datetime) -> Want:
    team = wanted.who if kind_of(wanted.source) == "work" and wanted.who else owner
    return Want(
        kind="settle",
        fact=wanted.fact,
        item=wanted.item,
        source="settle",
        who=team,
        team=team,
        shows=list(wanted.shows),
        conflict=list(wanted.conflict),
        since=now,
        remind=_escalation(team, now),
    )


def _exception(exceptional: Exceptional, owner: str, now: datetime) -> Want:
    return Want(
        kind="exception",
        fact=exceptional.about,
        source=exceptional.kind,
        who=owner,
        team=owner,
        detail=exceptional.detail,
        since=now,
        remind=_escalation(owner, now),
    )


def _instant(span: Span, now: datetime, team: str) -> datetime:
    """That much later, in the time in which the team works; a customer's time is the organisation's."""
    return fittings().calendar.of(team).add(now, span)


def _team(wanted: Wanted) -> str:
    return wanted.who if kind_of(wanted.source) == "work" else ""


def _escalation(team: str, now: datetime) -> list[str]:
    """When the team's leaders are told that nobody has settled it."""
    after = fittings().escalate.get(team) or fittings().escalate.get("")
    return [_instant(after, now, team).isoformat()] if after else []


def _wait(of: str, want: Want) -> Data:
    """The wait as a snapshot keeps it."""
    wait: Data = {"mark": of, "kind": want.kind}
    wait.update({name: getattr(want, name) for name in ("fact", "item", "source", "who")})
    if want.due:
        wait["due"] = want.due.isoformat()
    if want.remind:
        wait["remind"] = want.remind
    return wait


def _named(wait: Data) -> Data:
    return {k: wait[k] for k in ("mark", "fact", "item", "source", "who")}


_spelt = json.JSONEncoder(sort_keys=True).encode
"""Made once: ``json.dumps`` with options makes an encoder at each call"""
