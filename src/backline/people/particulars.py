"""What is known of parties, as values of the engine: name, e-mail, phone, birth date, language, numbers in systems.

Every evaluation needs them, several times for each request. They are read by one plain statement, since the ORM takes
longer to build its two than the database to carry them out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection

from backline.engine.values import Row

COLUMNS = """
select party.id, party.kind, party.name, party.birth_date, party.language, party.time_zone, party.details,
       account.email, identifier.kind, identifier.value, identifier.verified_at, identifier.created_at
  from people_party party
  left join people_account account on account.party_id = party.id
  left join people_identifier identifier on identifier.party_id = party.id
"""
KIND, VALUE, VERIFIED, CREATED = range(8, 12)
TOLD_BY_ANYBODY = ("email", "phone")
Told = tuple[Any, ...]


def rows_of(parties: Iterable[int]) -> dict[int, Row]:
    """These parties by id, as they are known now; one that is not there is left out."""
    return {party: _row(told) for party, told in _told(parties).items()}


def identifiers_of(party: int) -> dict[str, str]:
    """What a party is best known by, by kind: ``email``, ``phone``, the name of a system."""
    return _best_identifiers(_told([party]).get(party, []))


def _told(parties: Iterable[int]) -> dict[int, list[Told]]:
    """By party: a line for each identifier, or one without any."""
    ids = sorted(set(parties))
    found: dict[int, list[Told]] = {}
    if not ids:
        return found
    holes = ", ".join(["%s"] * len(ids))
    with connection.cursor() as cursor:
        cursor.execute(f"{COLUMNS} where party.id in ({holes}) order by party.id, identifier.id", ids)
        for line in cursor.fetchall():
            found.setdefault(line[0], []).append(line)
    return found


def _row(told: Sequence[Told]) -> Row:
    party, kind, name, birth_date, language, time_zone, details = told[0][:7]
    members: dict[str, Any] = dict(json.loads(details) if isinstance(details, str) else details)
    known = {"name": name, "birth_date": _date(birth_date), "language": language, "time_zone": time_zone}
    members.update({member: value for member, value in known.items() if value})
    members.update(_best_identifiers(told))
    return Row(type=kind, id=str(party), members=members)


def _best_identifiers(told: Sequence[Told]) -> dict[str, str]:
    """By kind: the address of the account, else what was proven first, else what was told first.

    A number in a system opens what lies there, so it counts once it was proven: an address is only where we write.
    """
    best: dict[str, str] = {}
    counts = (one for one in told if one[KIND] in TOLD_BY_ANYBODY or (one[KIND] and one[VERIFIED] is not None))
    for one in sorted(counts, key=_rank):
        best.setdefault(one[KIND], one[VALUE])
    return best


def _rank(told: Told) -> tuple[bool, bool, Any]:
    """Instants compare as SQLite keeps them, as texts, and as PostgreSQL gives them."""
    account = told[7]
    return told[VERIFIED] is None, told[VALUE] != account, told[VERIFIED] or told[CREATED]


def _date(told: Any) -> date | None:
    return date.fromisoformat(told) if isinstance(told, str) else told
