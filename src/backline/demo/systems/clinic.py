"""The clinic's scheduler: patients, appointments, free times; and records, which stay closed."""

from __future__ import annotations

import sqlite3
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from backline.demo.systems.serving import Answer, Asked, Refusal, Route, serve

MOST_OFFERED = 8
SCHEMA = """
pragma journal_mode = wal;
create table if not exists patient (number text primary key, name text not null, record text not null);
create table if not exists slot (
    id text primary key, starts text not null, practitioner text not null, place text not null
);
create table if not exists appointment (
    id text primary key,
    patient text not null references patient,
    slot text not null unique references slot,
    reason text
);
create table if not exists move (
    key text primary key, appointment text not null, from_slot text not null, to_slot text not null, at text not null
);
"""
PATIENTS = (
    ("C-2001", "Lena Vogt", "Allergy tests in spring; asks about a rash."),
    ("C-2002", "Karin Vogt", "Nothing since the flu."),
    ("C-2003", "Anna Seidel", "Nothing of note."),
)
PRACTITIONERS = (("Dr. Amira Haddad", "Skin clinic, room 4"), ("Dr. Paul Weber", "General practice, room 1"))
HOURS = (8, 10, 13, 15)
DAYS = 21


def main(arguments: list[str]) -> None:
    """Serve the scheduler."""
    serve("clinic", create, ROUTES, arguments)


def create(database: sqlite3.Connection, now: datetime | None = None) -> None:
    """Make the schema, the patients, and free times for three weeks from now."""
    database.executescript(SCHEMA)
    database.executemany("insert or ignore into patient values (?, ?, ?)", PATIENTS)
    today = (now or datetime.now(UTC)).replace(minute=0, second=0, microsecond=0)
    for day in range(1, DAYS):
        at = today + timedelta(days=day)
        if at.weekday() < 5:
            database.executemany("insert or ignore into slot values (?, ?, ?, ?)", _slots_of(at))
    for number, patient in enumerate(PATIENTS):
        _first_appointment(database, f"A-{300 + number}", patient[0], PRACTITIONERS[number % len(PRACTITIONERS)][0])


def next_appointment(database: sqlite3.Connection, asked: Asked) -> Answer:
    """The next appointment of a patient."""
    row = database.execute(
        f"{APPOINTMENTS} where patient = ? and starts > ? order by starts limit 1", (asked.parts[0], _now())
    ).fetchone()
    return dict(_found(row))


def appointments(database: sqlite3.Connection, asked: Asked) -> Answer:
    """The appointments to come of a patient."""
    found = database.execute(
        f"{APPOINTMENTS} where patient = ? and starts > ? order by starts", (asked.parts[0], _now())
    )
    return {"appointments": [dict(row) for row in found]}


def alternatives(database: sqlite3.Connection, asked: Asked) -> Answer:
    """Other times that are free with the same practitioner."""
    current = _found(database.execute(f"{APPOINTMENTS} where appointment.id = ?", (asked.parts[0],)).fetchone())
    rows = database.execute(
        "select * from slot where practitioner = ? and starts > ? and id not in (select slot from appointment) "
        "order by starts limit ?",
        (current["practitioner"], _now(), MOST_OFFERED),
    )
    return {"slots": [dict(row) for row in rows]}


def move(database: sqlite3.Connection, asked: Asked) -> Answer:
    """Move an appointment to a free time, once for the key."""
    if not asked.key:
        raise Refusal(400, "key")
    known = database.execute("select * from move where key = ?", (asked.key,)).fetchone()
    if known is None:
        _move(database, asked)
    return move_by_key(database, Asked(parts=(asked.key,)))


def move_by_key(database: sqlite3.Connection, asked: Asked) -> Answer:
    """The move that was made with a key, and when the appointment is after it."""
    row = database.execute(
        "select move.key, appointment, starts as moved_to from move join slot on slot.id = to_slot where move.key = ?",
        (asked.parts[0],),
    ).fetchone()
    return dict(_found(row))


def records(database: sqlite3.Connection, asked: Asked) -> Answer:
    """A patient's record: for the patient alone, since no mandate for records was ever given."""
    if asked.query.get("by") != asked.parts[0]:
        raise Refusal(403, "closed")
    row = _found(database.execute("select * from patient where number = ?", (asked.parts[0],)).fetchone())
    return {"patient": row["number"], "record": row["record"]}


def _move(database: sqlite3.Connection, asked: Asked) -> None:
    current = _found(database.execute(f"{APPOINTMENTS} where appointment.id = ?", (asked.parts[0],)).fetchone())
    wished = str(asked.body.get("slot", ""))
    slot = _found(database.execute("select * from slot where id = ?", (wished,)).fetchone())
    if min(current["starts"], slot["starts"]) <= _now():
        raise Refusal(409, "over")
    if database.execute("select 1 from appointment where slot = ?", (wished,)).fetchone():
        raise Refusal(409, "taken")
    before = database.execute("select slot from appointment where id = ?", (asked.parts[0],)).fetchone()[0]
    database.execute("update appointment set slot = ? where id = ?", (wished, asked.parts[0]))
    database.execute("insert into move values (?, ?, ?, ?, ?)", (asked.key, asked.parts[0], before, wished, _now()))


def _slots_of(day: datetime) -> list[tuple[str, str, str, str]]:
    return [
        (f"S-{day:%m%d}-{hour:02}-{number}", day.replace(hour=hour).isoformat(), practitioner, place)
        for hour in HOURS
        for number, (practitioner, place) in enumerate(PRACTITIONERS)
    ]


def _first_appointment(database: sqlite3.Connection, number: str, patient: str, practitioner: str) -> None:
    """Every patient has an appointment in the time to come."""
    if database.execute(f"{APPOINTMENTS} where patient = ? and starts > ?", (patient, _now())).fetchone():
        return
    row = database.execute(
        "select id from slot where practitioner = ? and starts > ? and id not in (select slot from appointment) "
        "order by starts limit 1 offset 10",
        (practitioner, _now()),
    ).fetchone()
    if row:
        database.execute("delete from appointment where id = ?", (number,))
        database.execute("insert into appointment values (?, ?, ?, ?)", (number, patient, row[0], "Consultation"))


def _found(row: Any) -> Any:
    if row is None:
        raise Refusal(404, "unknown")
    return row


def _now() -> str:
    return datetime.now(UTC).isoformat()


APPOINTMENTS = """
    select appointment.id, starts, practitioner, place, reason
    from appointment join slot on slot.id = appointment.slot
"""
ROUTES = (
    Route("GET", r"/patients/([^/]+)/appointments/next", next_appointment),
    Route("GET", r"/patients/([^/]+)/appointments", appointments),
    Route("GET", r"/patients/([^/]+)/records", records),
    Route("GET", r"/appointments/([^/]+)/alternatives", alternatives),
    Route("PUT", r"/appointments/([^/]+)/slot", move),
    Route("GET", r"/moves/([^/]+)", move_by_key),
)

if __name__ == "__main__":
    main(sys.argv[1:])
