"""The measures of a journey: each with its interval, over time, against the period before, by team and channel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb
from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backline.insight.acts import blueprint, intervals, keeping, looking, reckoning
from backline.insight.acts.choosing import Chosen
from backline.insight.acts.intervals import Estimate
from backline.insight.acts.looking import Log
from backline.insight.acts.reckoning import By, Measure, Rates, Reckoned
from backline.people.actors import Actor
from backline.web.studio import exporting, filtering
from backline.web.studio.charts import Chart, chart
from backline.web.studio.entering import being_read, catch_up, folder, for_analysts
from backline.web.studio.naming import Names, names_of
from backline.web.studio.spans import percent, short

PERIODS: tuple[By, ...] = ("day", "week", "month", "quarter", "year")
LENGTH = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}
MOST_PERIODS = 16
IN_TABLES = ("lead_median", "lead_p90", "kept", "straight_through", "handoffs", "rework", "cost")


@dataclass(frozen=True, kw_only=True)
class Card:
    """One measure as it is shown."""

    key: str
    label: str
    about: str
    value: str
    low: str
    high: str
    count: int
    change: str
    changed: bool
    better: bool | None
    """None where the change may be chance"""
    against: str
    chart: Chart | None
    most: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """A team or channel in a table."""

    label: str
    cases: int
    values: list[tuple[str, str]]
    """Each with its interval"""


@require_safe
@for_analysts
def show(request: HttpRequest, by: Actor, name: str, own: bool) -> HttpResponse:
    """All measures, or a file of them."""
    names = names_of(name, own=own, language=get_language() or "")
    now = datetime.now(UTC)
    if own:
        catch_up(now)
    try:
        with looking.looked_at(folder(), name, own=own) as (connection, log):
            filtered = filtering.read(request, connection, log, names)
            period, ends = _period(request, connection, filtered.chosen)
            rates = rates_of()
            reckon = _Reckoner(connection, log, filtered.chosen, rates, exact=request.GET.get("as") in exporting.KINDS)
            periods = reckon(period)
            if reckon.exact:
                return exporting.answer(request.GET["as"], name, period, periods, _labels())
            (whole,) = reckon("")
            words = blueprint.words_of(connection, log.log)
            groups = [(label, _groups(reckon, kind, words, names)) for kind, label in _kinds()]
    except looking.NoSuchLog:
        raise Http404
    shown = periods[-MOST_PERIODS:]
    over = [_is_over(one, period, min(ends, now)) for one in shown]
    cards = [_card(measure, whole, shown, over, period) for measure in reckoning.MEASURES if whole.told[measure.key]]
    context = {
        "log": log,
        "title": names.title,
        "filtered": filtered,
        "whole": whole,
        "cards": cards,
        "unknown": [_labels()[one.key][0] for one in reckoning.MEASURES if not whole.told[one.key]],
        "groups": [(label, some) for label, some in groups if len(some) > 1],
        "columns": [_labels()[key][0] for key in IN_TABLES],
        "period": period,
        "periods": [(key, label) for key, label in _periods().items()],
        "no_rates": own and not rates.known,
        "sample": reckon.sample,
        "being_read": being_read() if own else None,
        "cases_at": reverse("studio-request-cases" if own else "studio-log-cases", args=[name]),
        "here": "measures",
    }
    return render(request, "studio/measures.html", context)


def rates_of() -> Rates:
    """What work costs here, as the organisation's settings say it."""
    told = getattr(settings.ORGANISATION, "costs", None)
    return Rates(hour=told.hour, teams=told.teams, channels=told.channels) if told else Rates()


def shown(measure: Measure, value: float | None) -> str:
    """A value in its unit."""
    if value is None:
        return ""
    if measure.unit == "seconds":
        return short(value)
    if measure.unit == "share":
        return percent(value, 1 if 0 < value < 0.1 or 0.9 < value < 1 else 0)
    if measure.unit == "money":
        return f"{number_format(round(value, 2), 2)} {settings.ORGANISATION.currency}"
    return number_format(round(value, 2), 2)


def _period(request: HttpRequest, connection: duckdb.DuckDBPyConnection, chosen: Chosen) -> tuple[By, datetime]:
    """The period that was asked for, or the shortest one that does not make too many; and when the log ends."""
    row = connection.execute("SELECT min(started), max(ended) FROM cases WHERE log = ?", [chosen.log]).fetchone()
    first, last = row if row and row[0] else (datetime(2000, 1, 1), datetime(2000, 1, 1))  # noqa: DTZ001 - of no zone
    days = (last - first).days + 1
    usual: By = next((key for key in PERIODS if key != "day" and days / LENGTH[key] <= MOST_PERIODS), "year")
    asked = request.GET.get("period", "")
    return next((key for key in PERIODS if key == asked), usual), last.replace(tzinfo=UTC)


def _is_over(one: Reckoned, period: By, until: datetime) -> bool:
    if not isinstance(one.of, datetime):
        return True
    return one.of.replace(tzinfo=UTC) + timedelta(days=LENGTH[period]) <= until + timedelta(days=1)


