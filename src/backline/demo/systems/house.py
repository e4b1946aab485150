"""The house ledger: what is bought for colleagues, and their leave."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

SCHEMA = """
pragma journal_mode = wal;
create table if not exists colleague (email text primary key, name text not null, leave_days integer not null);
create table if not exists purchase (
    serial integer primary key autoincrement,
    purchase_no text unique,
    key text not null unique,
    email text not null,
    article text not null,
    price_minor integer not null,
    ordered_on text not null default current_date,
    cancelled_on text
);
create trigger if not exists purchase_number after insert on purchase begin
    update purchase set purchase_no = printf('PO-%05d', 4000 + new.serial) where serial = new.serial;
end;
create table if not exists leave (
    serial integer primary key autoincrement,
    leave_no text unique,
    key text not null unique,
    email text not null,
    kind text not null,
    first_day text not null,
    last_day text not null,
    days integer not null,
    cancelled_on text
);
create trigger if not exists leave_number after insert on leave begin
    update leave set leave_no = printf('AW-%05d', 200 + new.serial) where serial = new.serial;
end;
create table if not exists reversal (key text primary key, what text not null);
"""
LEAVE_DAYS = 30


def create(path: Path, colleagues: Iterable[tuple[str, str]]) -> None:
    """Make the database where it is not there yet; ``colleagues`` are addresses with names."""
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(SCHEMA)
        rows = [(email, name, LEAVE_DAYS) for email, name in colleagues]
        database.executemany("insert or ignore into colleague values (?, ?, ?)", rows)


def purchases(path: Path, email: str) -> list[tuple[str, int]]:
    """What was bought for somebody and not taken back: the article and its price in cents."""
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute(
            "select article, price_minor from purchase where email = ? and cancelled_on is null", (email,)
        )
        return [(str(article), int(price)) for article, price in rows]
