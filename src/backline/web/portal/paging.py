"""One page of a longer list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

T = TypeVar("T")
ON_A_PAGE = 24


def page_of(request: HttpRequest, things: Sequence[T]) -> Page[T]:
    """The page of ``things`` that the address names; the nearest one where it names none."""
    return Paginator(things, ON_A_PAGE).get_page(request.GET.get("page"))


M = TypeVar("M", bound=Model)


def page_of_rows(request: HttpRequest, rows: QuerySet[M]) -> Page[M]:
    """The same over rows of the database."""
    return Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
