"""Writes the past into the organisation's database: once, and the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from django.db import transaction

from backline.cases.fittings import fittings
from backline.cases.models import Case, CaseParty, Closure, Effect, PromiseRow, Want
from backline.cases.storage.timeline import Written
from backline.catalogue import versions
from backline.catalogue.versions import LoadedType
from backline.demo.papers import medical_bill, tuition_invoice
from backline.demo.past import cards, colleagues, withdrawals
from backline.demo.past.days import Desk, Worker, arrivals
from backline.demo.past.people import invent
from backline.demo.past.tale import MARK, Tale
from backline.documents.storing import document_row, store
from backline.engine.values import Row
from backline.insight.forecasting.clocks import WorkingClock
from backline.people.models import Absence, Party, Staff

SEED = 20
PEOPLE = 260
LEADS, COLLEAGUES = 6, 48
AWAY = {"Tom Berger": (17.0, 1.0)}
"""From so many days ago until so many"""
LINES = 400
"""So many rows in one statement"""
CHANNELS, COMMON = ("portal", "phone", "email"), (70, 18, 12)


@dataclass(frozen=True, kw_only=True)
class Past:
    """How long, how much, and what went wrong lately."""

    days: int = 130
    withdrawals_a_day: float = 8.0
    cards_a_day: float = 3.0
    equipment_a_day: float = 1.0
    leave_a_day: float = 1.3
    busier: float = 1.35
    """More came in the last weeks"""
    weeks_busier: int = 4


def make(*, now: datetime, seed: int = SEED, past: Past | None = None) -> int:
    """Write the past down; answers how many cases it has. Doing it again changes nothing."""
    if Case.objects.filter(once__startswith=MARK).exists():
        return 0
    return _Making(now, Random(seed), past or Past()).make()  # noqa: S311 - nothing is secret


class _Making:
    def __init__(self, now: datetime, chance: Random, past: Past) -> None:
        self.now, self.chance, self.past = now, chance, past
        self.calendar = fittings().calendar
        self.since = now - timedelta(days=past.days)
        self.busier_from = now - timedelta(weeks=past.weeks_busier)
        self.people = invent(PEOPLE, chance, self.since)
        self.printer_down = [(self._ago(43), self._ago(38)), (self._ago(9), self._ago(5))]
        self.records_down = [(self._ago(80), self._ago(79.6)), (self._ago(21), self._ago(20.5))]

    def make(self) -> int:
        tales = [*self._withdrawals(), *self._cards(), *self._colleagues()]
        with transaction.atomic():
            for start in range(0, len(tales), LINES):
                _write(tales[start : start + LINES], self.now)
            self._write_absences()
        return len(tales)

    def _withdrawals(self) -> Iterator[Tale]:
        loaded, papers = versions.load_current("hardship-withdrawal"), _papers(self.now)
        begun = []
        for number, at in enumerate(self._arrivals(self.past.withdrawals_a_day), start=1):
            party, spouse = self._two()
            tale = self._tale(loaded, number, at, party, self.chance.choices(CHANNELS, COMMON)[0])
            begun.append(withdrawals.begin(tale, withdrawals.ask(party, self.chance), spouse, papers))
        desk = self._desk()
        for one in sorted(begun, key=lambda one: one.ready):
            withdrawals.finish(one, desk, self.now, self.records_down)
            yield one.tale

    def _cards(self) -> Iterator[Tale]:
        loaded = versions.load_current("loyalty-card")
        for number, at in enumerate(self._arrivals(self.past.cards_a_day), start=1):
            party, _ = self._two()
            tale = self._tale(loaded, number, at, party, "portal")
            cards.tell(tale, party, self.now, self.printer_down)
            yield tale

    def _colleagues(self) -> Iterator[Tale]:
        """Those of other houses of Meridian ask for things, too; a few of them lead the others."""
        leads, others = self.people[:LEADS], self.people[LEADS : LEADS + COLLEAGUES]
        kinds = (
            ("equipment", self.past.equipment_a_day, colleagues.begin_equipment),
            ("leave", self.past.leave_a_day, colleagues.begin_leave),
        )
        begun = []
        for key, a_day, begin in kinds:
            loaded = versions.load_current(key)
            for number, at in enumerate(self._arrivals(a_day), start=1):
                party = self.chance.choice(others)
                tale = self._tale(loaded, number, at, party, "portal")
                begun.append(begin(tale, party, leads[party.pk % len(leads)]))
        colleagues.finish(begun, self._workplace(), self.now)
        yield from (one.tale for one in begun)

    def _workplace(self) -> Desk:
        """David and Selma bring things over when their other work lets them."""
        ids = dict(Staff.objects.filter(memberships__team__key="workplace").values_list("name", "pk"))
        shares = {"David Noll": 0.12, "Selma Ott": 0.08}
        workers = [
            Worker(actor=f"staff:{ids[name]}", name=name, share=share) for name, share in shares.items() if name in ids
        ]
        clock = WorkingClock(self.calendar, first=self.since, last=self.now)
        return Desk(clock, workers, self.chance, mean_minutes=25.0)

    def _write_absences(self) -> None:
        """Tom was away, and the house knows it."""
        for staff in Staff.objects.filter(name__in=AWAY, memberships__team__key="withdrawals"):
            since, until = self._away()[staff.name]
            Absence.objects.create(staff=staff, starts_at=since, ends_at=until)

    def _away(self) -> dict[str, tuple[datetime, datetime]]:
        return {name: (self._ago(since), self._ago(until)) for name, (since, until) in AWAY.items()}

    def _tale(self, loaded: LoadedType, number: int, at: datetime, party: Party, channel: str) -> Tale:
        chance = Random(self.chance.getrandbits(64))  # noqa: S311
        return Tale(loaded, self.calendar, number, chance, at, channel, f"party:{party.pk}")

    def _arrivals(self, a_day: float) -> Iterator[datetime]:
        return arrivals(
            since=self.since, until=self.now, a_day=a_day, chance=self.chance, calendar=self.calendar,
            busier=self.past.busier, busier_from=self.busier_from,
        )  # fmt: skip

    def _desk(self) -> Desk:
        """Ines has most of her day for it, Tom half of his and is away lately, Ruth helps out."""
        ids = dict(Staff.objects.filter(memberships__team__key="withdrawals").values_list("name", "pk"))
        shares = {"Ines Kahle": (0.62, 0.85), "Tom Berger": (0.42, 0.95), "Ruth Amsel": (0.22, 0.8)}
        away = self._away()
        workers = [
            Worker(actor=f"staff:{ids[name]}", name=name, share=share, strict=strict, away=away.get(name))
            for name, (share, strict) in shares.items()
            if name in ids
        ]
        clock = WorkingClock(self.calendar, first=self.since, last=self.now)
        return Desk(clock, workers, self.chance, mean_minutes=50.0)

    def _two(self) -> tuple[Party, Party]:
        one, other = self.chance.sample(self.people, 2)
        return one, other

    def _ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days)


def _papers(now: datetime) -> dict[str, Row]:
    """A document of each kind; all requests of the past show the same ones."""
    when = date(2026, 1, 15)
    bill = medical_bill(to="Past Example", items={"Treatment": Decimal(900)}, on=when)
    invoice = tuition_invoice(to="Past Example", items={"Course": Decimal(900)}, on=when)
    kinds = {
        "medical_bill": bill, "tuition_invoice": invoice, "eviction_notice": invoice, "funeral_bill": bill
    }  # fmt: skip
    return {
        kind: document_row(store(content=content, name=f"{kind}.pdf", kind=kind, by="system:backline", now=now))
        for kind, content in kinds.items()
    }


def _write(tales: list[Tale], now: datetime) -> None:
    made = [(tale, *tale.written(now)) for tale in tales]
    cases = Case.objects.bulk_create([case for _, case, _ in made], batch_size=LINES)
    _write_timelines([(case.pk, lines) for case, (_, _, lines) in zip(cases, made, strict=True)])
    parties = [row for case in cases for row in _parties(case)]
    promises = [row for case in cases for row in _promises(case)]
    effects = [row for tale, case, _ in made for row in tale.effects(case)]
    CaseParty.objects.bulk_create(parties, batch_size=LINES)
    PromiseRow.objects.bulk_create(promises, batch_size=LINES)
    Effect.objects.bulk_create(effects, batch_size=LINES)
    Want.objects.bulk_create([want for tale, case, _ in made for want in _wants(tale, case, now)], batch_size=LINES)
    Closure.objects.bulk_create([row for case in cases for row in _closures(case)], batch_size=LINES)


def _wants(tale: Tale, case: Case, now: datetime) -> Iterator[Want]:
    for want in tale.wants:
        if want.since <= now:
            _undo_future(want, now)
            want.case = case
            yield want


def _closures(case: Case) -> Iterator[Closure]:
    if case.state == "ended" and case.ended_at:
        yield Closure(case=case, sequence=case.sequence, outcome=case.outcome, at=case.ended_at, by="system:backline")


def _undo_future(want: Want, now: datetime) -> None:
    """Who takes or answers it later has not done so yet."""
    if want.closed_at and want.closed_at > now:
        want.closed_at, want.closed_by, want.closed = None, "", ""
    if want.taken_at and want.taken_at > now:
        want.taken_at, want.taken_by = None, ""


def _write_timelines(timelines: Iterable[tuple[int, list[Written]]]) -> None:
    for case, lines in timelines:
        entries = [entry for one in lines for entry in one.entries]
        payloads = [row for one in lines for row in one.payloads]
        Written(entries=entries, payloads=payloads, sequence=lines[-1].sequence, chain=lines[-1].chain).insert(case)


def _promises(case: Case) -> list[PromiseRow]:
    return [
        PromiseRow(
            case=case, name=name, state=told["state"], after=told["after"], starts_at=told["starts_at"],
            due=told["due"], kept_at=told["kept_at"], broken_at=told["broken_at"],
        )
        for name, told in case.snapshot["promises"].items()
    ]  # fmt: skip


def _parties(case: Case) -> list[CaseParty]:
    return [
        CaseParty(case=case, role=role, party_id=party, since=case.opened_at)
        for role, holders in case.snapshot["parties"].items()
        for party in holders
    ]
