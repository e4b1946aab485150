"""A small organisation for tests of cases: a bank as system of record in a database of its own, and a fixed cast."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from backline.cases.effects.performing import perform
from backline.cases.fittings import Fittings, fit
from backline.cases.models import Case, Effect
from backline.cases.openings.opening import open_case
from backline.cases.records.naming_documents import LEARN_JOB, learn
from backline.cases.waking import wake_case
from backline.cases.watch import Watch
from backline.catalogue import publishing, versions
from backline.connectors import downtime, recording, systems
from backline.connectors.contract import Done, WriteResult
from backline.engine.calendars import Calendar
from backline.jobs.looping import Loop
from backline.people.actors import SYSTEM, Actor, of_party
from backline.people.models import Party
from backline.people.parties import create_party

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
"""A Monday"""

BANK = """
system: bank
title: The bank
kind: sql
settings: {url: "sqlite:///bank.sqlite3", connect: 1 second, within: 2 seconds}
operations:
  balance:
    with: {number: text}
    read: select balance_minor from account where number = :number
    returns: money
  pay:
    with: {number: text, amount: money}
    refuse:
      closed:
        if: select closed from account where number = :number
        say: The account is closed.
    write:
      - insert into payment (key, account, minor) values (:key, :number, :amount_minor)
      - update account set balance_minor = balance_minor - :amount_minor where number = :number
    verify: select 'P-' || id as payment from payment where key = :key
    gives: {payment: text}
  amend:
    with: {number: text, amount: money, payment: text}
    write:
      - update account set balance_minor = balance_minor
          + (select minor from payment where 'P-' || id = :payment) - :amount_minor where number = :number
      - update payment set minor = :amount_minor, amended = :key where 'P-' || id = :payment
    verify: select 'P-' || id as payment from payment where amended = :key
    gives: {payment: text}
  reverse:
    with: {number: text, payment: text}
    write:
      - update account set balance_minor = balance_minor
          + (select minor from payment where 'P-' || id = :payment) where number = :number
      - update payment set minor = 0, reversed = :key where 'P-' || id = :payment
    verify: select id from payment where reversed = :key
"""
TABLES = """
create table account (number text primary key, balance_minor integer, closed integer default 0);
create table payment (
    id integer primary key, key text unique, account text, minor integer, amended text, reversed text
);
insert into account (number, balance_minor, closed) values ('A-1', 100000, 0), ('A-2', 5000, 0), ('A-9', 100000, 1);
"""
PAYOUT = """
case: payout
title: Get money from your account
for: customer
owner: desk
roles:
  customer: {label: You}
  partner: {label: Your partner}
promises:
  money: {label: The money is on its way, of: pay, within: 2 business days, pause: [customer]}
facts:
  account: {label: Which account?, type: text, ask: customer, searchable: yes}
  amount:
    label: How much?
    type: money
    ask: {who: customer, within: 5 days, remind: [2 days]}
    check:
      - {must: "amount > 0 EUR", say: The amount has to be more than zero.}
  balance:
    label: What is in the account
    type: money
    lookup: {call: bank.balance, with: {number: account}}
    work: {team: desk, shows: [account]}
  plausible:
    label: Is that plausible?
    type: yes/no
    yes if: amount <= 100 EUR
    work: {team: desk, skill: judging, shows: [amount]}
    hide: [customer]
  confirmed:
    label: Is it so in your eyes, too?
    type: yes/no
    if: amount > 500 EUR
    else: yes
    work: {team: desk, shows: [amount], not-by: [plausible]}
    hide: [customer]
  dropped:
    label: I don't need it any more
    type: yes/no
    offer: {to: customer, while: not done(pay)}
    else: no
actions:
  pay:
    label: Pay it out
    call: bank.pay
    with: {number: account, amount: amount}
    gives: {payment: text}
    amend: bank.amend
    undo: bank.reverse
    refused: {closed: account}
outcomes:
  dropped: {label: Dropped, when: dropped, say: You dropped it.}
  declined: {label: Declined, when: not plausible or not confirmed}
  paid: {label: Paid, when: amount <= balance, do: [pay, message: paid], say: "{amount} is on its way, as {payment}."}
  otherwise: {label: Not enough, say: There is not enough.}
