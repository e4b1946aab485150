"""The chain: each entry holds the hash of the one before and a salted digest of what it says.

The payload is no part of the hashed row, only its digest: it can be erased and everybody can still check the chain.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple

from backline.cases.models import Entry, EntryPayload
from backline.cases.storage.columns import stored_instant
from backline.cases.storage.happenings import Happening
from backline.cases.storage.spelling import spelling
from backline.cases.storage.statements import insert_stored
from backline.engine.building import quick

SALT_BYTES = 16


class Line(NamedTuple):
    """An entry that is about to be written."""

    sequence: int
    version: int
    kind: str
    actor: str
    channel: str
    at: datetime
    holds_from: datetime
    digest: str


@quick
@dataclass(frozen=True, kw_only=True)
class Written:
    """The rows to insert as they are stored, in the order of these columns but the first, and where the chain then
    stands."""

    ENTRY: ClassVar = ("case_id", *Line._fields, "chain")
    PAYLOAD: ClassVar = ("case_id", "sequence", "salt", "data", "erased_by")

    entries: list[tuple[Any, ...]]
    payloads: list[tuple[Any, ...]]
    sequence: int
    chain: str

    def insert(self, case: int) -> None:
        """Write the rows, each of them one thing that happened in this case."""
        insert_stored(Entry, self.ENTRY, [(case, *entry) for entry in self.entries])
        insert_stored(EntryPayload, self.PAYLOAD, [(case, *payload) for payload in self.payloads])


def write(
    happenings: Sequence[Happening],
    *,
    reference: str,
    sequence: int,
    chain: str,
    version: int,
    by: str,
    channel: str,
    now: datetime,
) -> Written:
    """The rows for these happenings, after entry number ``sequence`` with hash ``chain``."""
    entries: list[tuple[Any, ...]] = []
    payloads: list[tuple[Any, ...]] = []
    at, salts = stored_instant(now), _salts(len(happenings))
    for salt, happening in zip(salts, happenings, strict=True):
        sequence += 1
        data = plain(happening.data)
        line = Line(
            sequence=sequence,
            version=version,
            kind=happening.kind,
            actor=happening.by or by,
            channel=happening.channel or channel,
            at=now,
            holds_from=happening.holds_from or now,
            digest=_digest(salt, data),
        )
        chain = link(reference, chain, line)
        holds_from = at if line.holds_from is now else stored_instant(line.holds_from)
        entries.append((*line[:5], at, holds_from, line.digest, chain))
        payloads.append((sequence, salt, data, ""))
    return Written(entries=entries, payloads=payloads, sequence=sequence, chain=chain)


def link(reference: str, before: str, entry: Entry | Line) -> str:
    """The hash of this entry after the hash ``before``."""
    said = [
        reference,
        before,
        entry.sequence,
        entry.version,
        entry.kind,
        entry.actor,
        entry.channel,
        _instant(entry.at),
        _instant(entry.holds_from),
        entry.digest,
    ]
    return hashlib.sha256(plain(said).encode()).hexdigest()


def payload_digest(salt: str, data: dict[str, Any]) -> str:
    """What stands for a payload in the chain; without the salt nobody can guess the payload from it."""
    return _digest(salt, plain(data))


def _salts(count: int) -> list[str]:
    """So many salts, drawn at one go."""
    drawn = secrets.token_hex(SALT_BYTES * count)
    return [drawn[at : at + 2 * SALT_BYTES] for at in range(0, len(drawn), 2 * SALT_BYTES)]


def _digest(salt: str, data: str) -> str:
    return hashlib.sha256(f"{salt}{data}".encode()).hexdigest()


@lru_cache(maxsize=64)
def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


plain = spelling(sort_keys=True)
"""JSON in its one spelling"""
