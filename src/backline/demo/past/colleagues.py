"""What colleagues asked for: something to work with, and to be away. Leads agree sooner or later, the workplace team
brings things over; two of its people do so beside their other work."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from backline.cases import wanting
from backline.cases.storage import encoding
from backline.demo.past.days import Desk, Worker, lognormal
from backline.demo.past.people import as_row
from backline.demo.past.tale import TICK, Tale
from backline.engine.values import Money
from backline.people.models import Party

PRICES = {"headset": 49, "keyboard": 79, "chair": 420, "screen": 310, "laptop": 1450}
COMMON = (26, 22, 16, 24, 12)
REASONS = ("Calls all day", "The old one broke", "My back", "Two applications side by side", "I am new here")
SMALL = 80
"""What costs no more needs nobody"""
SILENT, AGREED = 0.1, 0.9
PATIENCE = timedelta(days=4)


@dataclass
class Asked:
    """A request of a colleague on its way to the workplace team."""

    tale: Tale
    ready: datetime
    """From when on the team could do something"""
    to_judge: bool
    """Nobody agreed or refused: the team does"""
    allowed: bool
    shows: dict[str, object]


def begin_equipment(tale: Tale, party: Party, lead: Party) -> Asked:
    """What is needed, and whether the lead agrees."""
    chance = tale.chance
    what = chance.choices(list(PRICES), COMMON)[0]
    price = Money(Decimal(PRICES[what]).quantize(Decimal("0.01")), "EUR")
    said: dict[str, object] = {"what": what, "reason": chance.choice(REASONS)}
    _open(tale, party, lead, said)
    shows = {**said, "price": price}
    if PRICES[what] <= SMALL:
        return Asked(tale, tale.opened, False, True, shows)
    return _ask_lead(tale, lead, "allowed", shows)


def begin_leave(tale: Tale, party: Party, lead: Party) -> Asked:
    """From when until when, and whether the lead agrees; nobody is asked whether somebody may be ill."""
    chance = tale.chance
    kind = chance.choices(("holiday", "sick"), (62, 38))[0]
    first = tale.calendar.date_of(tale.opened) + timedelta(days=0 if kind == "sick" else chance.randint(4, 45))
    last = first + timedelta(days=chance.randint(0, 4) if kind == "sick" else chance.choice((0, 1, 4, 6, 11, 13)))
    said: dict[str, object] = {"kind": kind, "first_day": first, "last_day": last}
    _open(tale, party, lead, said)
    if kind == "sick":
        return Asked(tale, tale.opened, False, True, said)
    left = chance.randint(14, 29)
    tale.say(tale.opened, "left_over", left, source="lookup", who="system:house", basis={"email": "x@past.example"})
    return _ask_lead(tale, lead, "granted", {"first_day": first, "last_day": last, "left_over": left})


def finish(all_of_them: Iterable[Asked], desk: Desk, now: datetime) -> None:
    """What is ready first is done first: judged where the lead was silent, then bought and brought over, or booked."""
    waiting = [(one.ready, number, one) for number, one in enumerate(all_of_them)]
    heapq.heapify(waiting)
    while waiting:
        _ready, number, one = heapq.heappop(waiting)
        if one.to_judge:
            one.to_judge = False
            one.ready, one.allowed = _judge(one, desk)
            heapq.heappush(waiting, (one.ready, number, one))
        elif one.tale.loaded.key == "leave":
            _book(one, now)
        else:
            _bring(one, desk, now)


def _book(one: Asked, now: datetime) -> None:
    """Booked and told to the teams, or refused."""
    tale, at, outcome = one.tale, one.ready, "off" if one.allowed else "otherwise"
    tale.decide(at, outcome)
    if one.allowed:
        booked: dict[str, object] = {"leave_no": _number(tale, "AW")}
        tale.effect(at, at + timedelta(seconds=1), "book", "house.book_leave", {}, booked)
        at += timedelta(seconds=2)
        tale.effect(at, at + TICK, "note", "people.note_absence", {})
    _message(tale, at, "off" if one.allowed else "not_off")
    tale.promise("answer", tale.opened, at=tale.opened, met=one.ready, now=now)
    tale.end(at + timedelta(seconds=4), outcome)


def _open(tale: Tale, party: Party, lead: Party, said: dict[str, object]) -> None:
    tale.open(party.name, {"employee": party.pk})
    at = tale.opened
    row: dict[str, object] = {"employee": as_row(party)}
    tale.tell(at, "joined", {"party": lead.pk, "role": "lead"})
    for fact, value in said.items():
        tale.say(at, fact, value, source="ask", who=tale.by, role="employee", channel=tale.channel)
    tale.say(at, "works_here", True, source="lookup", who="system:people", basis=row)
    tale.say(at, "lead_person", as_row(lead), source="lookup", who="system:people", basis=row)


def _ask_lead(tale: Tale, lead: Party, fact: str, shows: dict[str, object]) -> Asked:
    chance = tale.chance
    want = tale.want(tale.opened, "ask", fact, "lead", shows=list(shows), basis=encoding.encode_members(shows))
    if chance.random() < SILENT:
        silent = tale.opened + PATIENCE
        want.closed_at, want.closed = silent, "silence"
        named = {"mark": wanting.mark(want), "fact": fact, "item": "", "source": "ask", "who": "lead"}
        tale.tell(silent, "silence", named)
        return Asked(tale, silent, True, True, shows)
    at = tale.opened + timedelta(hours=min(lognormal(chance, 13, 1.1), 90))
    allowed, actor = chance.random() < AGREED, f"party:{lead.pk}"
    tale.say(at, fact, allowed, source="ask", who=actor, role="lead", channel="link", basis=shows)
    tale.answered(want, at, actor, "link")
    return Asked(tale, at, False, allowed, shows)


def _judge(one: Asked, desk: Desk) -> tuple[datetime, bool]:
    """The lead was silent: the workplace team decides."""
    worker, taken, done = desk.work_off(one.ready, minutes=6.0)
    allowed = one.tale.chance.random() < AGREED
    _worked(one, worker, "granted" if one.tale.loaded.key == "leave" else "allowed", allowed, taken, done)
    return done, allowed


def _bring(one: Asked, desk: Desk, now: datetime) -> None:
    """Order it, bring it over, and say so."""
    tale, at = one.tale, one.ready
    if not one.allowed:
        tale.decide(at, "refused")
        _message(tale, at, "refused")
        tale.end(at + timedelta(seconds=4), "refused")
        return
    ordered = at + timedelta(seconds=1 + tale.chance.random())
    bought: dict[str, object] = {"article": one.shows["what"], "price": one.shows["price"]}
    tale.effect(at, ordered, "order", "house.buy", bought, {"purchase_no": _number(tale, "PO")})
    tale.promise("ordered", tale.opened, at=tale.opened, met=ordered, now=now)
    one.ready = ordered
    worker, taken, done = desk.work_off(ordered)
    _worked(one, worker, "handed_over", True, taken, done)
    tale.promise("ready", ordered, at=ordered, met=done, now=now)
    tale.decide(done, "ready")
    _message(tale, done, "ready")
    tale.end(done + timedelta(seconds=4), "ready")


def _worked(one: Asked, worker: Worker, fact: str, value: bool, taken: datetime, done: datetime) -> None:
    tale = one.tale
    want = tale.want(one.ready, "work", fact, "workplace", shows=list(one.shows),
                     basis=encoding.encode_members(one.shows))  # fmt: skip
    tale.take(want, max(taken, one.ready + TICK), worker.actor, worker.name)
    tale.say(done, fact, value, source="work", who=worker.actor, channel="workbench", basis=one.shows)
    tale.answered(want, done, worker.actor, "workbench")


def _message(tale: Tale, at: datetime, name: str) -> None:
    tale.effect(at, at + timedelta(seconds=3), f"message_{name}", f"message:{name}", {})


def _number(tale: Tale, kind: str) -> str:
    return f"{kind}-{tale.number:05d}"
