"""How long a case is kept after its end, as its type says: ``keep: 7 years after close``, or of one outcome."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from django.db.models import Exists, OuterRef, QuerySet

from backline.cases.fittings import fittings
from backline.cases.models import Case, Hold
from backline.catalogue import versions

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
    held = Hold.objects.filter(case=OuterRef("pk"), release=None)
    ended = Case.objects.filter(~Exists(held), state="ended").order_by("type_key", "ended_at")
    for case in ended.iterator(chunk_size=500):
        until = kept_until(case)
        if until is not None and until < today:
            yield case, until
