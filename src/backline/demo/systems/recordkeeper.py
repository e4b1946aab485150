"""The record-keeping system of the pension plan: participants, balances, payments."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

SCHEMA = """
pragma journal_mode = wal;
create table if not exists plan (code text primary key, name text, needs_spouse integer, most_percent integer);
create table if not exists person (number text primary key, name text, email text, language text);
create table if not exists participant (
    number text primary key references person,
    plan text not null references plan,
    married integer not null,
    spouse text references person,
    balance_minor integer not null check (balance_minor >= 0)
);
create table if not exists payment (
    serial integer primary key autoincrement,
    payment_number text unique,
    key text not null unique,
    participant text not null references participant,
    gross_minor integer not null check (gross_minor > 0),
    net_minor integer not null,
    state text not null default 'paid',
    paid_at text not null default current_timestamp
);
create trigger if not exists payment_number after insert on payment begin
    update payment set payment_number = printf('PAY-%06d', 70000 + new.serial) where serial = new.serial;
end;
create table if not exists payment_change (
    key text primary key,
    payment_number text not null references payment (payment_number),
    kind text not null,
    gross_before integer not null,
    gross_after integer not null,
    at text not null default current_timestamp
);
"""
PLANS = (("classic", "Classic plan", 1, 50),)
PERSONS = (
    ("P-1001", "Anna Seidel", "anna.seidel@post.example", "en"),
    ("P-1901", "Markus Seidel", "markus.seidel@post.example", "de"),
    ("P-1002", "Peter Lang", "peter.lang@post.example", "en"),
    ("P-1003", "Walter Kuhn", "", "en"),
)
PARTICIPANTS = (
    ("P-1001", "classic", 1, "P-1901", 4_200_000),
    ("P-1002", "classic", 0, None, 900_000),
    ("P-1003", "classic", 0, None, 600_000),
)


@dataclass(frozen=True)
class Payment:
    """A payment as the system has it, in cents."""

    number: str
    gross_minor: int
    state: str


def create(path: Path) -> None:
    """Make the database where it is not there yet."""
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(SCHEMA)
        database.executemany("insert or ignore into plan values (?, ?, ?, ?)", PLANS)
        database.executemany("insert or ignore into person values (?, ?, ?, ?)", PERSONS)
        database.executemany("insert or ignore into participant values (?, ?, ?, ?, ?)", PARTICIPANTS)


def balance(path: Path, number: str) -> int:
    """What is in a participant's plan, in cents."""
    with closing(sqlite3.connect(path)) as database:
        row = database.execute("select balance_minor from participant where number = ?", (number,)).fetchone()
        return int(row[0])


def payments(path: Path, number: str) -> list[Payment]:
    """All payments to a participant."""
    sql = "select payment_number, gross_minor, state from payment where participant = ? order by serial"
    with closing(sqlite3.connect(path)) as database:
        return [Payment(*row) for row in database.execute(sql, (number,))]


def changes(path: Path, payment_number: str) -> list[str]:
    """How often and in which way a payment was changed."""
    sql = "select kind from payment_change where payment_number = ? order by rowid"
    with closing(sqlite3.connect(path)) as database:
        return [str(row[0]) for row in database.execute(sql, (payment_number,))]
