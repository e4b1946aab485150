"""What a colleague answers to a task: read from the form, taken through the door, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from backline.cases.adding import reply
from backline.cases.answering import answer_want
from backline.cases.facts import declared, path, source_of
from backline.cases.models import Case, Want
from backline.cases.refusals import FactsRefused, Refusal
from backline.cases.settling import settle_conflict
from backline.cases.showing.look import Look
from backline.engine.definition import Fact
from backline.engine.evaluation import Wanted
from backline.people.actors import Actor
from backline.web.portal import answers, choosing
from backline.web.portal.beside import agreeing
from backline.web.ui.fields import FieldView, Raw

REASON, TEXT, CHOOSE = "_reason", "_text", "_choose"
"""No fact can be named so"""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What came of it: the case as it is now and how the answer counts, or what is wrong."""

    case: Case | None = None
    standing: str = ""
    raw: Raw = ""
    wrong: str = ""
    wrong_reason: str = ""


def fact_of(look: Look, want: Want) -> Fact:
    """The fact that the task asks for."""
    return declared(look.loaded.definition, want.fact, want.item)


def field_of(look: Look, want: Want, *, raw: Raw = "", wrong: str = "") -> FieldView:
    """The question with its input."""
    if want.kind in ("free", "colleague", "question"):
        label = _("What was done or found") if want.kind == "free" else _("Your answer")
        return FieldView(name=TEXT, kind="textarea", label=label, value=raw, error=wrong)
    fact = fact_of(look, want)
    return answers.field_view(
        look.loaded,
        fact,
        raw=raw,
        error=wrong,
        page=True,
        options=agreeing(fact) or choosing.options(fact, look.evaluation, look.words.language),
        source=want.source,
        path=".".join([*(want.item.split("/")[::2] if want.item else ()), want.fact]),
    )


def needs_reason(look: Look, want: Want) -> bool:
    """Whether the case type wants to know why."""
    if want.kind != "work":
        return False
    wanted = Wanted(fact=want.fact, item=want.item, source=want.source)
    return bool(source_of(look.loaded.definition, wanted).why)


def take_answer(request: HttpRequest, look: Look, want: Want, *, by: Actor, now: datetime) -> Answered:
    """Take what was sent through the door of this kind of task."""
    try:
        if want.kind == "settle":
            return _settle(request, look, want, by=by, now=now)
        if want.kind in ("free", "colleague", "question"):
            return _reply(request, want, by=by, now=now)
        return _answer(request, look, want, by=by, now=now)
    except FactsRefused as refused:
        return Answered(wrong=" ".join(refused.messages.values()), raw=_typed(request, look, want, by, now))
    except Refusal as refused_answer:
        return Answered(wrong=str(refused_answer), raw=_typed(request, look, want, by, now))


def _answer(request: HttpRequest, look: Look, want: Want, *, by: Actor, now: datetime) -> Answered:
    fact, reason = fact_of(look, want), request.POST.get(REASON, "").strip()
    raw, wrong = answers.read_answer(request, fact, by=by.id, before="", now=now)
    if wrong or raw in ("", [], {}):
        return Answered(raw=raw, wrong=wrong or answers.missing_words(fact))
    if needs_reason(look, want) and not reason:
        return Answered(raw=raw, wrong_reason=_("Please give a reason."))
    value = answers.door_input(fact, raw)
    told = answer_want(want=want, by=by, channel="workbench", value=value, reason=reason, now=now)
    return Answered(case=told.case, standing=told.standing)


def _reply(request: HttpRequest, want: Want, *, by: Actor, now: datetime) -> Answered:
    told = reply(want=want, by=by, text=request.POST.get(TEXT, ""), now=now, channel="workbench")
    return Answered(case=told.case, standing="counted")


def _settle(request: HttpRequest, look: Look, want: Want, *, by: Actor, now: datetime) -> Answered:
    chosen, reason = request.POST.get(CHOOSE, ""), request.POST.get(REASON, "").strip()
    value: object = None
    if chosen in ("", "other"):
        chosen, fact = "", fact_of(look, want)
        raw, wrong = answers.read_answer(request, fact, by=by.id, before="", now=now)
        if wrong or raw in ("", [], {}):
            return Answered(raw=raw, wrong=wrong or _("Choose which is right, or say another value."))
        value = answers.door_input(fact, raw)
    case = settle_conflict(
        case=look.case, by=by, fact=want.fact, item=want.item, choose=chosen, value=value, reason=reason, now=now
    )
    return Answered(case=case, standing="counted")


def _typed(request: HttpRequest, look: Look, want: Want, by: Actor, now: datetime) -> Raw:
    """What was typed, to be shown again."""
    if want.kind in ("free", "colleague", "question"):
        return request.POST.get(TEXT, "")
    return answers.read_answer(request, fact_of(look, want), by=by.id, before="", now=now)[0]


def path_of(want: Want) -> str:
    """The path of the fact that is asked."""
    return path(want.fact, want.item)
