"""A view over three registers, each a database of its own, for tests of views."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from backline.connectors import systems

CRM = """
system: crm
title: Customer file
kind: sql
settings: {url: "sqlite:///crm.sqlite3"}
records:
  customer: {number: text, name: text, segment: {choices: {gold: Gold, plain: Plain}}, note: text}
operations:
  customer:
    with: {email: e-mail}
    read: select number, name, segment, note from customer where email = :email
    returns: {record: customer}
  forget: {with: {email: e-mail}, write: "delete from customer where email = :email and :key <> ''",
           verify: "select 1 where :key <> ''"}
"""
BILLING = """
system: billing
title: Billing
kind: sql
settings: {url: "sqlite:///billing.sqlite3"}
records:
  invoice: {number: text, total: money, due: date, internal: text}
operations:
  invoices:
    with: {customer: text}
    read: select number, total_minor, due, internal from invoice where customer = :customer order by number
    returns: {list: invoice}
"""
LOANS = """
system: loans
title: Loans
kind: sql
settings: {url: "sqlite:///loans.sqlite3"}
operations:
  owed:
    with: {person: person}
    read: select minor as owed_minor from loan where number = :person_loans
    returns: money
"""
VIEW = """
view: all
title: All at one look
parts:
  customer:
    title: Who they are
    read: crm.customer
    with: {email: party.email}
    keep: 1 hour
    show:
      number: Number
      segment: Segment
      note: {label: Note, for: [desk], keep: no}
  invoices:
    title: Invoices
    read: billing.invoices
    with: {customer: customer.number}
    keep: 1 hour
    show: {number: Number, total: Total, due: Due}
  owed:
    title: What they owe
    read: loans.owed
    with: {person: party}
    fresh: 10 minutes
    keep: 2 hours
"""
GERMAN = """
title: Alles auf einen Blick
parts:
  invoices: {title: Rechnungen, show: {total: Summe}}
"""
TABLES = {
    "crm": "create table customer (email text, number text, name text, segment text, note text);"
    "insert into customer values ('carla@post.example', 'C-1', 'Carla', 'gold', 'Speaks softly.');",
    "billing": "create table invoice (number text, customer text, total_minor int, due text, internal text);"
    "insert into invoice values ('R-1', 'C-1', 12345, '2026-12-01', 'dunning level 2'), "
    "('R-2', 'C-1', 500, '2026-12-24', ''), ('R-3', 'C-9', 1, '2026-12-24', '');",
    "loans": "create table loan (number text, minor int); insert into loan values ('L-1', 90000);",
}


def declare(folder: Path) -> None:
    """Three systems with their data, and the view over them."""
    for part in ("connectors", "views"):
        (folder / part).mkdir(exist_ok=True)
    for name, text in {"crm": CRM, "billing": BILLING, "loans": LOANS}.items():
        (folder / "connectors" / f"{name}.yaml").write_text(text, encoding="utf-8")
        (folder / f"{name}.sqlite3").unlink(missing_ok=True)
        with sqlite3.connect(folder / f"{name}.sqlite3") as database:
            database.executescript(TABLES[name])
        database.close()
    (folder / "views" / "all.yaml").write_text(VIEW, encoding="utf-8")
    (folder / "views" / "all.de.yaml").write_text(GERMAN, encoding="utf-8")


def away(folder: Path, system: str) -> None:
    """From now on the system can't be reached."""
    (folder / f"{system}.sqlite3").rename(folder / f"{system}.gone")
    systems.forget()


def clear(folder: Path) -> None:
    """The folder is that of other tests, too."""
    shutil.rmtree(folder / "views")
