"""The chain: each entry holds the hash of the one before and a salted digest of what it says.

The payload is no part of the hashed row, only its digest: it can be erased and everybody can still check the chain.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from backline.cases.happenings import Happening
from backline.cases.models import Entry, EntryPayload

SALT_BYTES = 16


@dataclass(frozen=True, kw_only=True)
class Written:
    """Rows to insert, and where the chain then stands."""

    entries: list[Entry]
    payloads: list[EntryPayload]
    sequence: int
    chain: str


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
    """The rows for these happenings, after entry number ``sequence`` with hash ``chain``. ``case`` is not set in
    them."""
    entries, payloads = [], []
    for happening in happenings:
        sequence += 1
        salt = secrets.token_hex(SALT_BYTES)
        entry = Entry(
            sequence=sequence,
            version=version,
            kind=happening.kind,
            actor=happening.by or by,
            channel=happening.channel or channel,
            at=now,
            holds_from=happening.holds_from or now,
            digest=payload_digest(salt, happening.data),
        )
        chain = entry.chain = link(reference, chain, entry)
        entries.append(entry)
        payloads.append(EntryPayload(sequence=sequence, salt=salt, data=happening.data))
    return Written(entries=entries, payloads=payloads, sequence=sequence, chain=chain)


def link(reference: str, before: str, entry: Entry) -> str:
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
    return hashlib.sha256(_plain(said)).hexdigest()


def payload_digest(salt: str, data: dict[str, Any]) -> str:
    """What stands for a payload in the chain; without the salt nobody can guess the payload from it."""
    return hashlib.sha256(salt.encode() + _plain(data)).hexdigest()


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _plain(data: object) -> bytes:
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
