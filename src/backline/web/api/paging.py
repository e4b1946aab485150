"""Long lists, a page at a time. A cursor is the place of the last line: what is added meanwhile moves nothing."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from backline.web.api import problems
from backline.web.api.problems import Problem

Limit = Annotated[int, Query(ge=1, le=200, description="How many at most")]
Cursor = Annotated[str, Query(max_length=300, description="The place to go on from, out of `next`")]
Number = Annotated[int, Field(ge=1, le=2**53)]
"""The id of a row"""


class Page(Schema):
    """A part of a list, and where the next one is."""

    next: str | None = Field(None, description="The address of the next page; null on the last one")


@dataclass(frozen=True)
class Cut:
    """The rows of one page, and the address of the next."""

    rows: Sequence[Any]
    next: str | None


def page_of(
    request: HttpRequest, rows: QuerySet[Any], *, by: str, cursor: str, limit: int, latest_first: bool = True
) -> Cut:
    """One page of these rows in the order of the column ``by`` (a time), then of their ids."""
    sign = "-" if latest_first else ""
    rows = rows.order_by(f"{sign}{by}", f"{sign}pk")
    if cursor:
        at, pk = _read(cursor)
        way = "lt" if latest_first else "gt"
        rows = rows.filter(Q(**{f"{by}__{way}": at}) | Q(**{by: at, f"pk__{way}": pk}))
    found = list(rows[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return Cut(found[:limit], _address(request, _write(getattr(last, by), last.pk)) if last else None)


def _write(at: datetime, pk: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), pk]).encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[datetime, int]:
    try:
        at, pk = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        place = datetime.fromisoformat(at)
    except (binascii.Error, ValueError, TypeError, UnicodeError):
        raise Problem(problems.BAD_CURSOR)
    if place.tzinfo is None or not isinstance(pk, int) or not 0 < pk <= 2**53:
        raise Problem(problems.BAD_CURSOR)
    return place, pk


def _address(request: HttpRequest, cursor: str) -> str:
    query = {**{name: request.GET[name] for name in request.GET}, "cursor": cursor}
    return f"{request.path}?{urlencode(query)}"
