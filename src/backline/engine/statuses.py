"""The four statuses beside a value: unknown, absent, failed and conflict.

In evaluated code a fact is either a plain Python value or an instance of ``Missing``; ``type(x) is Missing`` tells.
``none`` is a value (Python's None): it says that there is no such thing.
"""

from __future__ import annotations

from typing import Final, Literal, NoReturn, final

MissingStatus = Literal["unknown", "absent", "failed", "conflict"]


@final
class Missing:
    """Stands where a value would stand. It has no truth value, so that it can never count as true or false."""

    __slots__ = ("reason", "status")

    def __init__(self, status: MissingStatus, reason: str = "") -> None:
        self.status: Final = status
        self.reason: Final = reason

    def __bool__(self) -> NoReturn:
        raise TypeError(f"{self!r} is neither true nor false")

    def __eq__(self, other: object) -> bool:
        return type(other) is Missing and (self.status, self.reason) == (other.status, other.reason)

    def __hash__(self) -> int:
        return hash((self.status, self.reason))

    def __repr__(self) -> str:
        return f"<{self.status}{': ' + self.reason if self.reason else ''}>"


UNKNOWN = Missing("unknown")
ABSENT = Missing("absent")
CONFLICT = Missing("conflict")


def failed(reason: str) -> Missing:
    """Something that has no value and will get none by waiting: a division by zero, no row in the table."""
    return Missing("failed", reason)
