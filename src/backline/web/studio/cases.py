"""From any number to the cases behind it, and one case of a log."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backline.cases.reach import cases_within_reach
from backline.insight.acts import cases, keeping, looking
from backline.insight.acts.tables import BATCH, CUSTOMER, QUEUE, SYSTEM
from backline.people.actors import Actor
from backline.web.studio import filtering
from backline.web.studio.entering import catch_up, folder, for_analysts
from backline.web.studio.naming import Names, names_of, people_of

ON_A_PAGE = 50


@require_safe
@for_analysts
def behind(request: HttpRequest, by: Actor, name: str, own: bool) -> HttpResponse:
    """The cases behind a number, those that stood longest there first."""
    names = names_of(name, own=own, language=get_language() or "")
    if own:
        catch_up(datetime.now(UTC))
    page = _page(request.GET.get("page", ""))
    try:
        with looking.looked_at(folder(), name, own=own) as (connection, log):
            filtered = filtering.read(request, connection, log, names)
            asked = _asked(request, connection, log.log, filtered.steps)
            chosen, first = filtered.chosen, (page - 1) * ON_A_PAGE
            count, listed = keeping.answer(
                connection,
                folder(),
                log,
                ("cases", repr(chosen), asked, page),
                lambda connection: cases.cases_behind(connection, chosen, asked, first=first, count=ON_A_PAGE),
            ).value
    except looking.NoSuchLog:
        raise Http404
    context = {
        "log": log,
        "title": names.title,
        "filtered": filtered,
        "count": count,
        "listed": listed,
        "about": _about(request, names),
        "page": Paginator(range(count), ON_A_PAGE).get_page(page),
        "cases_at": reverse("studio-request-cases" if own else "studio-log-cases", args=[name]),
        "here": "cases",
        "step": asked.step is not None,
        "passed": [(key, request.GET[key]) for key in ("step", "after", "which") if request.GET.get(key)],
    }
    return render(request, "studio/cases.html", context)


@require_safe
@for_analysts
def one(request: HttpRequest, by: Actor, name: str, own: bool, case: str) -> HttpResponse:
    """One case as acts on their sides: nothing of what was said in it, only who acted when."""
    names = names_of(name, own=own, language=get_language() or "")
    try:
        with looking.looked_at(folder(), name, own=own) as (connection, log):
            found = cases.acts_of(connection, log.log, case)
            facts = cases.facts_of(connection, log.log, case)
    except looking.NoSuchLog:
        raise Http404
    if found is None:
        raise Http404
    listed, acts = found
    people = people_of({act.resource for act in acts}) if own else {}
    reached = own and cases_within_reach(by, now=datetime.now(UTC)).filter(reference=case).exists()
    context = {
        "log": log,
        "title": names.title,
        "case": listed,
        "acts": [
            (
                act,
                names.act(act.activity),
                _who(act, names, people),
                names.channel(act.channel),
                _causes().get(act.cause, ""),
            )
            for act in acts
        ],
        "facts": [(names.fact(key), names.value(key, value)) for key, value in facts if key not in filtering.INTERNAL],
        "reached": reached,
        "here": "case",
    }
    return render(request, "studio/case.html", context)


def _causes() -> dict[int, str]:
    """Why a case stood, in words."""
    return {QUEUE: _("in a queue"), CUSTOMER: _("for the customer"), SYSTEM: _("for a system"), BATCH: _("for a batch")}


def _who(act: cases.Told, names: Names, people: dict[str, str]) -> str:
    team = names.team(act.actor) if act.actor else ""
    who = people.get(act.resource, act.resource)
    return ", ".join(dict.fromkeys(one for one in (who, team) if one and not one.startswith("system:")))


def _asked(request: HttpRequest, connection: duckdb.DuckDBPyConnection, log: int, most: int | None) -> cases.Asked:
    """What number was followed; a step that is not there is a page that is not there."""
    numbers = {}
    for name in ("step", "after"):
        told = request.GET.get(name)
        found = connection.execute(
            "SELECT number FROM words WHERE log = ? AND kind = 'activity' AND name = ?", [log, told]
        ).fetchone()
        if told and found is None:
            raise Http404
        numbers[name] = int(found[0]) if found else None
    which = request.GET.get("which", "")
    if which not in ("", "again", "broke", "handed", "first", "last"):
        raise Http404
    return cases.Asked(**numbers, which=which, most=most)  # type: ignore[arg-type]


def _about(request: HttpRequest, names: Names) -> str:
    """What the list is of."""
    step, after, which = (request.GET.get(name, "") for name in ("step", "after", "which"))
    if not step:
        return ""
    words = {
        "again": _("%(step)s, again"),
        "broke": _("%(step)s: a promise broke before it"),
        "handed": _("%(step)s, handed to somebody else"),
        "first": _("Begins with: %(step)s"),
        "last": _("Ends with: %(step)s"),
    }
    if after:
        return _("%(after)s, then %(step)s") % {"after": names.act(after), "step": names.act(step)}
    return words.get(which, "%(step)s") % {"step": names.act(step)}


def _page(told: str) -> int:
    return max(1, int(told)) if told.isdigit() and len(told) < 8 else 1