"""
PAID = "Subject: Your money\n\n{amount} is on its way.\n"


@dataclass
class House:
    """The organisation in a test: its clock, its people, its bank, what was sent."""

    folder: Path
    customer: Party
    now: datetime = NOON
    sent: list[str] = field(default_factory=list)
    """Keys of the messages that were sent"""

    def actor(self, name: str, *, teams: tuple[str, ...] = ("desk",), skills: tuple[str, ...] = ("judging",)) -> Actor:
        """A colleague."""
        number = {"worker": 1, "colleague": 2, "leader": 3, "outsider": 4}[name]
        own = () if name == "outsider" else teams
        leads = own if name == "leader" else ()
        return Actor(
            id=f"staff:{number}",
            kind="staff",
            name=name.title(),
            staff_id=number,
            teams=frozenset(own),
            leads=frozenset(leads),
            skills=frozenset(skills),
            duties=frozenset({"worker"}),
        )

    @property
    def ann(self) -> Actor:
        """The customer."""
        return of_party(self.customer)

    def open(self, type_key: str = "payout", **facts: object) -> Case:
        """The customer opens a case on the portal."""
        return open_case(
            type_key=type_key, by=self.ann, channel="portal", facts=facts, now=self.now, present="customer"
        )

    def pass_time(self, **length: float) -> None:
        """Later, with everything done that was due until then."""
        self.now += timedelta(**length)
        self.work()

    def work(self) -> None:
        """Do what is due now, until nothing is.

        The loop's clock goes on as the watches of the doors do: under one that stands still, each job would begin at
        the same instant, and what it writes would carry how long it took instead of when it was.
        """
        table = {
            "effect": perform,
            "case": wake_case,
            "ask": _nobody,
            "reminder": _nobody,
            "merged": _nobody,
            LEARN_JOB: learn,
            "outage": _nobody,
        }
        loop = Loop(table, clock=Watch(self.now).now)
        for _ in range(20):
            if not loop.run_due():
                return
        raise AssertionError("the work does not end")

    def bank(self, question: str) -> list[Any]:
        """What stands in the bank's own database."""
        with sqlite3.connect(self.folder / "bank.sqlite3") as bank:
            rows = bank.execute(question).fetchall()
        bank.close()
        return [row[0] if len(row) == 1 else row for row in rows]

    def publish(self, definition: str, **messages: str) -> None:
        """A case type of this organisation, published."""
        key = definition.split("case: ", 1)[1].split("\n", 1)[0]
        folder = self.folder / "types" / key
        (folder / "messages").mkdir(parents=True, exist_ok=True)
        (folder / "type.yaml").write_text(definition, encoding="utf-8")
        for name, text in messages.items():
            (folder / "messages" / f"{name}.en.md").write_text(text, encoding="utf-8")
        publishing.publish(folder=folder, by=SYSTEM, now=self.now)

    def send(self, effect: Effect, /) -> WriteResult:
        """Performs messages: once for each key."""
        if effect.key not in self.sent:
            self.sent.append(effect.key)
        return Done(proof={"sent": effect.key})


@pytest.fixture
def house(organisation_folder: Path, db: None) -> Iterator[House]:
    """The organisation, fresh."""
    (organisation_folder / "connectors").mkdir()
    (organisation_folder / "connectors" / "bank.yaml").write_text(BANK, encoding="utf-8")
    (organisation_folder / "bank.sqlite3").unlink(missing_ok=True)
    with sqlite3.connect(organisation_folder / "bank.sqlite3") as bank:
        bank.executescript(TABLES)
    bank.close()
    ann = create_party(name="Ann", now=NOON, verified={"email": "ann@example.org"})
    house = House(folder=organisation_folder, customer=ann)
    fit(Fittings(calendar=Calendar(zone="UTC"), performers={"message": house.send}))
    downtime.forget()
    house.publish(PAYOUT, paid=PAID)
    yield house
    fit(None)
    recording.flush()
    systems.forget()
    versions._LOADED.clear()


def _nobody(ref: str, now: datetime) -> None:
    """Writes to nobody."""
