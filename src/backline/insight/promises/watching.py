"""The promises that are being made: whether they are still kept often enough, and whom to tell when not, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from backline.catalogue import versions
from backline.catalogue.versions import LoadedType
from backline.engine.definition import Promise, Span
from backline.insight.models import Doubt, Learnt
from backline.insight.promises.guarding import is_about
from backline.insight.promises.keeping import FEWEST
from backline.insight.promises.learning import latest_of_all
from backline.people.actors import Actor

RECOVERED = 0.02
"""So much above its level a promise has to be kept before it is made again: not on and off every day"""


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What changed with this look: promises now in doubt, and those that hold again."""

    new: tuple[Doubt, ...]
    over: tuple[Doubt, ...]


def watch(*, now: datetime, type_key: str | None = None) -> Watched:
    """Compare what was learnt last with what is promised, of one type or all; open and close doubts."""
    new: list[Doubt] = []
    over: list[Doubt] = []
    for key, row in latest_of_all(type_key).items():
        try:
            loaded = versions.load_current(key)
        except versions.VersionNotFound:
            continue
        for promise in loaded.definition.promises.values():
            _look(loaded, promise, row, now, new, over)
    return Watched(new=tuple(new), over=tuple(over))


def open_doubts(type_key: str | None = None) -> dict[tuple[str, str], Doubt]:
    """Promises that are in doubt now, by case type and name."""
    rows = Doubt.objects.filter(over_at__isnull=True)
    if type_key is not None:
        rows = rows.filter(type_key=type_key)
    return {(row.type_key, row.promise): row for row in rows}


def doubts_for(by: Actor) -> list[Doubt]:
    """Doubts that this colleague should know of and nobody has answered for: the owner's, and an analyst's."""
    rows = Doubt.objects.filter(over_at__isnull=True).order_by("since")
    if not (by.has_duty("analyst") or by.has_duty("administrator")):
        rows = rows.filter(owner__in=by.teams | by.leads)
    return list(rows)


def mark_seen(*, doubt: int, by: Actor, now: datetime) -> None:
    """Somebody of the owner's answers for it from now on."""
    rows = Doubt.objects.filter(pk=doubt, seen_at__isnull=True)
    if not (by.has_duty("analyst") or by.has_duty("administrator")):
        rows = rows.filter(owner__in=by.teams | by.leads)
    rows.update(seen_by=by.id, seen_at=now)


def instead_of(doubt: Doubt) -> Span | None:
    """The time that is kept."""
    if not doubt.instead:
        return None
    amount, unit, business = doubt.instead
    return Span(amount=amount, unit=unit, business=business)


def overridden(loaded: LoadedType, promise: Promise) -> dict[str, Any] | None:
    """The verdict on this promise against which the current version was published: who did, why, what was found."""
    version = versions.published(loaded.key, loaded.version)
    if not version.verdict or version.verdict["keeps"]:
        return None
    found = [words for words in version.verdict["findings"] if is_about(words, promise.name, loaded.texts)]
    if not found:
        return None
    return {**version.verdict, "findings": found, "by": version.published_by, "at": version.published_at}


def _look(
    loaded: LoadedType, promise: Promise, row: Learnt, now: datetime, new: list[Doubt], over: list[Doubt]
) -> None:
    told = row.content["promises"].get(promise.name)
    found = told and (told["now"] if told["now"] and told["now"]["cases"] >= FEWEST else told["kept"])
    if not found or found["cases"] < FEWEST or promise.within is None:
        return
    doubt = Doubt.objects.filter(type_key=loaded.key, promise=promise.name, over_at__isnull=True).first()
    level = float(promise.level)
    if found["share"] < level:
        fresh = _write(doubt, loaded, promise, told, found, now)
        if doubt is None:
            new.append(fresh)
    elif doubt is not None and found["share"] >= min(level + RECOVERED, 1.0):
        doubt.over_at = now
        doubt.save(update_fields=["over_at"])
        over.append(doubt)


def _write(
    doubt: Doubt | None, loaded: LoadedType, promise: Promise, told: dict[str, Any], found: dict[str, Any],
    now: datetime,
) -> Doubt:  # fmt: skip
    row = doubt or Doubt(
        type_key=loaded.key, promise=promise.name, owner=loaded.definition.owner, since=now,
    )  # fmt: skip
    row.level, row.share, row.cases = float(promise.level), found["share"], found["cases"]
    row.instead = told["keepable"]
    row.reason = told["bottlenecks"][0] if told["bottlenecks"] else None
    with transaction.atomic():
        row.save()
    return row
