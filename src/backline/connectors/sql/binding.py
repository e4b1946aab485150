"""Values as a database's driver takes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import TextClause

from backline.connectors.arguments import flat
from backline.connectors.declarations import Operation
from backline.connectors.sql.reading import JOINT, binds

MYSQL = ("mysql", "mariadb")
"""Databases whose times know no zone: they are written in that of the system's settings, and read so"""


def bound(
    operation: Operation, arguments: Mapping[str, Any], *, dialect: str, zone: str = "UTC", key: str = ""
) -> dict[str, Any]:
    """Every name that a statement of the operation may bind."""
    names = {**flat(operation.parameters, arguments, JOINT), "key": key}
    return {name: _driven(value, dialect, zone) for name, value in names.items()}


def chosen(statement: TextClause, names: Mapping[str, Any]) -> dict[str, Any]:
    """The names that this statement binds; a member that the row does not have is null."""
    return {name: names.get(name) for name in binds(statement)}


def _driven(value: Any, dialect: str, zone: str) -> Any:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, tuple | list):
        return json.dumps([str(one) for one in value], ensure_ascii=False)
    if dialect in MYSQL and isinstance(value, datetime):
        return value.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    if dialect != "sqlite":
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
