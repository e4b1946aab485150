"""Values as the text of a cell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from backline.connectors import holes
from backline.engine.values import Row


def filled(template: str, names: Mapping[str, Any]) -> str:
    """The template with its holes filled; what is not known is empty."""
    return holes.filled(template, names, text=_plain)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(int(value.total_seconds()))
    return value.id if isinstance(value, Row) else str(value)
