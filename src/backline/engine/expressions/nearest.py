"""Did you mean ...? The known name nearest to one that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str:
    """The closest known name, or an empty text where none is close."""
    found = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return found[0] if found else ""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A mend: the nearest name, or those there are when they are few."""
    names = sorted(set(known))
    near = nearest(name, names)
    if near:
        return f"Did you mean '{near}'?"
    return f"There is: {', '.join(names)}." if 0 < len(names) <= 8 else ""
