"""What systems of record said while a draft is filled in: each is read once and again only when it is no longer fresh.

It lies in the cache, not in the draft, and is gone by itself. The request that is made of the draft reads for itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.cache import caches

from backline.cases.fittings import fittings
from backline.cases.gathering import AUTOMATIC, kind_of
from backline.catalogue.versions import LoadedType
from backline.engine.definition import Span
from backline.engine.record import Assertion
from backline.web.portal.models import Draft

FRESH = Span(amount=10, unit="minutes")
"""Where the case type does not say how long a reading is fresh"""
KEPT = timedelta(hours=1)


def known(draft: Draft, loaded: LoadedType, *, now: datetime) -> tuple[Assertion, ...]:
    """What was read for this draft and is still fresh."""
    kept: tuple[Assertion, ...] = caches["kept"].get(_key(draft), ())
    return tuple(said for said in kept if _is_fresh(said, loaded, now))


def keep(draft: Draft, said: Iterable[Assertion]) -> None:
    """Keep what systems and documents said."""
    found = tuple(one for one in said if kind_of(one.source) in AUTOMATIC)
    caches["kept"].set(_key(draft), found, KEPT.total_seconds())


def forget(draft: Draft) -> None:
    """The draft was sent or let go."""
    caches["kept"].delete(_key(draft))


def _is_fresh(said: Assertion, loaded: LoadedType, now: datetime) -> bool:
    fact = loaded.definition.facts.get(said.fact)
    span = fact.fresh if fact and fact.fresh else FRESH
    return fittings().calendar.add(said.said_at, span) > now


def _key(draft: Draft) -> str:
    return f"portal.reads.{draft.key}"
