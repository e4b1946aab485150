"""How a request stands, in the customer's words: one headline, what is next, who acts, by when."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from backline.cases.effects.foreground import is_waited_for
from backline.cases.gathering import kind_of
from backline.engine.evaluation import PromiseStatus
from backline.web.portal.expecting import expected_at
from backline.web.portal.knowing import Known
from backline.web.portal.showing import any_words, value_words
from backline.web.portal.wording import day_words

HOLE = re.compile(r"\{([a-z][a-z0-9_]*)(?:\.([a-z0-9_]+))?\}")
SETTLED = ("done", "refused", "failed", "given up")
NO_BREAK = "\u00a0"
"""A number is read in one go"""
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÄÖÜ{])")


@dataclass(frozen=True, kw_only=True)
class Status:
    """What stands at the top of the page of a request, and in the list of requests."""

    headline: str
    next: str = ""
    state_words: str
    tone: str
    sign: str
    moving: bool = False
    """Something automatic goes on: the page looks again by itself"""


def status_of(known: Known) -> Status:
    """The first of these that is so: ended, the person is asked, another is asked, systems work, we look at it."""
    if known.pending:
        return _pending(known)
    if known.case.state == "ended":
        return _ended(known)
    if known.asks:
        return _your_turn(known)
    if known.evaluation.exceptions or known.case.state == "stuck":
        return _with_us(known, _("A colleague takes care of it"))
    if known.evaluation.outcome and not any(kind_of(w.source) in ("ask", "work") for w in known.evaluation.wanted):
        return _under_way(known)
    return _others(known)


def say(known: Known) -> list[str]:
    """What the chosen outcome says to the customer, sentence by sentence, with its facts filled in."""
    outcome = known.case.outcome or known.evaluation.outcome or ""
    template = known.loaded.texts.say(outcome, known.language)
    return [HOLE.sub(lambda m: _filled(known, m[1], m[2] or ""), part) for part in SENTENCE.split(template) if part]


def next_due(known: Known) -> str:
    """By when the next promise is due, in words."""
    running = [p for p in known.evaluation.promises if p.due and p.state in ("running", "at risk", "broken")]
    expected = [at for p in running if (at := expected_at(known, p))]
    return day_words(min(expected)) if expected else ""


def to_come(known: Known) -> list[PromiseStatus]:
    """What was promised and is still awaited although the request has its answer: a plastic card behind a number."""
    if known.pending or not (known.case.outcome or known.evaluation.outcome):
        return []
    return [p for p in known.evaluation.promises if p.due and p.state in ("running", "at risk")]


def _pending(known: Known) -> Status:
    """The person acts for somebody who has not agreed: nothing of theirs is told."""
    return Status(
        headline=_("We need their agreement first"),
        next=_("We asked the person for whom you act. When they have agreed, you can go on here."),
        state_words=_("Waiting"),
        tone="brand",
        sign="hourglass",
    )


def _ended(known: Known) -> Status:
    return _answered(known, say(known))


def _answered(known: Known, told: list[str], *, moving: bool = False) -> Status:
    outcome = known.loaded.texts.outcome(known.case.outcome or known.evaluation.outcome or "", known.language)
    return Status(
        headline=told[0].rstrip(".") if told else outcome,
        next=" ".join(told[1:]),
        state_words=_("Done, more follows") if moving or to_come(known) else _("Finished"),
        tone="good",
        sign="check",
        moving=moving,
    )


def _told_already(known: Known) -> list[str]:
    """What the outcome says, where all that it tells of is there: the number does not wait for the plastic card, and
    what was done does not wait for the message about it."""
    template = known.loaded.texts.say(known.evaluation.outcome or "", known.language)
    given = {name for action in known.loaded.definition.actions.values() for name in action.gives}
    told = {match[1] for match in HOLE.finditer(template)}
    states = known.evaluation.facts
    there = all(name in states and states[name].status == "value" for name in told)
    return say(known) if there and (told & given or _only_writing(known)) else []


def _only_writing(known: Known) -> bool:
    """Whether all that is still to be done is what nobody waits for."""
    effects = [one for one in known.case.snapshot["effects"].values() if one["kind"] == "do"]
    open_ones = [one for one in effects if one["state"] not in SETTLED]
    outcome = known.evaluation.outcome or ""
    kept_waiting = any(
        is_waited_for(known.loaded.program, outcome, action=one["action"], kind=one["kind"], page=True)
        for one in open_ones
    )
    return len(effects) > len(open_ones) and not kept_waiting


def _your_turn(known: Known) -> Status:
    return Status(
        headline=_("We need something from you"),
        next=_("As soon as we have your answer, we go on."),
        state_words=_("Your turn"),
        tone="warn",
        sign="hand",
    )


def _under_way(known: Known) -> Status:
    due = next_due(known)
    if told := _told_already(known):
        return _answered(known, told, moving=True)
    return Status(
        headline=_("We are carrying it out"),
        next=_("It will be done by %(day)s.") % {"day": due} if due else _("This takes a moment."),
        state_words=_("Under way"),
        tone="brand",
        sign="clock",
        moving=True,
    )


def _with_us(known: Known, headline: str) -> Status:
    due = next_due(known)
    return Status(
        headline=headline,
        next=_("You hear from us by %(day)s. You need not do anything.") % {"day": due}
        if due
        else _("You need not do anything. We write to you."),
        state_words=_("With us"),
        tone="brand",
        sign="clock",
    )


def _others(known: Known) -> Status:
    kinds = {kind_of(w.source) for w in known.evaluation.wanted}
    asked = sorted({w.who for w in known.evaluation.wanted if kind_of(w.source) == "ask"})
    if "work" in kinds:
        return _with_us(known, _("We are looking at it"))
    if asked:
        who = known.loaded.texts.role(asked[0], known.language)
        return Status(
            headline=_("We are waiting for an answer"),
            next=_("We asked: %(who)s. You need not do anything.") % {"who": who},
            state_words=_("Waiting"),
            tone="brand",
            sign="hourglass",
        )
    if "lookup" in kinds:
        return Status(
            headline=_("One of our systems does not answer"),
            next=_("We try again by ourselves. You need not do anything."),
            state_words=_("Waiting"),
            tone="brand",
            sign="refresh",
            moving=True,
        )
    return _with_us(known, _("We have your request"))


def _filled(known: Known, name: str, member: str) -> str:
    state = known.evaluation.facts.get(name)
    fact = known.loaded.definition.facts.get(name)
    if state is None or state.status != "value" or (fact and not known.may_see(fact, state)):
        return "–"
    if member:
        return any_words(state.value.get(member), known.language)
    if fact is None:
        return any_words(state.value, known.language).replace(" ", NO_BREAK)
    return value_words(fact, state.value, known.loaded.texts, known.language)
