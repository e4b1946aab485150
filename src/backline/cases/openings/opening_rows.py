"""The rows that an opening goes through: read from a system, each with whom and what it brings along."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backline.cases.openings import joining
from backline.catalogue.versions import LoadedType
from backline.connectors import calling
from backline.connectors.contract import Missing
from backline.engine import values
from backline.engine.definition import CaseType, Fact
from backline.engine.values import Row
from backline.people.models import Party

READ_DEADLINE_S = 30.0
ABOUT_SOMEBODY = ("name", "birth_date", "email", "phone")


class RowsMissing(Exception):
    """The system did not give its rows now."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """One row: what it is known by, what it holds, by name, and the row itself."""

    key: str
    members: Mapping[str, Any]
    value: Any
    system: str


def read_rows(call: str, told: Mapping[str, Any]) -> list[Opened]:
    """The rows that an operation gives, or the list of that name that came along; raises RowsMissing."""
    if "." not in call:
        listed = told.get(call)
        return [_row(one, "") for one in listed] if isinstance(listed, list | tuple) else []
    found = calling.read(call, told, deadline_s=READ_DEADLINE_S)
    if isinstance(found, Missing):
        raise RowsMissing(f"{call}: {found.reason} {found.detail}".strip())
    value = values.decode(found.type, found.value)
    system = call.partition(".")[0]
    return [_row(one, system) for one in (value if isinstance(value, list | tuple) else ())]


def parties_of(row: Opened, definition: CaseType, *, now: datetime) -> dict[str, int]:
    """Who takes part as the row says: members named as roles, and the row itself where it is a person."""
    found: dict[str, int] = {}
    if definition.for_ and isinstance(row.value, Row) and row.value.type in joining.PEOPLE:
        found[definition.for_] = joining.party_of(row.value, system=row.system, now=now).pk
    for role in definition.roles:
        member = row.members.get(role)
        if isinstance(member, Row):
            found[role] = joining.party_of(member, system=row.system, now=now).pk
        elif isinstance(member, str) and member and row.system:
            found[role] = _named(member, row, now).pk
    return found


def facts_of(row: Opened, loaded: LoadedType) -> Iterator[tuple[Fact, str, Any]]:
    """The facts that the row tells, each with the key of its source: those of its type, and those named as a member."""
    for fact in loaded.definition.facts.values():
        source = _outside(fact)
        if source is None:
            continue
        if isinstance(row.value, Row) and fact.type.kind == "record" and fact.type.of == row.value.type:
            yield fact, source, row.value
        elif row.members.get(fact.name) is not None:
            yield fact, source, row.members[fact.name]


def _outside(fact: Fact) -> str | None:
    """The source under which it is said: the event's, or the fact's first that is not computed."""
    kinds = [source.kind for source in fact.sources]
    return next((kind for kind in ("event", "lookup", "ask", "work", "offer") if kind in kinds), None)


def _named(number: str, row: Opened, now: datetime) -> Party:
    """Whom the system knows by this number, with what else the row tells of them."""
    told = {name: row.members[name] for name in ABOUT_SOMEBODY if row.members.get(name) is not None}
    return joining.party_of(Row(type="person", id=number, members=told), system=row.system, now=now)


def _row(value: Any, system: str) -> Opened:
    members = value.members if isinstance(value, Row) else value if isinstance(value, Mapping) else {}
    key = value.id if isinstance(value, Row) and value.id else str(members.get("id") or "")
    if not key:
        spelt = json.dumps(values.encode(value), sort_keys=True, default=str)
        key = hashlib.sha256(spelt.encode()).hexdigest()
    return Opened(key=key, members=members, value=value, system=system)
