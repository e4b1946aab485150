"""Search filters of a declaration, filled with values that stay values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from backline.connectors import holes
from backline.connectors.holes import HOLE
from backline.engine.values import Row


class NoFilter(ValueError):
    """A text that is no filter; the message says why."""


def must_be_filter(template: str) -> None:
    """Raises NoFilter. Holes stand for any value."""
    from ldap3.core.exceptions import LDAPException
    from ldap3.operation.search import parse_filter

    try:
        parse_filter(HOLE.sub("x", template), None, False, False, None, False)
    except (LDAPException, ValueError, IndexError) as wrong:
        raise NoFilter(f"'{template}' is no search filter.") from wrong


def filled(template: str, names: Mapping[str, Any]) -> str:
    """The filter with each value quoted, so that it ends no part of the filter and matches nothing but itself."""
    from ldap3.utils.conv import escape_filter_chars

    return holes.filled(template, names, text=lambda value: escape_filter_chars(_text(value)))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Row):
        return value.id
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return value.isoformat() if isinstance(value, datetime | date) else str(value)
