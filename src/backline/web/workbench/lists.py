"""``/work/``: what I have in hand, what my teams have to do, what goes wrong, what came in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backline.cases.models import Want
from backline.catalogue import versions
from backline.channels.models import Contact
from backline.insight import waiting_on, worklists, workloads
from backline.insight.verification import readings_to_check
from backline.people.actors import Actor
from backline.people.models import Team
from backline.web.workbench import acting
from backline.web.workbench.doubts import doubt_lines

ON_A_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class View:
    """One way to look at the list."""

    key: str
    label: str
    count: int
    here: bool


@require_safe
@acting.for_staff
def work(request: HttpRequest, by: Actor) -> HttpResponse:
    """The work list, filtered as the address says."""
    now, language, shown = acting.now(), get_language() or "", request.GET.get("view", "")
    everything = worklists.open_work(by)
    views = _views(everything, by, shown)
    ordered = worklists.pressing_first(chosen(request, by).select_related("case"), now=now)
    page = Paginator(ordered, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "views": views,
        "view": shown,
        "page": page,
        "lines": worklists.lines(page.object_list, by=by, language=language, now=now),
        "contacts": _contacts(shown),
        "filters": _filters(everything, request, language),
        "load": workloads.team_load(by, by.leads, now=now) if by.leads else None,
        "by": by,
        "doubts": doubt_lines(by, language) if not shown else [],
        "kept": _kept(request),
        "held": waiting_on.held(by=by, now=now),
    }
    return render(request, "workbench/work.html", context)


def chosen(request: HttpRequest, by: Actor) -> QuerySet[Want]:
    """The tasks that the address asks for: of its list, as its filters say."""
    return _filtered(_of_view(worklists.open_work(by), by, request.GET.get("view", "")), request)


def _views(rows: QuerySet[Want], by: Actor, shown: str) -> list[View]:
    mine = rows.filter(taken_by=by.id).count()
    wrong = rows.filter(kind__in=("exception", "settle")).count()
    readings = readings_to_check(rows).count()
    contacts = Contact.objects.filter(result="asked").count()
    told = (
        ("", _("To do"), rows.count()),
        ("mine", _("Mine"), mine),
        ("exceptions", _("Exceptions"), wrong),
        ("readings", _("Readings"), readings),
        ("contacts", _("Came in"), contacts),
    )
    views = (View(key=key, label=label, count=count, here=key == shown) for key, label, count in told)
    return [view for view in views if view.key != "readings" or view.count or view.here]


def _of_view(rows: QuerySet[Want], by: Actor, shown: str) -> QuerySet[Want]:
    if shown == "mine":
        return rows.filter(taken_by=by.id)
    if shown == "exceptions":
        return rows.filter(kind__in=("exception", "settle"))
    if shown == "readings":
        return readings_to_check(rows)
    return rows.none() if shown == "contacts" else rows


def _filtered(rows: QuerySet[Want], request: HttpRequest) -> QuerySet[Want]:
    wanted = {"team": "team", "type": "case__type_key", "who": "taken_by"}
    told = {field: request.GET[name] for name, field in wanted.items() if request.GET.get(name)}
    return rows.filter(**told)


def _contacts(shown: str) -> list[Contact]:
    if shown not in ("", "contacts"):
        return []
    rows = Contact.objects.filter(result="asked").order_by("taken_at").select_related("party")
    return list(rows[: ON_A_PAGE if shown else 5])


def _filters(rows: QuerySet[Want], request: HttpRequest, language: str) -> list[dict[str, Any]]:
    """Teams and case types that there is work of, each with its count; none where there is no choice."""
    teams = dict(Team.objects.values_list("key", "name"))
    of_team = [(key, teams.get(key, key), n) for key, n in _counted(rows, "team")]
    of_type = [(key, _title(key, language), n) for key, n in _counted(rows, "case__type_key")]
    told = (("team", _("Team"), of_team), ("type", _("Request"), of_type))
    return [
        {"name": name, "label": label, "options": options, "chosen": request.GET.get(name, "")}
        for name, label, options in told
        if len(options) > 1 or request.GET.get(name)
    ]


def _counted(rows: QuerySet[Want], field: str) -> list[tuple[str, int]]:
    counted = rows.order_by().values_list(field).annotate(n=Count("pk")).order_by(field)
    return [(str(key), int(n)) for key, n in counted if key]


def _title(key: str, language: str) -> str:
    try:
        return versions.load_current(key).texts.title(language)
    except versions.VersionNotFound:
        return key


def _kept(request: HttpRequest) -> str:
    """The filters as they go on to the next page of the list."""
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()
