"""What a row of a spreadsheet is about, signed: which task, of which version of its case, with which cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from django.core import signing

SALT = "backline.work-list"


@dataclass(frozen=True, kw_only=True)
class Key:
    """A row as it went out."""

    task: int
    version: int
    """Of the case"""
    language: str
    written: Mapping[str, str]
    """A stamp of each cell that is not to be filled, by the name of its column"""


def signed(key: Key) -> str:
    """The text of the hidden cell."""
    return signing.dumps([key.task, key.version, key.language, dict(key.written)], salt=SALT, compress=True)


def read(text: str) -> Key | None:
    """The row that a hidden cell names; None where it was not written here."""
    try:
        task, version, language, written = signing.loads(text, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    return Key(task=task, version=version, language=language, written=written)


def stamp(text: str) -> str:
    """Tells one content of a cell from another."""
    return sha256(" ".join(text.split()).encode()).hexdigest()[:8]
