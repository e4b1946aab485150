"""The print shop that makes plastic cards. It takes its time on purpose: nothing fast may wait for it."""

from __future__ import annotations

import sqlite3
import sys
import time
from typing import Any

from backline.demo.systems.serving import Answer, Asked, Refusal, Route, serve

LATE_S = 2.0
"""How long it thinks about an order"""
PRINTED_AFTER_S, POSTED_AFTER_S = 30, 90
SCHEMA = """
pragma journal_mode = wal;
create table if not exists card_order (
    serial integer primary key autoincrement,
    key text not null unique,
    card text not null,
    name text not null,
    address text not null,
    ordered_at real not null,
    cancelled_at real,
    cancelled_key text unique
);
"""


def main(arguments: list[str]) -> None:
    """Serve the print shop."""
    serve("printshop", create, ROUTES, arguments)


def create(database: sqlite3.Connection) -> None:
    """Make the schema."""
    database.executescript(SCHEMA)


def order(database: sqlite3.Connection, asked: Asked) -> Answer:
    """Take an order once for its key."""
    if not asked.key:
        raise Refusal(400, "key")
    if known := _by_key(database, asked.key):
        return _shown(known)
    address = asked.body.get("address")
    if not isinstance(address, dict) or not str(address.get("street", "")).strip():
        raise Refusal(422, "address")
    written = ", ".join(str(part) for part in address.values() if part)
    database.execute(
        "insert into card_order (key, card, name, address, ordered_at) values (?, ?, ?, ?, ?)",
        (asked.key, str(asked.body.get("card", "")), str(asked.body.get("name", "")), written, time.time()),
    )
    return order_by_key(database, Asked(parts=(asked.key,)))


def order_by_key(database: sqlite3.Connection, asked: Asked) -> Answer:
    """The order that was made with a key."""
    return _shown(_found(_by_key(database, asked.parts[0])))


def order_by_number(database: sqlite3.Connection, asked: Asked) -> Answer:
    """How far an order is."""
    return _shown(_numbered(database, asked.parts[0]))


def cancel(database: sqlite3.Connection, asked: Asked) -> Answer:
    """Take an order back, while it is not in the post."""
    row = _numbered(database, asked.parts[0])
    if row["cancelled_at"] is None:
        if _state(row) == "posted":
            raise Refusal(409, "posted")
        database.execute(
            "update card_order set cancelled_at = ?, cancelled_key = ? where serial = ?",
            (time.time(), asked.key, row["serial"]),
        )
    return {"order_no": asked.parts[0], "state": "cancelled"}


def cancellation(database: sqlite3.Connection, asked: Asked) -> Answer:
    """The cancellation that was made with a key."""
    row = database.execute("select * from card_order where cancelled_key = ?", (asked.parts[0],)).fetchone()
    return _shown(_found(row))


def _by_key(database: sqlite3.Connection, key: str) -> Any:
    return database.execute("select * from card_order where key = ?", (key,)).fetchone()


def _numbered(database: sqlite3.Connection, number: str) -> Any:
    serial = number.removeprefix("CP-")
    row = (
        database.execute("select * from card_order where serial = ?", (serial,)).fetchone()
        if serial.isdigit()
        else None
    )
    return _found(row)


def _found(row: Any) -> Any:
    if row is None:
        raise Refusal(404, "order")
    return row


def _shown(row: Any) -> Answer:
    return {"order_no": f"CP-{row['serial']}", "card": row["card"], "state": _state(row)}


def _state(row: Any) -> str:
    if row["cancelled_at"] is not None:
        return "cancelled"
    age = time.time() - row["ordered_at"]
    if age >= POSTED_AFTER_S:
        return "posted"
    return "printed" if age >= PRINTED_AFTER_S else "ordered"


ROUTES = (
    Route("POST", r"/orders", order, LATE_S),
    Route("GET", r"/orders/by-key/([^/]+)", order_by_key),
    Route("GET", r"/orders/([^/]+)", order_by_number),
    Route("POST", r"/orders/([^/]+)/cancellation", cancel),
    Route("GET", r"/cancellations/by-key/([^/]+)", cancellation),
)

if __name__ == "__main__":
    main(sys.argv[1:])
