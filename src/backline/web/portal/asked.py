"""Questions of a request that was sent: answer, volunteer, correct; and reply to a colleague's own words."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backline.cases.adding import reply as reply_to
from backline.cases.answering import answer_want
from backline.cases.asserting import assert_facts
from backline.cases.facts import path as fact_path
from backline.cases.gathering import kind_of
from backline.cases.models import Want
from backline.cases.refusals import FactsRefused, Refusal
from backline.engine.definition import Fact
from backline.engine.evaluation import Wanted
from backline.web.portal import answers, choosing, refusing, replaying
from backline.web.portal.acting import acting_words
from backline.web.portal.beside import agreeing, shown_beside
from backline.web.portal.knowing import Known, known_to
from backline.web.portal.picture import AnswerLine, free_questions, text_path
from backline.web.ui.fields import FieldView, Raw


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, reference: str, path: str) -> HttpResponse:
    """``/requests/REF/questions/FACT``: what is asked, may be volunteered, or was answered and is corrected."""
    known = known_to(request, reference)
    fact, want = known.fact(path), _wanted(known, path)
    if fact.type.kind == "list":
        return HttpResponseRedirect(reverse("request-list", args=[known.case.reference, path]))
    correcting = want is None
    if correcting and not _theirs(known, fact):
        raise Http404
    raw, wrong = "", ""
    if request.method == "POST":
        token, place = request.POST.get("token", ""), reverse("request", args=[known.case.reference])
        with replaying.claimed(token=token, place=place, now=known.now) as claim:
            if not claim.first:
                return HttpResponseRedirect(claim.place)
            raw, wrong = _said(request, known, fact, path, want)
            claim.refused = bool(wrong)
        if not wrong:
            messages.success(request, _("Corrected.") if correcting else _("Thank you. We have your answer."))
            return HttpResponseRedirect(place)
    elif correcting:
        raw = answers.as_typed(fact, known.evaluation.facts[path].value if path in known.evaluation.facts else None)
    return _show(request, known, fact, want, raw, wrong)


@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, reference: str, want: int) -> HttpResponse:
    """``/requests/REF/replies/ID``: answer a colleague in one's own words."""
    known = known_to(request, reference)
    row = get_object_or_404(Want, pk=want, pk__in=[one.pk for one in free_questions(known)])
    text, wrong = request.POST.get("text", ""), ""
    if request.method == "POST":
        try:
            reply_to(want=row, by=known.by, text=text, now=known.now, channel="portal")
            messages.success(request, _("Thank you. We have your answer."))
            return HttpResponseRedirect(reverse("request", args=[known.case.reference]))
        except FactsRefused as refused:
            wrong = next(iter(refused.messages.values()))
        except Refusal as refused_reply:
            wrong = str(refused_reply)
    field = FieldView(name="text", kind="textarea", label=row.title, value=text, error=wrong, page=True)
    return _page(request, known, field, shown=[])


def _wanted(known: Known, path: str) -> Wanted | None:
    return next((w for w in (*known.asks, *known.offers) if fact_path(w.fact, w.item) == path), None)


def _theirs(known: Known, fact: Fact) -> bool:
    """Whether one of their roles is asked for it, so that they may correct it."""
    roles = {
        who for s in fact.sources if s.kind in ("ask", "offer") for who in s.who or (known.loaded.definition.for_,)
    }
    return bool(roles & known.roles)


def _said(request: HttpRequest, known: Known, fact: Fact, path: str, want: Wanted | None) -> tuple[Raw, str]:
    """Take the answer through the door; what was typed, and what is wrong with it."""
    raw, wrong = answers.read_answer(request, fact, by=known.by.id, before="", now=known.now)
    if wrong or raw in ("", [], {}):
        return raw, wrong or answers.missing_words(fact)
    try:
        _through_the_door(known, fact, path, want, raw)
    except FactsRefused as refused:
        states = known.evaluation.facts
        told = refusing.translated(refused.messages, loaded=known.loaded, states=states, language=known.language)
        return raw, told.get(path) or " ".join(told.values())
    except Refusal as refused_answer:
        return raw, str(refused_answer)
    return raw, ""


def _through_the_door(known: Known, fact: Fact, path: str, want: Wanted | None, raw: Raw) -> None:
    value = answers.door_input(fact, raw)
    row = _row(known, want) if want and kind_of(want.source) == "ask" else None
    if row is not None:
        answer_want(want=row, by=known.by, channel="portal", value=value, now=known.now, present=known.role)
        return
    assert_facts(
        case=known.case,
        by=known.by,
        channel="portal",
        facts={path: value},
        now=known.now,
        correct=want is None,
        present=known.role,
    )


def _row(known: Known, want: Wanted) -> Want | None:
    rows = Want.objects.filter(case=known.case, kind="ask", fact=want.fact, item=want.item, who=want.who)
    return rows.filter(closed_at__isnull=True).first()


def _show(request: HttpRequest, known: Known, fact: Fact, want: Wanted | None, raw: Raw, wrong: str) -> HttpResponse:
    field = answers.field_view(
        known.loaded,
        fact,
        raw=raw,
        error=wrong,
        page=True,
        options=agreeing(fact) or choosing.options(fact, known.evaluation, known.language),
        source=want.source if want else "ask",
        path=text_path(want) if want else fact.name,
    )
    return _page(request, known, field, shown=shown_beside(known, want.shows if want else ()))


def _page(request: HttpRequest, known: Known, field: FieldView, *, shown: list[AnswerLine]) -> HttpResponse:
    context = {
        "fields": [field],
        "errors": [field] if field.error else [],
        "acting_for": acting_words(known),
        "heading": field.label,
        "caption": f"{known.loaded.texts.title(known.language)} · {known.case.reference}",
        "shown": shown,
        "action": _("Send"),
        "back": reverse("request", args=[known.case.reference]),
        "token": replaying.fresh_token(),
    }
    return render(request, "portal/question.html", context, status=422 if field.error else 200)
