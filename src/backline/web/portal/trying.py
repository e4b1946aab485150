"""What if? Amounts, dates and choices tried before sending and in an open request, and then "do exactly this"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backline.cases.effects.doing_exactly import PlanChanged, do_exactly
from backline.cases.gathering import kind_of
from backline.cases.refusals import FactsRefused, Refusal
from backline.cases.storage.row_ids import row_id
from backline.cases.supposing import Supposed, suppose
from backline.catalogue.versions import LoadedType
from backline.engine.definition import Fact
from backline.engine.evaluation import Evaluation, FactState
from backline.web.portal import answers, choosing, drafting, drafts, offering, refusing, replaying, visiting
from backline.web.portal.imagining import Outlook, Tried, outlook_of
from backline.web.portal.knowing import Known, known_to
from backline.web.portal.ordering import in_order
from backline.web.portal.picture import TOLD
from backline.web.portal.rehearsing import Rehearsal, rehearse, source_name
from backline.web.ui.fields import FieldView, Raw, read_raw


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What was filled in, what is wrong with it, and what would follow."""

    raws: dict[str, Raw]
    wrong: dict[str, str]
    outlook: Outlook | None
    stood_on: str = ""
    """The seal of what systems said"""
    changed: str = ""
    """Why what was tried was not done"""


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, key: str) -> HttpResponse:
    """``/drafts/KEY/what-if``: try before anything is sent."""
    opened = drafts.load(request, key)
    if opened.draft.case:
        return redirect("request-what-if", opened.draft.case)
    if not drafts.what_if_address(opened):
        raise Http404
    now, told = visiting.now(), dict(opened.draft.answers)
    rehearsal = rehearse(loaded=opened.loaded, draft=opened.draft, answers=told, now=now)
    facts = _of_draft(opened, rehearsal, told)
    if request.method == "POST":
        told |= _read(request, facts)
        rehearsal = rehearse(loaded=opened.loaded, draft=opened.draft, answers=told, now=now)
        facts = _of_draft(opened, rehearsal, told)
    trial = _rehearsed(opened, facts, told, rehearsal)
    if request.POST.get("do") and not trial.wrong:
        drafting.keep(draft=opened.draft, answers=trial.raws, now=now)
        return redirect("draft", opened.draft.key)
    back = reverse("draft", args=[opened.draft.key])
    return _page(request, opened.loaded, facts, trial, rehearsal.evaluation, caption=opened.title, back=back)


@require_http_methods(["GET", "HEAD", "POST"])
def sent(request: HttpRequest, reference: str) -> HttpResponse:
    """``/requests/REF/what-if``: try other answers in a request that was sent."""
    known = known_to(request, reference)
    facts = _of_request(known)
    if not facts or known.pending:
        raise Http404
    raws = {fact.name: answers.as_typed(fact, _value(known.evaluation, fact.name)) for fact in facts}
    told = _read(request, facts) if request.method == "POST" else {}
    changed = {f.name: told[f.name] for f in facts if told.get(f.name) not in (None, "", [], raws[f.name])}
    trial = _supposed(known, facts, {**raws, **told}, changed)
    place = reverse("request", args=[known.case.reference])
    if request.POST.get("do") and changed and not trial.wrong:
        trial = _carry_out(request, known, trial, changed)
        if not trial.wrong and not trial.changed:
            return HttpResponseRedirect(place)
    caption = f"{known.loaded.texts.title(known.language)} · {known.case.reference}"
    return _page(
        request, known.loaded, facts, trial, known.evaluation, caption=caption, back=place, version=known.case.version
    )


def _rehearsed(opened: drafts.Open, facts: list[Fact], told: dict[str, Raw], rehearsal: Rehearsal) -> Trial:
    raws = {fact.name: told.get(fact.name, "") for fact in facts}
    wrong = dict(_wrong(facts, raws, opened.loaded, rehearsal.evaluation))
    refusals = {f.name: refusal for f in facts if f.name not in wrong and (refusal := rehearsal.refusal(f.name))}
    wrong |= refusing.translated(
        refusals, loaded=opened.loaded, states=rehearsal.evaluation.facts, language=get_language() or ""
    )
    if wrong or not any(raws.values()):
        return Trial(raws=raws, wrong=wrong, outlook=None)
    tried = Tried(
        case=rehearsal.case,
        loaded=opened.loaded,
        said=rehearsal.said,
        evaluation=rehearsal.evaluation,
        present=rehearsal.present,
        sees=lambda fact, state: rehearsal.present not in fact.hide and not fact.discreet,
        language=get_language() or "",
        now=visiting.now(),
    )
    return Trial(raws=raws, wrong={}, outlook=outlook_of(tried))


