"""How often a write is there, where no key keeps two of them apart."""

from __future__ import annotations

from backline.connectors.contract import ForAPerson
from backline.connectors.declarations import Operation


def more_than_once(operation: Operation, found: int) -> ForAPerson | None:
    """What a read-back that found so many says of a system that knows no keys; None where that is not the matter."""
    if operation.settles_s is None or found < 2:
        return None
    return ForAPerson(reason=f"it is there {found} times, and has to be there once")
