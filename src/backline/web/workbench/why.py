"""Why a fact, or the outcome, is what it is: the tree of reasons in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backline.cases.facts import split
from backline.cases.showing import reasons
from backline.cases.showing.look import Look, look_at
from backline.engine.explaining import Explanation
from backline.people.actors import Actor
from backline.web.workbench import acting


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One reason with those behind it."""

    label: str
    shown: str
    source: str
    rule: str
    reason: str
    withheld: bool
    because: tuple[Reason, ...]


@require_safe
@acting.for_staff
def show(request: HttpRequest, by: Actor, reference: str, path: str) -> HttpResponse:
    """``.../facts/PATH/why``: a part of the case page, or a page of its own."""
    case, now, language = acting.case_of(reference, by), acting.now(), get_language() or ""
    name, item = split(path)
    purpose = _("Working on the request")
    told = reasons.why(case=case, by=by, fact=name, item=item, purpose=purpose, now=now)
    look = look_at(case, by, language=language, zone=timezone.get_current_timezone_name(), now=now)
    context: dict[str, Any] = {"reason": _reason(told, look), "reference": case.reference}
    part = "workbench/parts/why.html" if request.headers.get("HX-Request") else "workbench/why.html"
    return render(request, part, context)


def _reason(told: Explanation, look: Look) -> Reason:
    who = look.names.get(told.by, "")
    return Reason(
        label=_label(told, look),
        shown=_shown(told, look),
        source=look.words.source(told.source, who) if told.source and told.status == "value" else "",
        rule=told.rule,
        reason=told.reason,
        withheld=told.withheld,
        because=tuple(_reason(one, look) for one in told.because),
    )


def _label(told: Explanation, look: Look) -> str:
    if told.fact == "outcome":
        return _("Outcome")
    return look.words.label(told.fact, told.item) if told.fact else ""


def _shown(told: Explanation, look: Look) -> str:
    if told.status != "value":
        words = {"unknown": _("not known yet"), "absent": _("not needed here"), "conflict": _("answers differ")}
        return words.get(told.status, _("failed"))
    if told.fact == "outcome":
        return look.loaded.texts.outcome(str(told.value), look.words.language) if told.value else _("none yet")
    return look.words.shown(told.fact, told.item, told.value)
