"""The pages of a draft: begin, one question after another, finish later, come back by a link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backline.cases.storage.row_ids import row_id
from backline.cases.storage.selecting import one
from backline.catalogue.versions import LoadedType
from backline.engine.definition import Fact
from backline.engine.evaluation import Wanted
from backline.people import mandates
from backline.people.models import Party
from backline.web.portal import answers, choosing, drafting, grouping, offering, prefilling, refusing, visiting
from backline.web.portal.models import Draft
from backline.web.portal.ordering import in_order
from backline.web.portal.rehearsing import Rehearsal, rehearse, source_name
from backline.web.portal.resuming import send_link
from backline.web.portal.services import MYSELF
from backline.web.ui.fields import FieldView, Raw


@dataclass(frozen=True, kw_only=True)
class Open:
    """A draft that this person may go on with, and its service."""

    draft: Draft
    loaded: LoadedType

    @property
    def title(self) -> str:
        return self.loaded.texts.title(get_language() or "")


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """``POST /drafts``: start a service."""
    loaded = offering.loaded_type(request.POST.get("service", ""), colleague=visiting.is_colleague(request))
    if loaded is None or not offering.may_start(loaded, visiting.customer(request)):
        raise Http404
    party = visiting.party_of(request)
    giver = _giver(party, loaded, request.POST.get("giver", MYSELF))
    now = visiting.now()
    made = drafting.begin(type_key=loaded.key, party=party, giver=giver, language=get_language() or "", now=now)
    drafting.keep(draft=made, answers=prefilling.known(made, loaded), now=now)
    visiting.remember_draft(request, made.key)
    return redirect("draft-what-if" if request.POST.get("try") and party else "draft", made.key)


@require_safe
def draft(request: HttpRequest, key: str) -> HttpResponse:
    """``/drafts/KEY``: leads to the next question, to the check page, or to the request that came of it."""
    opened = load(request, key)
    if opened.draft.case:
        return redirect("request", opened.draft.case)
    rehearsal = rehearse(loaded=opened.loaded, draft=opened.draft, answers=opened.draft.answers, now=visiting.now())
    return HttpResponseRedirect(_next(opened, rehearsal))


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, key: str, fact: str) -> HttpResponse:
    """``/drafts/KEY/questions/FACT``: one page of questions."""
    opened = load(request, key)
    if opened.draft.case:
        return redirect("request", opened.draft.case)
    now = visiting.now()
    rehearsal = rehearse(loaded=opened.loaded, draft=opened.draft, answers=opened.draft.answers, now=now)
    page = _page(opened, rehearsal, fact)
    if request.method != "POST":
        told = {f.name: opened.draft.answers.get(f.name, "") for f in page}
        return _show(request, opened, rehearsal, page, told, {})
    if request.POST.get("later") and may_put_off(page):
        drafting.keep(draft=opened.draft, answers={page[0].name: answers.LATER}, now=now)
        return HttpResponseRedirect(_next(opened, rehearsal))
    told, wrong = _read(request, opened, rehearsal, page)
    if not wrong:
        tried = {**opened.draft.answers, **told}
        rehearsal = rehearse(loaded=opened.loaded, draft=opened.draft, answers=tried, now=now)
        refusals = {f.name: refusal for f in page if (refusal := rehearsal.refusal(f.name))}
        wrong = refusing.translated(
            refusals, loaded=opened.loaded, states=rehearsal.evaluation.facts, language=get_language() or ""
        )
    if wrong:
        return _show(request, opened, rehearsal, page, told, wrong)
    drafting.keep(draft=opened.draft, answers=told, now=now)
    if request.POST.get("change"):
        return redirect("draft-check", opened.draft.key)
    return HttpResponseRedirect(_next(opened, rehearsal))


@require_http_methods(["GET", "HEAD", "POST"])
def later(request: HttpRequest, key: str) -> HttpResponse:
    """``/drafts/KEY/later``: the answers are kept; a link by e-mail leads back."""
    opened = load(request, key)
    email, wrong = request.POST.get("email", _known_email(request, opened)).strip(), ""
    if request.method == "POST":
        wrong = send_link(request, opened.draft, title=opened.title, email=email, now=visiting.now())
        if not wrong:
            messages.success(request, _("The link is on its way to %(email)s.") % {"email": email})
            return redirect("services")
    field = FieldView(name="email", kind="e-mail", label=_("Your e-mail address"), value=email, error=wrong)
    context = {
        "f": field,
        "errors": [field] if wrong else [],
        "title": opened.title,
        "back": reverse("draft", args=[opened.draft.key]),
        "signed_in": opened.draft.party_id is not None,
    }
    return render(request, "portal/later.html", context, status=422 if wrong else 200)


def _known_email(request: HttpRequest, opened: Open) -> str:
    """The address that was typed as an answer, or of the account; nobody has to type it twice."""
    facts = opened.loaded.definition.facts
    typed = [opened.draft.answers.get(name) for name, fact in facts.items() if fact.type.kind == "e-mail"]
    told = next((one for one in typed if isinstance(one, str) and one), "")
    return told or str(getattr(request.user, "email", ""))


def load(request: HttpRequest, key: str) -> Open:
    """The draft, if it is this person's, or nobody's yet and this session began it; else it is not there."""
    found = one(Draft, key=key)
    party = visiting.party_of(request)
    mine = found is not None and _is_of(found, party, began=visiting.began(request, key))
    loaded = offering.loaded_type(found.type_key) if found and mine else None
    if found is None or loaded is None:
        raise Http404
    if party is not None:
        new, found.party = found.party_id is None, party
        if new:
            found.save(update_fields=["party"])
    return Open(draft=found, loaded=loaded)


def _is_of(draft: Draft, party: Party | None, *, began: bool) -> bool:
    """Whoever signed in has the draft to themselves: the session or the link by which it began opens it no more."""
    return began if draft.party_id is None else party is not None and draft.party_id == party.pk


def question_address(opened: Open, fact: str) -> str:
    """Where the question is asked."""
    return reverse("draft-question", args=[opened.draft.key, fact])


def what_if_address(opened: Open) -> str:
    """Where it can be tried; for whom we know, since what a visitor types must not make us tell what systems know."""
    can = opened.draft.party_id is not None and offering.may_try(opened.loaded)
    return reverse("draft-what-if", args=[opened.draft.key]) if can else ""


def may_put_off(page: tuple[Fact, ...]) -> bool:
    """Whether the page's one question may be answered after sending."""
    return len(page) == 1 and answers.may_be_later(page[0])


