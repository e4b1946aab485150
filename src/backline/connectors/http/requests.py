"""A declared request, and how parameters are filled into its path, query and body."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from backline.engine.values import Money, Row, encode

HOLE = re.compile(r"\{([a-z][a-z0-9_.]*)\}")
JOINT = "."


class CannotAsk(ValueError):
    """These arguments make no proper request."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """Method and templates; ``at`` says where in the answer the value lies."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    at: tuple[str, ...] = ()
    pages: Pages | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Pages:
    """How the next page of an answer is found."""

    by: str
    next: tuple[str, ...] = ()
    """cursor: where in the answer it stands"""
    query: str = ""
    """cursor, number: the query parameter that takes it"""
    first: int = 1
    most: int = 20
    """More pages than these are not read: the answer is broken then, and never cut off silently"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Filled:
    """A request that can be sent. The path starts with one slash and stays under the system's address."""

    method: str
    path: str
    query: Mapping[str, str]
    content: bytes | None


def fill(request: Request, names: Mapping[str, Any], whole: Mapping[str, Any]) -> Filled:
    """Fill the templates: ``names`` are flat (``slot.id``), ``whole`` the arguments themselves."""
    body = None if request.body is None else _body(request.body, names, whole)
    return Filled(
        method=request.method,
        path=HOLE.sub(lambda hole: _segment(names.get(hole[1])), request.path),
        query={name: filled for name, text in request.query.items() if (filled := filled_text(text, names)) != ""},
        content=None if body is None else json.dumps(body, ensure_ascii=False).encode(),
    )


def _segment(value: Any) -> str:
    """One part of a path: quoted whole, so that no value climbs out of its place."""
    text = _plain(value)
    if text in ("", ".", ".."):
        raise CannotAsk("a part of the path is empty")
    return quote(text, safe="")


def filled_text(template: str, names: Mapping[str, Any]) -> str:
    """A text with its holes filled by what can be read of the values."""
    return HOLE.sub(lambda hole: _plain(names.get(hole[1])), template)


def _body(template: Any, names: Mapping[str, Any], whole: Mapping[str, Any]) -> Any:
    if isinstance(template, dict):
        return {key: _body(one, names, whole) for key, one in template.items()}
    if isinstance(template, list):
        return [_body(one, names, whole) for one in template]
    if alone := HOLE.fullmatch(template):
        return _json(whole[alone[1]] if alone[1] in whole else names.get(alone[1]))
    return filled_text(template, names)


def _json(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Money):
        return {"amount": str(value.amount), "currency": value.currency}
    if isinstance(value, Row):
        return {name: _json(one) for name, one in value.members.items()}
    if isinstance(value, Mapping):
        return {name: _json(one) for name, one in value.items()}
    if isinstance(value, tuple | list):
        return [_json(one) for one in value]
    return _plain(value)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(int(value.total_seconds()))
    if isinstance(value, Row):
        return value.id
    return str(value) if isinstance(value, str | int | Decimal) else json.dumps(encode(value), ensure_ascii=False)
