"""What systems last said of a person is kept as little and as briefly as the view allows.

Past its time nothing is shown, and within an hour it is deleted, whether anybody looks or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from backline.cases.models import LastKnown
from backline.connectors.contract import Found, Missing, ReadResult
from backline.connectors.views.declarations import Part, View
from backline.connectors.views.gathering import Unmatched
from backline.connectors.views.loading import views
from backline.engine.definition import ValueType
from backline.engine.values import Row, decode, encode
from backline.jobs import enqueuing

FORGET_JOB = "last-known"
LOOKED_EVERY = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A kept value, and whether all that is shown was allowed to be kept."""

    value: Any
    at: datetime
    is_whole: bool


def of(party: int, view: View, *, now: datetime) -> Mapping[str, Kept]:
    """By part what may still be shown; what the view has ceased to allow is not."""
    found = {}
    for row in LastKnown.objects.filter(party_id=party, view=view.name):
        part = view.parts.get(row.part)
        if part is not None and now < min(row.until, row.at + timedelta(seconds=part.keep_s)):
            value = _reduced(part, decode(ValueType(kind=row.type["kind"], of=row.type["of"]), row.value))
            found[part.name] = Kept(value=value, at=row.at, is_whole=all(one.kept for one in part.shown))
    return found


def keep(party: int, view: View, part: Part, result: ReadResult | Unmatched, *, now: datetime) -> None:
    """Keep what was found, where the view allows it. What is there no more is forgotten, and so is what is too old."""
    mine = LastKnown.objects.filter(party_id=party, view=view.name, part=part.name)
    match result:
        case Found() as found if part.keep_s and any(one.kept for one in part.shown):
            told = {
                "type": {"kind": found.type.kind, "of": found.type.of},
                "value": encode(_reduced(part, decode(found.type, found.value))),
                "at": now,
                "until": now + timedelta(seconds=part.keep_s),
            }
            LastKnown.objects.update_or_create(party_id=party, view=view.name, part=part.name, defaults=told)
            enqueuing.ensure(FORGET_JOB, "", due_at=now + LOOKED_EVERY)
        case Missing(reason="none") | Unmatched():
            mine.delete()
        case Found():
            mine.delete()


def forget(_ref: str, now: datetime) -> None:
    """Delete what is too old by what the views say today, and what no view keeps any more; an hour later again."""
    parts = [(view.name, part) for view in views().values() for part in view.parts.values() if part.keep_s]
    kept = Q(pk__in=())
    for view, part in parts:
        kept |= Q(view=view, part=part.name, at__gt=now - timedelta(seconds=part.keep_s))
    LastKnown.objects.exclude(kept).delete()
    if LastKnown.objects.exists():
        enqueuing.enqueue(FORGET_JOB, "", due_at=now + LOOKED_EVERY)


def _reduced(part: Part, value: Any) -> Any:
    """Of a row only the members that are shown and may be kept; its number only if it is one of them."""
    names = {one.name for one in part.shown if one.kept}
    if isinstance(value, tuple):
        return tuple(_row(one, names) for one in value)
    return _row(value, names)


def _row(value: Any, names: set[str]) -> Any:
    if not isinstance(value, Row) or names == {""}:
        return value
    members = {name: member for name, member in value.members.items() if name in names}
    return Row(value.type, value.id if value.id in members.values() else "", members)
