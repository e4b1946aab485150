"""What a table in text looks like, told by its first lines: encoding, separator, names of columns."""

from __future__ import annotations

import codecs
import csv
import re
from dataclasses import dataclass
from pathlib import Path

from backline.insight.logs.heads import SQLITE, head_of
from backline.insight.logs.report import LogRefused

MOST_COLUMNS = 500
SEPARATORS = (",", ";", "\t", "|", "^")
SAMPLE_LINES = 50
NO_TABLE = "this is neither XES nor OCEL nor a table with a line of column names"
BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(frozen=True, kw_only=True)
class Peek:
    """The first lines of a table."""

    header: list[str]
    rows: list[list[str]]


def peek(path: Path) -> Peek | None:
    """The first lines of a table; None for a file of another kind. Raises LogRefused where there is no table."""
    head = head_of(path)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"<", b"{")) or head.startswith((SQLITE, b"\xff\xfe<", b"\xfe\xff\0<")):
        return None
    sample = sample_of(head, encoding_of(head))
    rows = rows_of(sample, separator_of(sample))
    return Peek(header=header_of(rows), rows=rows[1:])


def encoding_of(head: bytes) -> str:
    for bom, name in BOMS.items():
        if head.startswith(bom):
            return name
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def sample_of(head: bytes, encoding: str) -> list[str]:
    if b"\0" in head and not encoding.lower().startswith(("utf-16", "utf-32")):
        raise LogRefused(NO_TABLE)
    try:
        text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    except LookupError:
        raise LogRefused(f"there is no encoding {encoding!r}")
    lines = re.split(r"(?<=\n)", text)
    whole = lines[:-1] if len(lines) > SAMPLE_LINES else lines
    return whole[:SAMPLE_LINES]


def rows_of(sample: list[str], separator: str) -> list[list[str]]:
    """The sample cut into columns. Raises LogRefused for what is no text."""
    try:
        return list(csv.reader(sample, delimiter=separator))
    except csv.Error:
        raise LogRefused(NO_TABLE)


def separator_of(sample: list[str]) -> str:
    """The one that cuts most lines into as many columns as the first."""

    def fit(separator: str) -> tuple[int, int]:
        widths = [len(row) for row in rows_of(sample, separator) if row]
        return (sum(width == widths[0] for width in widths) if widths[0] > 1 else 0, widths[0])

    return max(SEPARATORS, key=fit)


def header_of(rows: list[list[str]]) -> list[str]:
    names = [name.strip().lstrip("\ufeff") for name in rows[0]] if rows else []
    if len(names) < 2:
        raise LogRefused(NO_TABLE)
    if len(names) > MOST_COLUMNS:
        raise LogRefused(f"{len(names):,} columns are too many")
    return [
        name if name and names.index(name) == at else f"{name or 'column'} {at + 1}" for at, name in enumerate(names)
    ]
