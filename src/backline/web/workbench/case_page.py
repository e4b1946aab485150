"""The page of a case, as it is or with a small form on it that was refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backline.cases.models import Case
from backline.cases.showing.presence import note_presence, others_present
from backline.cases.showing.viewing import view_case
from backline.cases.storage.row_ids import row_id
from backline.people.actors import Actor
from backline.web.workbench import acting, choices, picture


@dataclass(frozen=True, kw_only=True)
class Doing:
    """The form that was sent and refused: which one, why, and what stood in it."""

    what: str = ""
    wrong: str = ""
    said: Mapping[str, str] = field(default_factory=dict)

    @property
    def effect(self) -> int:
        """The effect whose form it was; 0 for another form."""
        name, _dash, number = self.what.partition("-")
        return row_id(number) if name == "effect" else 0


def case_page(request: HttpRequest, by: Actor, case: Case, doing: Doing) -> HttpResponse:
    """The page, perhaps with a form that was refused."""
    now = acting.now()
    view = view_case(
        case=case,
        by=by,
        purpose=_("Working on the request"),
        language=get_language() or "",
        zone=timezone.get_current_timezone_name(),
        now=now,
        log=not doing.wrong,
    )
    note_presence(case=case, by=by, now=now)
    context = {
        "view": view,
        "c": picture.case_page(case, view, by, now=now, shown=request.GET.get("shown", "")),
        "choose": choices.for_case(case, by),
        "doing": doing,
        "others": others_present(case=case, by=by, now=now),
        "by": by,
    }
    return render(request, "workbench/case.html", context, status=422 if doing.wrong else 200)
