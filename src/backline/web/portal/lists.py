"""A list of a request: what is on it, add another, take one away, that is all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backline.cases import items
from backline.cases.facts import split
from backline.cases.refusals import FactsRefused, Refusal
from backline.engine.definition import Fact
from backline.web.portal import answers, replaying
from backline.web.portal.knowing import Known, known_to
from backline.web.portal.picture import AnswerLine
from backline.web.portal.showing import any_words
from backline.web.ui.fields import FieldView, Raw

CHANNEL = "portal"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing on the list."""

    path: str
    lines: list[AnswerLine]


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, reference: str, path: str) -> HttpResponse:
    """``/requests/REF/lists/FACT``."""
    known = known_to(request, reference)
    fact = known.fact(path)
    if fact.type.kind != "list" or not _asked(known, fact):
        raise Http404
    told: dict[str, Raw] = {}
    wrong: dict[str, str] = {}
    if request.method == "POST":
        token, here = request.POST.get("token", ""), reverse("request-list", args=[known.case.reference, path])
        closing = request.POST.get("do") == "close"
        place = reverse("request", args=[known.case.reference]) if closing else here
        with replaying.claimed(token=token, place=place, now=known.now) as claim:
            if not claim.first:
                return HttpResponseRedirect(claim.place)
            told, wrong = _change(request, known, fact, path)
            claim.refused = bool(wrong)
        if not wrong:
            return HttpResponseRedirect(place)
    return _page(request, known, fact, path, told, wrong)


def _change(request: HttpRequest, known: Known, fact: Fact, path: str) -> tuple[dict[str, Raw], dict[str, str]]:
    """Add, take away or close, as the button says; what was typed and what is wrong with it."""
    name, within = split(path)
    case, by, now, present = known.case, known.by, known.now, known.role
    told: dict[str, Raw] = {}
    try:
        if request.POST.get("do") == "close":
            items.close_list(fact=name, item=within, case=case, by=by, channel=CHANNEL, now=now, present=present)
        elif removed := request.POST.get("remove", ""):
            items.remove_item(item=removed, case=case, by=by, channel=CHANNEL, now=now, present=present)
        else:
            told, wrong = _read(request, known, fact)
            if wrong:
                return told, wrong
            said = {one.name: answers.door_input(one, told[one.name]) for one in _inner(known, fact) if told[one.name]}
            items.add_item(
                fact=name, item=within, facts=said, case=case, by=by, channel=CHANNEL, now=now, present=present
            )
    except FactsRefused as refused:
        return told, {key.rpartition("/")[2]: message for key, message in refused.messages.items()}
    except Refusal as refused_change:
        return told, {fact.name: str(refused_change)}
    return told, {}


def _read(request: HttpRequest, known: Known, fact: Fact) -> tuple[dict[str, Raw], dict[str, str]]:
    told: dict[str, Raw] = {}
    wrong: dict[str, str] = {}
    for inner in _inner(known, fact):
        told[inner.name], refused = answers.read_answer(request, inner, by=known.by.id, before="", now=known.now)
        if refused or (told[inner.name] in ("", [], {}) and not inner.optional):
            wrong[inner.name] = refused or answers.missing_words(inner)
    return told, wrong


def _inner(known: Known, fact: Fact) -> list[Fact]:
    """What this person is asked of each item."""
    return [inner for inner in fact.facts.values() if inner.type.kind != "list" and _asked(known, inner)]


def _asked(known: Known, fact: Fact) -> bool:
    told = [source for source in fact.sources if source.kind in ("ask", "offer")]
    return any(known.roles & set(source.who or (known.loaded.definition.for_,)) for source in told)


def _page(
    request: HttpRequest, known: Known, fact: Fact, path: str, told: dict[str, Raw], wrong: dict[str, str]
) -> HttpResponse:
    fields = [_field(known, path, inner, told, wrong) for inner in _inner(known, fact)]
    label = known.loaded.texts.label(".".join(path.split("/")[::2]), known.language)
    context = {
        "heading": label,
        "help": known.loaded.texts.help(fact.name, known.language),
        "caption": f"{known.loaded.texts.title(known.language)} · {known.case.reference}",
        "items": _items(known, path),
        "fields": fields,
        "errors": [f for f in fields if f.error],
        "problem": wrong.get(fact.name, ""),
        "back": reverse("request", args=[known.case.reference]),
        "token": replaying.fresh_token(),
        "may_close": fact.done is None,
    }
    return render(request, "portal/list.html", context, status=422 if wrong else 200)


def _field(known: Known, path: str, inner: Fact, told: dict[str, Raw], wrong: dict[str, str]) -> FieldView:
    text_path = ".".join([*path.split("/")[::2], inner.name])
    return answers.field_view(
        known.loaded, inner, raw=told.get(inner.name), error=wrong.get(inner.name, ""), path=text_path
    )


def _items(known: Known, path: str) -> list[Item]:
    """What is on the list, in the order in which it was added."""
    name, within = split(path)
    standing = {split(key)[1] for key in known.evaluation.facts}
    said = [a.get("item", "") for a in known.case.snapshot["assertions"] if a["fact"] == name]
    added = [
        item for item in dict.fromkeys(said) if item in standing and item.startswith(f"{within}/" if within else "")
    ]
    return [Item(path=item, lines=list(_lines(known, path, item))) for item in added]


def _lines(known: Known, path: str, item: str) -> Iterator[AnswerLine]:
    """What this person may see of one thing, as the case type orders it."""
    for name, inner in known.fact(path).facts.items():
        state = known.evaluation.facts.get(f"{item}/{name}")
        if state is None or state.status != "value" or not known.may_see(inner, state):
            continue
        words = _("Yes") if state.value is True else any_words(state.value, known.language)
        text_path = ".".join([*item.split("/")[::2], name])
        yield AnswerLine(label=known.loaded.texts.label(text_path, known.language), value=words)
