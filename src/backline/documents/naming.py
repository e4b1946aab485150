"""A file's name as people may see it and a disk may bear it."""

from __future__ import annotations

import unicodedata

LONGEST = 120
RESERVED = {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)}


def clean_name(name: str, *, otherwise: str = "document") -> str:
    """The last part of a path without control characters, direction marks, or what a file system can't take."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/")).rstrip("/").rpartition("/")[2]
    kept = "".join(" " if c.isspace() else c for c in last if _harmless(c))
    kept = " ".join(kept.split()).strip(" .")
    if not kept or kept.partition(".")[0].lower() in RESERVED:
        return otherwise
    return _shortened(kept)


def _harmless(character: str) -> bool:
    if character in '<>:"|?*':
        return False
    return character.isspace() or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _shortened(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:LONGEST]
    return f"{stem[: LONGEST - len(ending) - 1]}.{ending}"