def _supposed(known: Known, facts: list[Fact], raws: dict[str, Raw], changed: dict[str, Raw]) -> Trial:
    wrong = dict(_wrong(facts, raws, known.loaded, known.evaluation))
    if wrong or not changed:
        return Trial(raws=raws, wrong=wrong, outlook=None)
    try:
        supposed = _suppose(known, changed)
    except FactsRefused as refused:
        return Trial(raws=raws, wrong=refused.messages, outlook=None)
    states = supposed.evaluation.facts
    if refusals := {name: states[name].refusals[0] for name in changed if name in states and states[name].refusals}:
        told = refusing.translated(refusals, loaded=known.loaded, states=states, language=known.language)
        return Trial(raws=raws, wrong=told, outlook=None)
    tried = Tried(
        case=known.case,
        loaded=known.loaded,
        said=supposed.said,
        evaluation=supposed.evaluation,
        present=known.role,
        sees=known.may_see,
        language=known.language,
        now=known.now,
    )
    outlook = outlook_of(tried, before=known.evaluation)
    return Trial(raws=raws, wrong={}, outlook=outlook, stood_on=supposed.stood_on)


def _suppose(known: Known, changed: dict[str, Raw]) -> Supposed:
    said = _as_said(known.loaded, changed)
    return suppose(case=known.case, by=known.by, facts=said, now=known.now, present=known.role, correct=True)


def _carry_out(request: HttpRequest, known: Known, trial: Trial, changed: dict[str, Raw]) -> Trial:
    """Do exactly this: the same values through the one door, of the version of the request that was looked at."""
    token, place = request.POST.get("token", ""), reverse("request", args=[known.case.reference])
    seen = row_id(request.POST.get("version", ""))
    try:
        with replaying.claimed(token=token, place=place, now=known.now) as claim:
            if not claim.first:
                return trial
            do_exactly(
                case=known.case, by=known.by, channel="portal", facts=_as_said(known.loaded, changed), now=known.now,
                version=seen, stood_on=request.POST.get("stood_on", ""), present=known.role,
            )  # fmt: skip
    except FactsRefused as refused:
        return Trial(raws=trial.raws, wrong=refused.messages, outlook=trial.outlook)
    except PlanChanged as otherwise:
        return replace(trial, changed=str(otherwise))
    except Refusal as refused_all:
        return Trial(raws=trial.raws, wrong={next(iter(changed)): str(refused_all)}, outlook=trial.outlook)
    messages.success(request, _("Done, exactly as you tried it."))
    return trial


def _page(
    request: HttpRequest,
    loaded: LoadedType,
    facts: list[Fact],
    trial: Trial,
    evaluation: Evaluation,
    *,
    caption: str,
    back: str,
    version: int = 0,
) -> HttpResponse:
    fields = [_field(loaded, fact, trial, evaluation) for fact in facts]
    wrong = [f for f in fields if f.error]
    context: dict[str, Any] = {
        "fields": fields,
        "errors": wrong,
        "outlook": trial.outlook,
        "stood_on": trial.stood_on,
        "changed": trial.changed,
        "caption": caption,
        "back": back,
        "version": version,
        "token": replaying.fresh_token(),
    }
    live = request.headers.get("HX-Request") == "true"
    status = 409 if trial.changed else 422 if wrong and not live else 200
    return render(request, "portal/what_if.html", context, status=status)


def _field(loaded: LoadedType, fact: Fact, trial: Trial, evaluation: Evaluation) -> FieldView:
    return answers.field_view(
        loaded,
        fact,
        raw=trial.raws.get(fact.name),
        error=trial.wrong.get(fact.name, ""),
        options=choosing.options(fact, evaluation, get_language() or ""),
        source=source_name(fact),
    )


def _of_draft(opened: drafts.Open, rehearsal: Rehearsal, told: dict[str, Raw]) -> list[Fact]:
    """What is asked or was answered and can be tried."""
    asked = {want.fact for want in rehearsal.asked} | {name for name in told if rehearsal.counts(name)}
    found = [f for f in in_order(opened.loaded.definition) if f.name in asked and f.type.kind in offering.TRIED]
    if not found:
        raise Http404
    return found


def _of_request(known: Known) -> list[Fact]:
    """What was answered or is asked, is theirs to say, and can be tried."""
    asked = {want.fact for want in known.asks if not want.item}
    told = {name for name, state in known.visible().items() if kind_of(state.source) in TOLD}
    return [
        fact
        for fact in in_order(known.loaded.definition)
        if any(offering.can_be_tried(fact, role) for role in known.roles) and fact.name in asked | told
    ]


def _read(request: HttpRequest, facts: Iterable[Fact]) -> dict[str, Raw]:
    return {fact.name: read_raw(fact.type.kind, fact.name, request.POST) for fact in facts}


def _wrong(
    facts: list[Fact], raws: dict[str, Raw], loaded: LoadedType, evaluation: Evaluation
) -> Iterable[tuple[str, str]]:
    known: dict[str, FactState] = dict(evaluation.facts)
    for fact in facts:
        if raws.get(fact.name) and (problem := answers.typed(fact, raws[fact.name], loaded, known)[1]):
            yield fact.name, problem


def _as_said(loaded: LoadedType, changed: dict[str, Raw]) -> dict[str, object]:
    return {name: answers.door_input(loaded.definition.facts[name], raw) for name, raw in changed.items()}


def _value(evaluation: Evaluation, name: str) -> Any:
    state = evaluation.facts.get(name)
    return state.value if state and state.status == "value" else None
