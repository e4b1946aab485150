"""By when it will really be there: what was promised beside what is foretold, in the customer's words."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from backline.cases.fittings import fittings
from backline.engine.definition import Promise
from backline.engine.evaluation import PromiseStatus
from backline.insight.promises import forecasts, watching
from backline.insight.promises.foretelling import Foretold
from backline.web.portal.knowing import Known
from backline.web.portal.wording import day_words, within

SURELY, HALF = 0.9, 0.5
CLOSE = timedelta(hours=2)
"""Dates that differ by less are one date to a customer"""


def foretold_of(known: Known) -> dict[str, Foretold]:
    """What is foretold of each promise of a request; looked up once for a page."""
    found: dict[str, Foretold] | None = known.__dict__.get("_foretold")
    if found is None:
        found = forecasts.foretold_now(known.case, calendar=fittings().calendar, now=known.now)
        known.__dict__["_foretold"] = found
    return found


def expected_at(known: Known, status: PromiseStatus) -> datetime | None:
    """The date to name: kept in nine of ten cases, and as it was promised where that will do."""
    if status.state not in ("running", "at risk", "broken"):
        return status.due
    one = foretold_of(known).get(status.name)
    if one is None:
        return None if status.state == "broken" else status.due
    sure = _rounded(one.sure)
    if status.due and status.state != "broken" and sure > status.due and (one.keeps or 0.0) >= _enough(known, status):
        return status.due
    return sure


def _enough(known: Known, status: PromiseStatus) -> float:
    """A promise that is kept as a rule is believed where this request is no exception; one in doubt has to prove it."""
    key = known.case.type_key
    return SURELY if (key, status.name) in watching.open_doubts(key) else HALF


def expected_words(known: Known, status: PromiseStatus) -> str:
    """What is said of a promise that runs, where more is foretold than its due time; empty otherwise."""
    expected, due = expected_at(known, status), status.due
    if expected is None or due is None or status.state not in ("running", "at risk", "broken"):
        return ""
    told = {"due": day_words(due), "day": day_words(expected)}
    if status.state == "broken":
        return _("We said %(due)s, and did not keep it. We are sorry. We now expect it by %(day)s.") % told
    if expected > due + CLOSE:
        return _("We said %(due)s. It takes longer at the moment: we now expect it by %(day)s.") % told
    if expected < due - CLOSE:
        return capfirst(_("by %(day)s; %(due)s at the latest") % told)
    return ""


def offered_words(type_key: str, promise: Promise) -> str:
    """What a service promises; where that is in doubt now, what is kept instead."""
    doubt = watching.open_doubts(type_key).get((type_key, promise.name))
    if doubt is None:
        return within(promise.within)
    instead = watching.instead_of(doubt)
    if instead is None:
        return _("At the moment we can't say how long it takes")
    return _("At the moment: %(within)s") % {"within": within(instead)}


def _rounded(at: datetime) -> datetime:
    """To the end of the working day where it is not today, else to the next full hour."""
    local = timezone.localtime(at)
    if local.date() != timezone.localdate():
        closes = fittings().calendar.hours_of(local.date())[1]
        return max(at, closes)
    return at if local.minute == 0 else local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
