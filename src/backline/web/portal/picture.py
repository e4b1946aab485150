"""The page of a request: all that one person may know of it, in the order in which it matters to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from backline.cases.authority import ONLY_THEMSELVES
from backline.cases.facts import path
from backline.cases.gathering import kind_of
from backline.cases.models import Want
from backline.cases.showing.viewing_steps import step_views
from backline.cases.showing.views import StepView
from backline.cases.storage.selecting import several
from backline.channels.readdressing import undelivered
from backline.connectors import systems
from backline.engine.evaluation import PromiseStatus, Wanted
from backline.people import parties
from backline.people.models import Party
from backline.web.portal.acting import acting_words
from backline.web.portal.conversation import Bubble, bubbles_of
from backline.web.portal.expecting import expected_words
from backline.web.portal.knowing import Known
from backline.web.portal.moments import Moment, moments_of
from backline.web.portal.offering import can_be_tried
from backline.web.portal.ordering import in_order
from backline.web.portal.papers import Paper, papers_of
from backline.web.portal.results import Result, results_of
from backline.web.portal.showing import value_words
from backline.web.portal.status import Status, status_of, to_come
from backline.web.portal.wording import PromiseLine, due_words, promise_line

UNDER_WAY = ("planned", "started", "unknown")
SOON = timedelta(minutes=1)
"""What happens by itself so soon is looked for by the page"""
TOLD = ("ask", "offer", "memory", "settle", "work")
"""Sources of an answer that a person gave, and so can correct"""
SIGNS = {"document": "file", "consent": "shield", "money": "wallet"}


@dataclass(frozen=True, kw_only=True)
class Line:
    """Something with a place to go to: a question, an offer, somebody who has to act."""

    label: str
    href: str = ""
    who: str = ""
    sign: str = "dot"
    due: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class AnswerLine:
    """A question, its answer, and where to change it."""

    label: str
    value: str
    change: str = ""
    change_words: str = ""


@dataclass(frozen=True, kw_only=True)
class RequestPage:
    """What the template shows."""

    reference: str
    title: str
    status: Status
    results: list[Result]
    to_come: list[PromiseLine]
    """Promised, and not there when the request itself has its answer"""
    asks: list[Line]
    waits: list[Line]
    promises: list[PromiseLine]
    moments: list[Moment]
    documents: list[Paper]
    messages: list[Bubble]
    answers: list[AnswerLine]
    offers: list[Line]
    reply_to: str
    what_if: str
    steps: tuple[StepView, ...]
    """What is done and still to come, where it is more than one thing"""
    acting_for: str
    """For whom they act, by name"""
    unreached: str
    """The address at which our mail does not reach them"""
    moving: bool
    """Something automatic goes on that the person waits for: the page looks again by itself"""


def request_page(known: Known) -> RequestPage:
    """Everything, once."""
    return RequestPage(
        reference=known.case.reference,
        title=known.loaded.texts.title(known.language),
        status=status_of(known),
        results=results_of(known),
        to_come=[] if known.pending else [_promise(known, p) for p in to_come(known)],
        asks=[*_asks(known), *_free_asks(known)],
        waits=[] if known.pending else list(_waits(known)),
        promises=[] if known.pending else [_promise(known, p) for p in known.evaluation.promises],
        moments=moments_of(known),
        documents=papers_of(known),
        messages=bubbles_of(known),
        answers=list(_answers(known)),
        offers=[_offer(known, w) for w in known.offers],
        moving=_moving(known),
        what_if=_what_if(known),
        steps=_steps(known),
        acting_for=acting_words(known),
        unreached=_unreached(known),
        reply_to=_address(known) if _wants_papers(known) else "",
    )


def _unreached(known: Known) -> str:
    """Who did not prove their address sees only what they typed themselves."""
    return next((one.to for one in undelivered(known.case) if one.party.pk == known.by.party_id), "")


def _moving(known: Known) -> bool:
    if known.asks:
        return False
    if known.case.state == "ended":
        return bool(to_come(known)) and known.case.wake_at is not None and known.case.wake_at - known.now < SOON
    under_way = any(effect["state"] in UNDER_WAY for effect in known.case.snapshot["effects"].values())
    return under_way or status_of(known).moving


def _steps(known: Known) -> tuple[StepView, ...]:
    """Steps that have a name for people; what we write is told as messages."""
    actions = known.loaded.definition.actions
    if len(_named_actions(known)) < 2:
        return ()
    steps = [one for one in step_views(known.look) if actions[one.action].kind not in ("message", "letter")]
    named = tuple(one for one in steps if actions[one.action].label)
    return named if len(named) > 1 else ()


def _named_actions(known: Known) -> set[str]:
    """What is done or made here and has a name for people, as far as the case itself tells."""
    outcomes = known.loaded.definition.outcomes
    chosen = [step.action for one in outcomes if one.name == known.evaluation.outcome for step in one.do]
    made = [str(effect["action"]) for effect in known.case.snapshot["effects"].values()]
    actions = known.loaded.definition.actions
    found = {name for name in (*chosen, *made) if name in actions}
    return {name for name in found if actions[name].label and actions[name].kind not in ("message", "letter")}


def _what_if(known: Known) -> str:
    """Where other answers can be tried; empty where none can, or nothing can be changed any more."""
    facts = known.loaded.definition.facts.values()
    can = not known.pending and any(can_be_tried(fact, role) for fact in facts for role in known.roles)
    return reverse("request-what-if", args=[known.case.reference]) if can else ""


def _asks(known: Known) -> Iterator[Line]:
    for want in known.asks:
        at = path(want.fact, want.item)
        yield Line(
            label=known.loaded.texts.asked(text_path(want), want.source, known.language),
            href=reverse("request-question", args=[known.case.reference, at]),
            sign=SIGNS.get(known.fact(at).type.kind, "dot"),
            due=_row_due(known, want),
        )


def _free_asks(known: Known) -> Iterator[Line]:
    """What a colleague asked in their own words."""
    for want in free_questions(known):
        href = reverse("request-reply", args=[known.case.reference, want.pk])
        yield Line(label=want.title, href=href, sign="message", due=want.due)


def free_questions(known: Known) -> list[Want]:
    """Open questions of colleagues to this person."""
    asked = several(Want, case=known.case.pk, kind="question", closed_at=None)
    return [want for want in asked if want.who in known.roles]


def _waits(known: Known) -> Iterator[Line]:
    """Who else has to act: another person, our own people, a system that does not answer."""
    others = [w for w in known.evaluation.wanted if w.who not in known.roles]
    for want in others:
        if kind_of(want.source) == "ask":
            label = known.loaded.texts.asked(text_path(want), want.source, known.language)
            who = known.loaded.texts.role(want.who, known.language)
            yield Line(label=label, who=who, sign="user", due=_row_due(known, want))
    if any(kind_of(w.source) == "work" for w in others) or known.evaluation.exceptions:
        yield Line(label=_("We are checking what is needed"), who=_("A colleague of ours"), sign="building")
    for name in sorted({w.call.partition(".")[0] for w in others if kind_of(w.source) == "lookup" and w.call}):
        declared = systems.described(name)
        told = {"name": declared.title if declared else name}
        words = _("One of our systems does not answer at the moment: %(name)s") % told
        yield Line(label=words, who=_("We try again by ourselves"), sign="refresh")


def _row_due(known: Known, want: Wanted) -> datetime | None:
    row = Want.objects.filter(case=known.case, fact=want.fact, item=want.item, closed_at__isnull=True).first()
    return row.due if row else None


def text_path(want: Wanted) -> str:
    """``bills/1/billed`` is told as ``bills.billed``."""
    return ".".join([*want.item.split("/")[::2], want.fact]) if want.item else want.fact


def _promise(known: Known, status: PromiseStatus) -> PromiseLine:
    after = known.loaded.texts.label(status.after, known.language) if status.after else ""
    words = expected_words(known, status) or due_words(status.state, status.due, status.settled_at, after)
    return promise_line(known.loaded.texts.promise(status.name, known.language), words, status.state)


def _answers(known: Known) -> Iterator[AnswerLine]:
    """What was asked of this person's roles and has an answer; they can correct it."""
    visible = known.visible()
    for fact in in_order(known.loaded.definition):
        name, state = fact.name, visible.get(fact.name)
        if state is None:
            continue
        asked = {who for s in fact.sources if s.kind == "ask" for who in s.who or (known.loaded.definition.for_,)}
        if fact.type.kind in ONLY_THEMSELVES and state.by != known.by.id:
            continue
        if not asked & known.look.reader.roles or kind_of(state.source) not in TOLD:
            continue
        change = reverse("request-question", args=[known.case.reference, name]) if asked & known.roles else ""
        yield AnswerLine(
            label=known.loaded.texts.label(name, known.language),
            value=value_words(fact, state.value, known.loaded.texts, known.language),
            change=f"{change}?change=yes" if change else "",
            change_words=_("Correct"),
        )


def _offer(known: Known, want: Wanted) -> Line:
    label = known.loaded.texts.asked(text_path(want), want.source, known.language)
    return Line(label=label, href=reverse("request-question", args=[known.case.reference, path(want.fact, want.item)]))


def _wants_papers(known: Known) -> bool:
    return any(known.fact(path(w.fact, w.item)).type.kind == "document" for w in known.asks)


def _address(known: Known) -> str:
    """Where our e-mails to this person go."""
    party = Party.objects.filter(pk=known.by.party_id or 0).first()
    return str(parties.as_row(party).get("email") or "") if party else ""
