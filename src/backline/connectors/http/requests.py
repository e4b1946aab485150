"""A declared request, and how parameters are filled into its path, query and body."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from backline.connectors.holes import HOLE, as_text, filled
from backline.engine.values import Money, Row


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
        path=filled(request.path, names, text=_segment),
        query={name: told for name, text in request.query.items() if (told := filled(text, names)) != ""},
        content=None if body is None else json.dumps(body, ensure_ascii=False).encode(),
    )


def _segment(value: Any) -> str:
    """One part of a path: quoted whole, so that no value climbs out of its place."""
    text = as_text(value)
    if text in ("", ".", ".."):
        raise CannotAsk("a part of the path is empty")
    return quote(text, safe="")


def _body(template: Any, names: Mapping[str, Any], whole: Mapping[str, Any]) -> Any:
    if isinstance(template, dict):
        return {key: _body(one, names, whole) for key, one in template.items()}
    if isinstance(template, list):
        return [_body(one, names, whole) for one in template]
    if alone := HOLE.fullmatch(template):
        return _json(whole[alone[1]] if alone[1] in whole else names.get(alone[1]))
    return filled(template, names)


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
    return as_text(value)
