"""Facts as a reader sees them: what they are called, where they stand, where that comes from."""

from __future__ import annotations

import re

from backline.cases.authority import voice
from backline.cases.facts import NoSuchFact, declared, outermost, path
from backline.cases.showing.look import Look
from backline.cases.showing.views import CandidateView, FactView, OfferView
from backline.engine.definition import Fact
from backline.engine.evaluation import FactState
from backline.engine.record import Assertion
from backline.people.actors import Actor

HOLE = re.compile(r"\{(\w+)\}")


def fact_views(look: Look, by: Actor) -> tuple[FactView, ...]:
    """The facts that the reader may see, in the order of the case type."""
    order = {name: position for position, name in enumerate(look.loaded.definition.facts)}
    states = sorted(look.evaluation.facts.values(), key=lambda state: _place(state, order))
    views = (_view(look, by, state) for state in states)
    return tuple(view for view in views if view is not None)


def offer_views(look: Look) -> tuple[OfferView, ...]:
    """What the reader may volunteer now."""
    seen: dict[str, OfferView] = {}
    for offer in look.evaluation.offers:
        if look.reader.audience == "customer" and (offer.who not in look.reader.roles or look.reader.pending):
            continue
        fact = declared(look.loaded.definition, offer.fact, offer.item)
        seen[path(offer.fact, offer.item)] = OfferView(
            fact=offer.fact,
            item=offer.item,
            path=path(offer.fact, offer.item),
            label=look.words.label(offer.fact, offer.item),
            help=look.loaded.texts.help(offer.fact, look.words.language),
            kind=fact.type.kind,
        )
    return tuple(seen.values())


def say(look: Look, outcome: str) -> str:
    """What the customer reads at the end, with the facts in it that the reader may see."""

    def filled(hole: re.Match[str]) -> str:
        state = look.evaluation.facts.get(hole[1])
        if state is None or state.status != "value" or not _seen(look, state):
            return "…"
        return look.words.shown(state.name, state.item, state.value)

    return HOLE.sub(filled, look.loaded.texts.say(outcome, look.words.language)) if outcome else ""


def _view(look: Look, by: Actor, state: FactState) -> FactView | None:
    try:
        fact = declared(look.loaded.definition, state.name, state.item)
    except NoSuchFact:
        return None
    if not _seen(look, state):
        return None
    said = look.assertions.get(state.assertion)
    told = look.told.get(state.assertion, {})
    who = look.names.get(state.by, "")
    return FactView(
        name=state.name,
        item=state.item,
        path=path(state.name, state.item),
        label=look.words.label(state.name, state.item),
        help=look.loaded.texts.help(state.name, look.words.language),
        kind=fact.type.kind,
        status=state.status,
        value=state.value,
        shown=look.words.shown(state.name, state.item, state.value) if state.status == "value" else "",
        source=state.source,
        source_words=look.source_words(state.source, state.by, state.assertion) if state.status == "value" else "",
        by=state.by,
        who=who,
        said_at=said.said_at if said else None,
        reason=str(told.get("reason") or state.reason),
        refusals=state.refusals,
        candidates=tuple(_candidate(look, look.assertions[one]) for one in state.candidates if one in look.assertions),
        place=told.get("place"),
        own=_may_say(look, by, fact),
        basis_shown=_about(look, said),
    )


def _seen(look: Look, state: FactState) -> bool:
    fact = outermost(look.loaded.definition, state.name, state.item)
    return fact is not None and look.reader.sees(fact, said_by=state.by)


def _may_say(look: Look, by: Actor, fact: Fact) -> bool:
    """Whether the reader may change or correct it."""
    if by.kind != "party":
        return True
    return voice(by, look.case, look.loaded.definition, fact, now=look.now) is not None


def _candidate(look: Look, said: Assertion) -> CandidateView:
    who = look.names.get(said.who, "")
    return CandidateView(
        assertion=said.id,
        shown=look.words.shown(said.fact, said.item, said.value),
        who=who,
        source_words=look.source_words(said.source, said.who, said.id),
        said_at=said.said_at,
        reason=str(look.told.get(said.id, {}).get("reason", "")),
    )


def _about(look: Look, said: Assertion | None) -> tuple[tuple[str, str], ...]:
    """What the answer was about, as it was shown."""
    if said is None or not said.basis or said.source.partition("#")[0] not in ("work", "ask"):
        return ()
    return tuple((look.words.label(name), look.words.shown(name, "", value)) for name, value in said.basis.items())


def _place(state: FactState, order: dict[str, int]) -> tuple[int, str]:
    top = state.item.partition("/")[0] or state.name
    return order.get(top, len(order)), state.item