def _card(measure: Measure, whole: Reckoned, periods: Sequence[Reckoned], over: Sequence[bool], period: By) -> Card:
    label, about = _labels()[measure.key]
    told = whole.told[measure.key]
    assert told is not None
    series = [
        (one.told[measure.key], _dot(measure, one, period), finished)
        for one, finished in zip(periods, over, strict=True)
    ]
    drawn = chart(series, is_share=measure.unit == "share")
    full = [one for one, finished in zip(periods, over, strict=True) if finished and one.told[measure.key]]
    now, before = (full[-1], full[-2]) if len(full) > 1 else (None, None)
    change = intervals.difference(now.told[measure.key], before.told[measure.key]) if now and before else None
    return Card(
        key=measure.key,
        label=label,
        about=about,
        value=shown(measure, told.value),
        low=shown(measure, told.low),
        high=shown(measure, told.high),
        count=told.count,
        change=_change(measure, change),
        changed=bool(change and change.value),
        better=(change.value < 0) == measure.less_is_better if change and intervals.is_sure(change) else None,
        against=f"{_when(now, period)} / {_when(before, period)}" if now and before else "",
        chart=drawn,
        most=shown(measure, drawn.most) if drawn else "",
    )


def _change(measure: Measure, change: Estimate | None) -> str:
    if change is None:
        return ""
    if not change.value:
        return _("no change")
    sign = "+" if change.value > 0 else "−"
    if measure.unit == "share":
        points = number_format(round(abs(change.value) * 100, 1), 1)
        return f"{sign}{points} {_('points')}"
    return f"{sign}{shown(measure, abs(change.value))}"


def _dot(measure: Measure, one: Reckoned, period: By) -> str:
    told = one.told[measure.key]
    if told is None:
        return ""
    said = f"{_when(one, period)}: {shown(measure, told.value)}"
    if told.low is not None:
        said += f" ({shown(measure, told.low)} – {shown(measure, told.high)})"
    return said + f", {intcomma(one.cases)}"


def _when(one: Reckoned, period: By) -> str:
    if not isinstance(one.of, datetime):
        return ""
    if period == "year":
        return str(one.of.year)
    if period == "quarter":
        return f"{one.of.year} Q{(one.of.month + 2) // 3}"
    return date_format(one.of, "M Y" if period == "month" else "j M Y")


@dataclass
class _Reckoner:
    """Reckons by whatever is asked; what was asked before of this state of the log is kept."""

    connection: duckdb.DuckDBPyConnection
    log: Log
    chosen: Chosen
    rates: Rates
    exact: bool
    sample: bool = False
    """Whether anything was reckoned of a sample so far"""

    def __call__(self, by: By) -> list[Reckoned]:
        chosen, rates = self.chosen, self.rates
        key = ("measures", repr(chosen), repr(rates), by)
        make = lambda connection: reckoning.reckon(connection, chosen, by=by, rates=rates)  # noqa: E731 - asked again later
        found = keeping.answer(self.connection, folder(), self.log, key, make, exact=self.exact)
        self.sample = self.sample or found.sample
        return found.value


def _groups(
    reckon: Callable[[By], list[Reckoned]], kind: By, words: dict[tuple[str, int], str], names: Names
) -> list[Group]:
    of_kind = "actor" if kind == "team" else "channel"
    name: Callable[[str], str] = names.team if kind == "team" else names.channel
    measures = {one.key: one for one in reckoning.MEASURES}
    return [
        Group(
            label=name(words.get((of_kind, int(str(one.of))), "")),
            cases=one.cases,
            values=[_cell(measures[key], one.told[key]) for key in IN_TABLES],
        )
        for one in reckon(kind)
    ]


def _cell(measure: Measure, told: Estimate | None) -> tuple[str, str]:
    if told is None:
        return "–", ""
    return shown(measure, told.value), f"{shown(measure, told.low)} – {shown(measure, told.high)}" if told.high else ""


def _kinds() -> tuple[tuple[By, str], ...]:
    return (("team", _("By team")), ("channel", _("By channel")))


def _periods() -> dict[str, str]:
    return {
        "day": _("by day"), "week": _("by week"), "month": _("by month"), "quarter": _("by quarter"),
        "year": _("by year"),
    }  # fmt: skip


def _labels() -> dict[str, tuple[str, str]]:
    """What each measure is called, and what it says in one sentence."""
    return {
        "lead_median": (_("Lead time"), _("From the first step to the last: half of the cases are faster.")),
        "lead_p90": (_("Lead time, 9 of 10"), _("Nine of ten cases are faster.")),
        "kept": (_("Promises kept"), _("Of all promises that were kept or broken.")),
        "touch_median": (_("Touch time"), _("What people work on a case, where that is known: half are below.")),
        "cost": (_("Cost per request"), _("Work and contacts at the rates of the settings, on average.")),
        "straight_through": (_("Straight through"), _("Cases that ended without a person behind the line.")),
        "first_contact": (_("Settled at first contact"), _("The customer came once and never had to come again.")),
        "repeat_contacts": (_("Repeat contacts"), _("How often the customer came again by themselves, per case.")),
        "handoffs": (_("Hand-offs"), _("From one person or team to another, per case.")),
        "ping_pong": (_("Ping-pong"), _("Cases that came straight back to who had just given them away.")),
        "rework": (_("Rework"), _("Cases in which people did something twice.")),
        "asked_twice": (_("Asked twice"), _("Questions that had been answered before, per case.")),
        "rekeyed": (_("Rekeyed"), _("Values typed that a system or document holds, per case.")),
    }
