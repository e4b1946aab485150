"""Check the answers and send: the click that sends brings back the real result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backline.cases.models import Case
from backline.cases.openings import opening
from backline.cases.refusals import FactsRefused, SameAlreadyOpen
from backline.cases.storage.selecting import the
from backline.cases.storage.statements import update
from backline.catalogue.versions import LoadedType
from backline.people import actors, parties
from backline.people.models import Party
from backline.web.portal import answers, drafting, drafts, offering, reads, refusing, showing, visiting
from backline.web.portal.models import Draft
from backline.web.portal.ordering import in_order
from backline.web.portal.rehearsing import Rehearsal, allowed, present_role, rehearse, roles


@dataclass(frozen=True, kw_only=True)
class AnswerLine:
    """A question and its answer."""

    label: str
    value: str
    change: str = ""
    change_words: str = ""
    error: str = ""
    target: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, key: str) -> HttpResponse:
    """``/drafts/KEY/check``: all answers on one page, and the button that sends them."""
    opened = drafts.load(request, key)
    if opened.draft.case:
        return redirect("request", opened.draft.case)
    rehearsal = rehearse(loaded=opened.loaded, draft=opened.draft, answers=opened.draft.answers, now=visiting.now())
    waiting = drafts.open_pages(opened, rehearsal)
    if waiting:
        return HttpResponseRedirect(drafts.question_address(opened, waiting[0][0].name))
    wrong: dict[str, str] = {}
    if request.method == "POST":
        try:
            case = send(request, opened, rehearsal)
            return redirect("request", case.reference)
        except FactsRefused as refused:
            states, language = rehearsal.evaluation.facts, get_language() or ""
            wrong = refusing.translated(refused.messages, loaded=opened.loaded, states=states, language=language)
        except SameAlreadyOpen as same:
            return redirect("request", same.reference)
    return render(request, "portal/check.html", _context(opened, rehearsal, wrong), status=422 if wrong else 200)


def send(request: HttpRequest, opened: drafts.Open, rehearsal: Rehearsal) -> Case:
    """Open the case; raises FactsRefused."""
    draft, loaded, now = opened.draft, opened.loaded, visiting.now()
    visitor = draft.party is None
    party = draft.party or _visitor_party(draft, loaded)
    taking_part = roles(loaded, draft) or {loaded.definition.for_: party}
    case = opening.open_case(
        type_key=loaded.key,
        by=actors.of_party(party),
        channel="portal",
        parties={role: holder.pk for role, holder in taking_part.items()},
        facts=_facts(draft, loaded, rehearsal),
        now=now,
        present="" if _put_off(draft) else present_role(loaded, draft),
        once=f"draft:{draft.key}",
    )
    reads.forget(draft)
    drafting.sent(draft=draft, reference=case.reference, now=now)
    if visitor:
        visiting.remember_visit(request, case.reference, party.pk, proven=False)
    return case


def _facts(draft: Draft, loaded: LoadedType, rehearsal: Rehearsal) -> dict[str, object]:
    """What was said and plays a part, as the door takes it."""
    facts = loaded.definition.facts
    return {
        name: answers.door_input(facts[name], raw)
        for name, raw in draft.answers.items()
        if name in facts and raw is not None and not answers.is_later(raw) and rehearsal.counts(name)
    }


def _put_off(draft: Draft) -> bool:
    """Whether they leave with something still to be sent: then the message that asks for it goes out at once."""
    return any(answers.is_later(raw) for raw in draft.answers.values())


def _visitor_party(draft: Draft, loaded: LoadedType) -> Party:
    """A visitor becomes a party who claims an address and has proven nothing: nobody else's data is theirs.

    Whoever sends the draft twice at once is one party: the second finds whom the first became.
    """
    if draft.visitor is not None:
        return draft.visitor
    name, claims = str(draft.answers.get("name") or ""), dict(_claims(draft, loaded))
    with transaction.atomic():
        party = parties.create_party(name=name, language=draft.language, claims=claims, now=visiting.now())
        if update(Draft, {"visitor": party.pk}, where={"pk": draft.pk, "visitor": None}):
            return party
        transaction.set_rollback(True)
    return the(Party, pk=the(Draft, pk=draft.pk).visitor_id or 0)


def _claims(draft: Draft, loaded: LoadedType) -> Iterator[tuple[str, str]]:
    """The first address and the first number among the answers, by kind."""
    facts = loaded.definition.facts
    for kind, identifier in (("e-mail", "email"), ("phone", "phone")):
        told = [raw for name, raw in draft.answers.items() if name in facts and facts[name].type.kind == kind]
        if told and isinstance(told[0], str):
            yield identifier, told[0]


def _context(opened: drafts.Open, rehearsal: Rehearsal, wrong: dict[str, str]) -> dict[str, Any]:
    lines = [_line(opened, name, rehearsal, wrong) for name in _answered(opened)]
    language = get_language() or ""
    return {
        "answers": lines,
        "errors": [line for line in lines if line.error],
        "acting_for": opened.draft.giver.name if opened.draft.giver else "",
        "caption": opened.title,
        "heading": _("Check your answers") if lines else _("Send your request"),
        "promises": offering.service_page(opened.loaded, language, now=visiting.now()).promises,
        "later": _("We write to you. Answer that message and attach it, or add it on the page of your request.")
        if _put_off(opened.draft)
        else "",
        "agreement": "" if allowed(opened.loaded, opened.draft, visiting.now()) else opened.draft.giver,
        "action": _("Send"),
        "back": drafts.question_address(opened, lines[-1].target) if lines else reverse("services"),
        "save": reverse("draft-later", args=[opened.draft.key]),
    }


def _answered(opened: drafts.Open) -> list[str]:
    """What was answered, in the order in which it is asked."""
    return [fact.name for fact in in_order(opened.loaded.definition) if fact.name in opened.draft.answers]


def _line(opened: drafts.Open, name: str, rehearsal: Rehearsal, wrong: dict[str, str]) -> AnswerLine:
    fact = opened.loaded.definition.facts[name]
    raw = opened.draft.answers[name]
    later = answers.is_later(raw)
    value, problem = (
        answers.typed(fact, raw, opened.loaded, rehearsal.evaluation.facts) if raw and not later else (None, "")
    )
    return AnswerLine(
        label=opened.loaded.texts.label(name, get_language() or ""),
        value=_("Later") if later else showing.value_words(fact, value, opened.loaded.texts, get_language() or ""),
        change=f"{drafts.question_address(opened, name)}?change=yes",
        error=wrong.get(name, "") or problem,
        target=name,
    )