def open_pages(opened: Open, rehearsal: Rehearsal) -> list[tuple[Fact, ...]]:
    """The pages still to come."""
    waiting = [w.fact for w in rehearsal.asked if w.fact not in opened.draft.answers]
    return grouping.pages(opened.loaded.definition.facts[name] for name in waiting)


def _giver(party: Party | None, loaded: LoadedType, chosen: str) -> Party | None:
    """For whom it is asked: somebody who gave a permission at some time, or oneself."""
    if party is None or chosen == MYSELF or not row_id(chosen) or not offering.proxy_role(loaded):
        return None
    standings = mandates.mandates_of(party.pk, now=visiting.now())
    held = {s.mandate.giver_id: s.mandate.giver for s in standings if s.mandate.holder_id == party.pk}
    if row_id(chosen) not in held:
        raise Http404
    return held[row_id(chosen)]


def _next(opened: Open, rehearsal: Rehearsal) -> str:
    waiting = open_pages(opened, rehearsal)
    if waiting:
        return question_address(opened, waiting[0][0].name)
    return reverse("draft-check", args=[opened.draft.key])


def _page(opened: Open, rehearsal: Rehearsal, fact: str) -> tuple[Fact, ...]:
    """The questions of the page that begins with this fact; an answered one can be asked again on its own page."""
    facts = opened.loaded.definition.facts
    if fact in opened.draft.answers and fact in facts:
        return (facts[fact],)
    found = next((page for page in open_pages(opened, rehearsal) if page[0].name == fact), None)
    if found is None:
        raise Http404
    return found


