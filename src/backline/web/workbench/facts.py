"""``/work/cases/REF/facts/PATH``: what a customer says of a fact, noted by a colleague: changed, or wrong before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backline.cases.asserting import assert_facts
from backline.cases.authority import ONLY_THEMSELVES, voice
from backline.cases.facts import NoSuchFact, declared, split
from backline.cases.refusals import FactsRefused, Refusal
from backline.cases.showing.look import Look, look_at
from backline.cases.showing.viewing import view_case
from backline.cases.showing.views import CaseView, EntryView
from backline.cases.storage.row_ids import row_id
from backline.engine.definition import Fact
from backline.people.actors import Actor
from backline.web.portal import answers as typed
from backline.web.portal import choosing
from backline.web.portal.beside import agreeing
from backline.web.ui.fields import FieldView, Raw
from backline.web.workbench import acting, choices


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One fact of a case before a colleague who may say something of it."""

    look: Look
    view: CaseView
    fact: Fact
    path: str

    @property
    def reference(self) -> str:
        return self.look.case.reference

    def value(self) -> Any:
        """What stands there now."""
        state = self.look.evaluation.facts.get(self.path)
        return state.value if state is not None and state.status == "value" else None

    def field(self, raw: Raw, wrong: str) -> FieldView:
        """The question, filled in."""
        fact, look = self.fact, self.look
        options = agreeing(fact) or choosing.options(fact, look.evaluation, look.words.language)
        return typed.field_view(look.loaded, fact, raw=raw, error=wrong, page=True, options=options)


@require_http_methods(["GET", "HEAD", "POST"])
@acting.for_staff
def show(request: HttpRequest, by: Actor, reference: str, path: str) -> HttpResponse:
    """The question with what is known; sent, it is said on behalf of the customer."""
    asked = _asked(by, reference, path, log=request.method != "POST")
    if request.method != "POST":
        return _page(request, asked, typed.as_typed(asked.fact, asked.value()), "")
    raw, wrong = typed.read_answer(request, asked.fact, by=by.id, before="", now=asked.look.now)
    if changed := _changed_since(request, asked):
        return _page(request, asked, raw, "", changed)
    if wrong or raw in ("", [], {}):
        return _page(request, asked, raw, wrong or typed.missing_words(asked.fact))
    if wrong := _say(request, by, asked, raw):
        return _page(request, asked, raw, wrong)
    messages.success(request, _("Noted."))
    return HttpResponseRedirect(reverse("work-case", args=[asked.reference]) + f"#fact-{asked.path}")


def _asked(by: Actor, reference: str, path: str, *, log: bool) -> Asked:
    case, now, language = acting.case_of(reference, by), acting.now(), get_language() or ""
    zone = timezone.get_current_timezone_name()
    look = look_at(case, by, language=language, zone=zone, now=now)
    name, item = split(path)
    try:
        fact = declared(look.loaded.definition, name, item)
    except NoSuchFact:
        raise Http404
    if fact.type.kind in ONLY_THEMSELVES or voice(by, case, look.loaded.definition, fact, now=now) is None:
        raise Http404
    purpose = _("Noting what a customer says")
    view = view_case(case=case, by=by, purpose=purpose, language=language, zone=zone, now=now, log=log)
    return Asked(look=look, view=view, fact=fact, path=path)


def _changed_since(request: HttpRequest, asked: Asked) -> list[EntryView]:
    """What others said of this fact since the colleague saw it."""
    seen = row_id(request.POST.get("_version", ""))
    if not seen:
        return []
    rows = asked.look.case.entries.filter(version__gt=seen, kind="asserted").values_list("sequence", flat=True)
    later = set(rows)
    return [one for one in asked.view.timeline if one.sequence in later and _about(one) == asked.path]


def _about(entry: EntryView) -> str:
    said = entry.data.get("assertion", {})
    return f"{said['item']}/{said['fact']}" if said.get("item") else str(said.get("fact", ""))


def _say(request: HttpRequest, by: Actor, asked: Asked, raw: Raw) -> str:
    """Take it through the door; what is wrong, if anything."""
    told = request.POST
    try:
        assert_facts(
            case=asked.look.case, by=by, channel=choices.channel_of(told.get("_channel", "")),
            facts={asked.path: typed.door_input(asked.fact, raw)}, correct=told.get("_why") == "wrong",
            reason=told.get("_reason", "").strip(), now=asked.look.now,
        )  # fmt: skip
    except FactsRefused as refused:
        return refused.messages.get(asked.path) or " ".join(refused.messages.values())
    except Refusal as refused_saying:
        return str(refused_saying)
    return ""


def _page(
    request: HttpRequest, asked: Asked, raw: Raw, wrong: str, changed: list[EntryView] | None = None
) -> HttpResponse:
    known = asked.view.fact(asked.path)
    context = {
        "view": asked.view,
        "field": asked.field(raw, wrong),
        "known": known if known is not None and known.status == "value" else None,
        "changed": changed,
        "why": request.POST.get("_why", "changed"),
        "reason": request.POST.get("_reason", ""),
        "channel": choices.channel_of(request.POST.get("_channel", "")),
        "channels": choices.channels(),
    }
    return render(request, "workbench/fact.html", context, status=409 if changed else 422 if wrong else 200)
