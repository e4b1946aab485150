"""What the customer got: a number or a time that a system gave, as a card to keep, with a code that others can scan."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from backline.people.models import Party
from backline.web.portal.knowing import Known, known_to
from backline.web.portal.showing import any_words
from backline.web.portal.status import HOLE

NUMBERS = ("text", "integer")
"""What can be shown at a counter as a code; a time is no such thing"""
LONGEST = 80


@dataclass(frozen=True, kw_only=True)
class Result:
    """One thing that the person got."""

    label: str
    value: str
    kind: str
    """Who the holder is here: a member, a patient"""
    holder: str
    href: str = ""
    """Its own page, to be kept on a phone"""
    code: str = ""
    """The picture of its code; empty where there is nothing to scan"""


def results_of(known: Known) -> list[Result]:
    """What actions gave and the outcome tells the customer of, once it was read back."""
    return [] if known.pending else [_result(known, action, name) for action, name in _given(known)]


@require_safe
def card(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """``/requests/REF/results/FACT``: nothing but the card, to be shown at a counter and kept on the home screen."""
    known = known_to(request, reference)
    found = _named(known, name)
    context = {"result": found, "reference": known.case.reference, "title": known.loaded.texts.title(known.language)}
    return render(request, "portal/card.html", context)


@require_safe
def code(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """``/requests/REF/results/FACT.svg``: the number as a QR code."""
    value = _named(known_to(request, reference), name).value
    drawn = io.BytesIO()
    segno.make(value, error="m", micro=False).save(
        drawn, kind="svg", scale=8, border=2, dark="#111", light="#fff", xmldecl=False, svgns=True, title=value
    )
    response = HttpResponse(drawn.getvalue(), content_type="image/svg+xml")
    response["Cache-Control"] = "private, max-age=86400"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


def _named(known: Known, name: str) -> Result:
    found = next((_result(known, action, fact) for action, fact in _given(known) if fact == name), None)
    if found is None or known.pending or not found.code:
        raise Http404
    return found


def _given(known: Known) -> Iterator[tuple[str, str]]:
    """Action and fact."""
    outcome = known.case.outcome or known.evaluation.outcome or ""
    told = {match[1] for match in HOLE.finditer(known.loaded.texts.say(outcome, known.language))}
    for action in known.loaded.definition.actions.values():
        for name in action.gives:
            state = known.evaluation.facts.get(name)
            if name in told and state is not None and state.status == "value":
                yield action.name, name


def _result(known: Known, action: str, name: str) -> Result:
    value = any_words(known.evaluation.facts[name].value, known.language)
    kind = known.loaded.definition.actions[action].gives[name].kind
    scannable = kind in NUMBERS and len(value) <= LONGEST
    at = [known.case.reference, name]
    role = known.loaded.definition.for_
    return Result(
        label=_label(known, action, name),
        value=value,
        kind=known.loaded.texts.role(role, known.language),
        holder=_holder(known, role),
        href=reverse("request-result", args=at) if scannable else "",
        code=reverse("request-result-code", args=at) if scannable else "",
    )


def _label(known: Known, action: str, fact: str) -> str:
    """What was promised of it, which is what the customer waits for; else what the fact is called."""
    promises = known.loaded.definition.promises.values()
    promised = next((p.name for p in promises if p.of in (action, fact)), "")
    texts = known.loaded.texts
    return texts.promise(promised, known.language) if promised else texts.label(fact, known.language)


def _holder(known: Known, role: str) -> str:
    holders = known.case.snapshot["parties"].get(role, ())
    if list(holders) == [known.by.party_id]:
        return known.by.name
    party = Party.objects.filter(pk__in=holders).first()
    return party.name if party else ""
