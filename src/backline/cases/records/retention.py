"""How long a case is kept after its end, as its type says: ``keep: 7 years after close``, or of one outcome."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from django.db.models import Exists, OuterRef, QuerySet

from backline.cases.fittings import fittings
from backline.cases.models import Case, Hold
from backline.catalogue import versions
from backline.catalogue.models import Version

KEPT = re.compile(r"(\d{1,3}) (day|month|year)s?(?: after close)?")
"""What can be worked out. Any other words (``10 years after the trust ends``) are for a person to decide by."""


def keep_words(case: Case) -> str:
    """What the type says of cases that ended so; empty where it says nothing."""
    definition = versions.load(case.type_key, case.type_version).definition
    of_outcome = next((one.keep for one in definition.outcomes if one.name == case.outcome), "")
    return (of_outcome or definition.keep).strip()


def kept_until(case: Case) -> date | None:
    """The last day on which the case is kept, where the organisation is; None where nobody but a person can tell."""
    if case.ended_at is None or case.state == "gone":
        return None
    if not (found := KEPT.fullmatch(keep_words(case))):
        return None
    ended = case.ended_at.astimezone(ZoneInfo(fittings().zone)).date()
    return ended + relativedelta(**{f"{found[2]}s": int(found[1])})  # type: ignore[arg-type]


def running_holds(case: Case) -> QuerySet[Hold]:
    """The orders to keep it that have not ended."""
    return Hold.objects.filter(case=case, release=None).order_by("at")


def over(*, now: datetime) -> Iterator[tuple[Case, date]]:
    """Ended cases that nothing keeps any more, the longest over first within each type."""
    today = now.astimezone(ZoneInfo(fittings().zone)).date()
    for key in Version.objects.order_by("key").values_list("key", flat=True).distinct():
        for case in _ended_long_ago(key, today).iterator(chunk_size=500):
            until = kept_until(case)
            if until is not None and until < today:
                yield case, until


def _ended_long_ago(type_key: str, today: date) -> QuerySet[Case]:
    """Those of a type that ended before the shortest time for which any of its versions keeps a case; none where nobody
    but a person can tell."""
    terms = {found.groups() for words in _all_keep_words(type_key) if (found := KEPT.fullmatch(words))}
    last = max((today - relativedelta(**{f"{unit}s": int(many)}) for many, unit in terms), default=None)  # type: ignore[arg-type]
    if last is None:
        return Case.objects.none()
    held = Hold.objects.filter(case=OuterRef("pk"), release=None)
    before = datetime.combine(last, time.max, ZoneInfo(fittings().zone))
    ended = Case.objects.filter(~Exists(held), type_key=type_key, state="ended", ended_at__lte=before)
    return ended.order_by("ended_at")


def _all_keep_words(type_key: str) -> Iterator[str]:
    for number in Version.objects.filter(key=type_key).values_list("number", flat=True):
        definition = versions.load(type_key, number).definition
        yield definition.keep.strip()
        yield from (outcome.keep.strip() for outcome in definition.outcomes)
