"""What somebody says of a file before it is read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Told:
    """What somebody said of a file; empty is guessed."""

    case: str = ""
    """The column, the object type of OCEL, the attribute of a case in XES"""
    activity: str = ""
    time: str = ""
    resource: str = ""
    separator: str = ""
    encoding: str = ""
    time_formats: tuple[str, ...] = ()
    zone: str = "UTC"
