"""``/work/cases/REF/call``: all that the customer is asked, as one form to fill in while they are on the phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backline.cases.asserting import assert_facts
from backline.cases.authority import ONLY_THEMSELVES
from backline.cases.facts import declared, path
from backline.cases.gathering import kind_of
from backline.cases.refusals import FactsRefused, Refusal
from backline.cases.showing.look import Look, look_at
from backline.cases.showing.viewing import log_looks
from backline.channels.hearing import Heard, close_checks, heard_in
from backline.engine.definition import Fact
from backline.engine.evaluation import Wanted
from backline.people.actors import Actor
from backline.web.portal import answers as typed
from backline.web.portal import choosing
from backline.web.ui.fields import FieldView, Raw
from backline.web.workbench import acting, choices


@dataclass(frozen=True, kw_only=True)
class Line:
    """One question of the script."""

    who: str
    path: str
    fact: Fact
    field: FieldView
    heard: Heard | None = None
    """What was said of it in a call or a chat, to be confirmed"""

    @property
    def part(self) -> str:
        """The place in the transcript, as the address of its picture has it."""
        return "-".join(str(round(1000 * edge)) for edge in self.heard.reading.box) if self.heard else ""


@require_http_methods(["GET", "HEAD", "POST"])
@acting.for_staff
def script(request: HttpRequest, by: Actor, reference: str) -> HttpResponse:
    """What is filled in is said at once; what was left open is asked the next time."""
    case, now = acting.case_of(reference, by), acting.now()
    look = look_at(case, by, language=get_language() or "", zone=timezone.get_current_timezone_name(), now=now)
    asked = [want for want in look.evaluation.wanted if kind_of(want.source) == "ask"]
    if request.method != "POST":
        log_looks(case, by, purpose=_("On the phone"), what=_("open questions"), now=now)
        return _page(request, look, asked, {}, {})
    given, wrong = _read(request, look, asked, by)
    if given and not wrong:
        wrong = _say(request, look, given, by)
    if wrong or not given:
        return _page(request, look, asked, given, wrong or {"": _("Nothing was filled in.")})
    words = ngettext("%(n)s answer noted.", "%(n)s answers noted.", len(given)) % {"n": len(given)}
    messages.success(request, words)
    return redirect("work-call" if _still_asked(by, reference) else "work-case", reference)


def _read(request: HttpRequest, look: Look, asked: list[Wanted], by: Actor) -> tuple[dict[str, Raw], dict[str, str]]:
    """What was filled in, by path, and what is wrong with files."""
    given, wrong = {}, {}
    for want, fact in _sayable(look, asked):
        raw, problem = typed.read_answer(request, fact, by=by.id, before="", now=look.now)
        if problem:
            wrong[path(want.fact, want.item)] = problem
        if raw not in ("", [], {}):
            given[path(want.fact, want.item)] = raw
    return given, wrong


def _say(request: HttpRequest, look: Look, given: dict[str, Raw], by: Actor) -> dict[str, str]:
    definition = look.loaded.definition
    names = {one: one.rpartition("/") for one in given}
    facts = {
        one: typed.door_input(declared(definition, names[one][2], names[one][0]), raw) for one, raw in given.items()
    }
    channel = choices.channel_of(request.POST.get("_channel", ""))
    heard = heard_in(look.case)
    places = {one: heard[one].place for one, raw in given.items() if one in heard and raw == _typed(look, heard[one])}
    try:
        assert_facts(case=look.case, by=by, channel=channel, facts=facts, places=places, now=look.now)
        if heard and not set(heard) - set(given):
            close_checks(look.case, by, now=look.now, channel=channel)
    except FactsRefused as refused:
        return refused.messages
    except Refusal as refused_saying:
        return {"": str(refused_saying)}
    return {}


def _sayable(look: Look, asked: list[Wanted]) -> Iterator[tuple[Wanted, Fact]]:
    """What a colleague may note down, of a list one item at a time; a consent or signature is the person's own."""
    names: set[str] = set()
    for want in asked:
        fact = declared(look.loaded.definition, want.fact, want.item)
        if fact.type.kind not in ONLY_THEMSELVES and fact.name not in names:
            names.add(fact.name)
            yield want, fact


def _still_asked(by: Actor, reference: str) -> bool:
    case = acting.case_of(reference, by)
    look = look_at(case, by, language="", zone="", now=acting.now())
    asked = [want for want in look.evaluation.wanted if kind_of(want.source) == "ask"]
    return any(True for _one in _sayable(look, asked))


def _typed(look: Look, heard: Heard) -> Raw:
    """What was heard, as a colleague would have typed it; empty where it makes no value."""
    fact = declared(look.loaded.definition, heard.fact, "")
    said = heard.reading.text if fact.type.kind == "text" else heard.reading.value
    return typed.as_typed(fact, said)


def _page(
    request: HttpRequest, look: Look, asked: list[Wanted], given: dict[str, Raw], wrong: dict[str, str]
) -> HttpResponse:
    language, texts = look.words.language, look.loaded.texts
    heard = heard_in(look.case)
    if request.method != "POST":
        given = {name: typed_one for name, one in heard.items() if (typed_one := _typed(look, one))}
    lines = [
        Line(
            who=texts.role(want.who, language),
            path=path(want.fact, want.item),
            fact=fact,
            heard=heard.get(path(want.fact, want.item)),
            field=typed.field_view(
                look.loaded, fact, raw=given.get(path(want.fact, want.item), ""),
                error=wrong.get(path(want.fact, want.item), ""), source=want.source,
                options=choosing.options(fact, look.evaluation, language),
            ),
        )
        for want, fact in _sayable(look, asked)
    ]  # fmt: skip
    theirs = [
        look.words.label(w.fact, w.item) for w in asked if not any(line.path == path(w.fact, w.item) for line in lines)
    ]
    context = {
        "reference": look.case.reference,
        "title": texts.title(language),
        "people": [str(row.get("name") or "") for rows in look.record.parties.values() for row in rows],
        "lines": lines,
        "errors": [line.field for line in lines if line.field.error],
        "wrong": wrong.get("", ""),
        "theirs": theirs,
        "channels": choices.channels(),
    }
    return render(request, "workbench/call.html", context, status=422 if wrong else 200)