def _read(
    request: HttpRequest, opened: Open, rehearsal: Rehearsal, page: tuple[Fact, ...]
) -> tuple[dict[str, Raw], dict[str, str]]:
    """What was said on this page, and what is wrong with it."""
    told: dict[str, Raw] = {}
    wrong: dict[str, str] = {}
    by = f"party:{opened.draft.party_id}" if opened.draft.party_id else "party:visitor"
    for fact in page:
        before = opened.draft.answers.get(fact.name, "")
        raw, refused = answers.read_answer(request, fact, by=by, before=before, now=visiting.now())
        told[fact.name] = raw
        if refused:
            wrong[fact.name] = refused
        elif raw in ("", [], {}):
            told[fact.name] = None
            if not _optional(fact, rehearsal):
                wrong[fact.name] = answers.missing_words(fact)
        elif problem := answers.typed(fact, raw, opened.loaded, rehearsal.evaluation.facts)[1]:
            wrong[fact.name] = problem
    return told, wrong


def _optional(fact: Fact, rehearsal: Rehearsal) -> bool:
    wanted = _wanted(fact, rehearsal)
    return fact.optional or (wanted is not None and wanted.optional)


def _wanted(fact: Fact, rehearsal: Rehearsal) -> Wanted | None:
    return next((w for w in rehearsal.asked if w.fact == fact.name), None)


def _show(
    request: HttpRequest,
    opened: Open,
    rehearsal: Rehearsal,
    page: tuple[Fact, ...],
    told: dict[str, Raw],
    wrong: dict[str, str],
) -> HttpResponse:
    alone = len(page) == 1
    fields = [
        answers.field_view(
            opened.loaded,
            fact,
            raw=None if answers.is_later(told.get(fact.name)) else told.get(fact.name),
            error=wrong.get(fact.name, ""),
            optional=_optional(fact, rehearsal),
            page=alone,
            options=choosing.options(fact, rehearsal.evaluation, get_language() or ""),
            source=source_name(fact),
        )
        for fact in page
    ]
    context = {
        "fields": fields,
        "errors": [f for f in fields if f.error],
        "acting_for": opened.draft.giver.name if opened.draft.giver else "",
        "heading": fields[0].label if alone else _("Your details"),
        "grouped": not alone,
        "action": _("Continue"),
        "back": _back(request, opened, page[0].name),
        "save": reverse("draft-later", args=[opened.draft.key]),
        "later": _later_words(page),
        "what_if": what_if_address(opened) if all(fact.type.kind in offering.TRIED for fact in page) else "",
        "change": request.GET.get("change") or request.POST.get("change"),
        **_progress(opened, rehearsal),
    }
    return render(request, "portal/question.html", context, status=422 if wrong else 200)


def _later_words(page: tuple[Fact, ...]) -> str:
    if not may_put_off(page):
        return ""
    return _("I'll send it later") if page[0].type.kind in answers.FILED else _("I'll answer this later")


def _progress(opened: Open, rehearsal: Rehearsal) -> dict[str, Any]:
    """As far as is known now: an answer may open or close questions."""
    done = len(opened.draft.answers)
    to_go = len([w for w in rehearsal.asked if w.fact not in opened.draft.answers])
    return {"caption": opened.title, "done": done, "to_go": to_go, "total": done + to_go}


def _back(request: HttpRequest, opened: Open, fact: str) -> str:
    if request.GET.get("change"):
        return reverse("draft-check", args=[opened.draft.key])
    order = [one.name for one in in_order(opened.loaded.definition)]
    before = [name for name in order[: order.index(fact)] if name in opened.draft.answers]
    return question_address(opened, before[-1]) if before else reverse("service", args=[opened.loaded.key])
