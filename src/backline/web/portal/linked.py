"""A signed link from a message: a question answered without an account, or a look at a request.

GET shows and settles nothing, so that a mail scanner which follows the link confirms nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backline.cases.answering import answer_want
from backline.cases.facts import path
from backline.cases.models import Want
from backline.cases.refusals import FactsRefused, Refusal
from backline.channels import links
from backline.channels.models import Link
from backline.people.actors import of_party
from backline.people.models import Party
from backline.web.portal import answers, choosing, visiting
from backline.web.portal.beside import agreeing, shown_beside
from backline.web.portal.knowing import Known, know
from backline.web.portal.picture import AnswerLine
from backline.web.ui import failing
from backline.web.ui.fields import FieldView, Raw


@dataclass(frozen=True, kw_only=True)
class LinkedAsk:
    """What the page of a linked question shows."""

    title: str
    reference: str
    label: str
    help: str
    asked_for: str
    shown: list[AnswerLine]
    due: datetime | None


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """``/link/TOKEN``."""
    now = visiting.now()
    try:
        found = links.resolve(token, now=now)
    except links.LinkRefused:
        return failing.expired_link(request)
    if found.want is None:
        visiting.remember_visit(request, found.case.reference, found.party_id, proven=True)
        return redirect("request", found.case.reference)
    known = know(found.case, of_party(found.party), language=get_language() or "", now=now)
    if request.method == "POST":
        return _answer(request, token, known, found.want)
    return _show(request, known, found.want, "", "")


def _answer(request: HttpRequest, token: str, known: Known, want: Want) -> HttpResponse:
    fact = known.fact(path(want.fact, want.item))
    raw, wrong = answers.read_answer(request, fact, by=known.by.id, before="", now=known.now)
    if wrong or raw in ("", [], {}):
        return _show(request, known, want, raw, wrong or answers.missing_words(fact))
    try:
        used = links.use(token, now=known.now)
    except links.LinkRefused:
        return failing.expired_link(request)
    if problem := _told(used, known, want, answers.door_input(fact, raw)):
        return _show(request, known, want, raw, problem)
    words = _("Your answer is with us: %(answer)s. You need not do anything else.") % {
        "answer": _words(fact.type.kind, raw)
    }
    return render(request, "portal/thanks.html", {"heading": _("Thank you"), "words": words})


def _told(used: Link, known: Known, want: Want, value: object) -> str:
    """What the door refuses; then the link may be used again."""
    try:
        answer_want(want=want, by=known.by, channel="link", value=value, now=known.now, present=want.who)
    except FactsRefused as refused:
        links.give_back(used)
        return " ".join(refused.messages.values())
    except Refusal as refused_answer:
        links.give_back(used)
        return str(refused_answer)
    return ""


def _words(kind: str, raw: Raw) -> str:
    if kind in ("consent", "yes/no"):
        return _("yes") if raw == "yes" else _("no")
    return raw if isinstance(raw, str) else _("received")


def _show(request: HttpRequest, known: Known, want: Want, raw: Raw, wrong: str) -> HttpResponse:
    fact = known.fact(path(want.fact, want.item))
    field = answers.field_view(
        known.loaded,
        fact,
        raw=raw,
        error=wrong,
        source=want.source,
        options=agreeing(fact) or choosing.options(fact, known.evaluation, known.language),
    )
    told = FieldView(
        name=field.name,
        kind=field.kind,
        label=_("Your answer"),
        error=field.error,
        value=field.value,
        options=field.options,
        currency=field.currency,
        largest=field.largest,
    )
    context = {"ask": _ask(known, want, field), "f": told, "errors": [told] if wrong else []}
    return render(request, "portal/consent.html", context, status=422 if wrong else 200)


def _ask(known: Known, want: Want, field: FieldView) -> LinkedAsk:
    holders = known.case.snapshot["parties"].get(known.loaded.definition.for_, ())
    others = Party.objects.filter(pk__in=[pk for pk in holders if pk != known.by.party_id])
    return LinkedAsk(
        title=known.loaded.texts.title(known.language),
        reference=known.case.reference,
        label=field.label,
        help=field.help,
        asked_for=next((party.name for party in others if party.name), settings.ORGANISATION.name),
        shown=shown_beside(known, want.shows),
        due=want.due,
    )
