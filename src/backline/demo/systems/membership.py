"""The membership database of the travel club."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

SCHEMA = """
pragma journal_mode = wal;
create table if not exists member (
    serial integer primary key autoincrement,
    member_no text unique,
    key text unique,
    name text not null,
    email text not null,
    programme text not null,
    joined_on text not null default current_date,
    left_on text
);
create unique index if not exists member_email on member (lower(email)) where left_on is null;
create trigger if not exists member_number after insert on member begin
    update member
    set member_no = printf('MRD %04d %04d %d', 4100 + new.serial / 10000, new.serial % 10000, 9 - (new.serial * 7) % 9)
    where serial = new.serial;
end;
create table if not exists ending (key text primary key, member_no text not null, ended_on text default current_date);
"""
MEMBERS = (
    ("seed-1", "Jonas Rehm", "jonas.rehm@post.example", "business"),
    ("seed-2", "Mira Albrecht", "mira.albrecht@post.example", "family"),
    ("seed-3", "Oskar Tiede", "oskar.tiede@post.example", "traveller"),
    ("seed-4", "Anna Seidel", "anna.seidel@post.example", "family"),
)
INSERT = "insert or ignore into member (key, name, email, programme) values (?, ?, ?, ?)"


def create(path: Path) -> None:
    """Make the database where it is not there yet."""
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(SCHEMA)
        database.executemany(INSERT, MEMBERS)


def memberships(path: Path, email: str) -> list[str]:
    """The card numbers that are valid for an address, as the database has them."""
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute(
            "select member_no from member where lower(email) = lower(?) and left_on is null", (email,)
        )
        return [str(row[0]) for row in rows]
