"""Words on boxes: cut into lines by how wide they are, since SVG does not wrap."""

from __future__ import annotations

NARROW, WIDE = "iljtfrI.,:;'|!()[] ", "mwMWÄÖÜ@%—"
SIZE = 13.5


def wrapped(text: str, *, most: float, lines: int = 2) -> list[str]:
    """At most so many lines of at most so many pixels; the last one ends in ``…`` where words were left out."""
    found: list[str] = []
    rest = text.replace("_", " ").split()
    while rest and len(found) < lines:
        line = rest.pop(0)
        while rest and width(f"{line} {rest[0]}") <= most:
            line = f"{line} {rest.pop(0)}"
        found.append(_cut(line, most, more=bool(rest) and len(found) == lines - 1))
    return found


def width(text: str) -> float:
    """About how wide in Inter, semibold."""
    return sum(
        SIZE * (0.3 if one in NARROW else 0.86 if one in WIDE else 0.66 if one.isupper() else 0.565) for one in text
    )


def _cut(line: str, most: float, *, more: bool) -> str:
    if width(line) <= most and not more:
        return line
    while line and width(line + "…") > most:
        line = line[:-1]
    return line.rstrip(" ,;:") + "…"
