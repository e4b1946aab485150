"""``/studio/``: the journeys that can be looked at: our own case types, and logs of other systems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backline.catalogue import versions
from backline.catalogue.colleagues import is_for_colleagues
from backline.insight.acts import blueprint, keeping, looking, reckoning
from backline.insight.acts.choosing import Chosen
from backline.insight.acts.intervals import Estimate, difference, is_sure, share
from backline.insight.acts.looking import Log
from backline.insight.logs import store
from backline.people.actors import Actor
from backline.web.studio.entering import catch_up, folder, for_analysts
from backline.web.studio.naming import names_of
from backline.web.studio.spans import percent, short


@dataclass(frozen=True, kw_only=True)
class Row:
    """One of our own requests with its first figures."""

    log: Log
    title: str
    for_staff: bool
    cases: int
    open: int
    lead: str
    lead_p90: str
    kept: str
    straight: str
    told: reckoning.Reckoned


@require_safe
@for_analysts
def overview(request: HttpRequest, by: Actor) -> HttpResponse:
    """All journeys, our own first."""
    return render(request, "studio/journeys.html", told_overview())


def told_overview() -> dict[str, object]:
    """What the overview shows; also where a log was not taken in."""
    catch_up(datetime.now(UTC))
    logs = looking.logs(folder())
    with store.opened(folder()) as connection:
        found = [(log, _reckoned(connection, log)) for log in logs if log.own and log.cases]
    for log in logs:
        _look_ahead(log)
    rows = [_row(log, told, get_language() or "") for log, told in found]
    sides = ((_("Requests of customers"), False), (_("Requests of colleagues"), True))
    return {
        "compared": _compared(rows),
        "sides": [
            (label, of_side, _pooled(of_side))
            for label, who in sides
            if (of_side := [r for r in rows if r.for_staff == who])
        ],
        "imported": [one for one in logs if not one.own],
    }


@require_safe
@for_analysts
def refusals(request: HttpRequest, by: Actor, name: str) -> HttpResponse:
    """What of a log was not read, by line."""
    with store.opened(folder()) as connection:
        log = next((one for one in looking.logs_of(connection) if one.name == name and not one.own), None)
        if log is None:
            raise Http404
        rows = connection.execute("SELECT line, reason FROM refusals WHERE log = ? ORDER BY line", [log.log]).fetchall()
    return render(request, "studio/refusals.html", {"log": log, "rows": rows})


def _reckoned(connection: duckdb.DuckDBPyConnection, log: Log) -> reckoning.Reckoned:
    make = lambda connection: reckoning.reckon(connection, Chosen(log=log.log))[0]  # noqa: E731 - asked again later
    return keeping.answer(connection, folder(), log, ("overview",), make).value


def _look_ahead(log: Log) -> None:
    """The picture of a large log is begun before somebody goes there."""
    chosen = Chosen(log=log.log)
    key = ("blueprint", repr(chosen), None)
    keeping.find_ahead(folder(), log, key, lambda connection: blueprint.draw_up(connection, chosen))


def _together(rows: Sequence[Row], key: str) -> Estimate | None:
    """A share of all these requests."""
    known = [found for row in rows if (found := row.told.told[key])]
    return share(sum(found.value * found.count for found in known), sum(found.count for found in known))


def _compared(rows: Sequence[Row]) -> str:
    """Whether colleagues are served as customers are: the same care, or less."""
    customers, colleagues = (_together([r for r in rows if r.for_staff == who], "kept") for who in (False, True))
    if customers is None or colleagues is None:
        return ""
    told = {"colleagues": percent(colleagues.value), "customers": percent(customers.value)}
    if not is_sure(difference(colleagues, customers)):
        return _("Promises to colleagues (%(colleagues)s) and to customers (%(customers)s) are kept alike.") % told
    if colleagues.value < customers.value:
        return _("Promises to colleagues are kept less often: %(colleagues)s, to customers %(customers)s.") % told
    return _("Promises to colleagues are kept more often: %(colleagues)s, to customers %(customers)s.") % told


def _pooled(rows: Sequence[Row]) -> dict[str, str]:
    """Shares of all requests of one side together; a lead time of different requests would say nothing."""

    def of(key: str) -> str:
        together = _together(rows, key)
        if together is None:
            return ""
        return f"{percent(together.value, 1)} ({percent(together.low, 1)} – {percent(together.high, 1)})"

    return {"kept": of("kept"), "straight": of("straight_through")}


def _row(log: Log, told: reckoning.Reckoned, language: str) -> Row:
    def of(key: str) -> float | None:
        found = told.told[key]
        return found.value if found else None

    return Row(
        log=log,
        title=names_of(log.name, own=True, language=language).title,
        for_staff=is_for_staff(log.name),
        cases=told.cases,
        open=told.open,
        lead=short(of("lead_median")),
        lead_p90=short(of("lead_p90")),
        kept=percent(of("kept"), 1),
        straight=percent(of("straight_through")),
        told=told,
    )


def is_for_staff(key: str) -> bool:
    """Whether this request is made by colleagues: the one whom it is for is called so."""
    try:
        return is_for_colleagues(versions.load_current(key).definition)
    except versions.VersionNotFound:
        return False
