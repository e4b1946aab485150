"""Somebody answers what was wanted of them: a customer a question, a colleague a task.

An answer is about what the person saw (the want's basis). When that has changed meanwhile, the answer is kept with
its basis
and counts again should things return to it. When somebody else has answered first, it is a second opinion: shown,
not counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex
from typing import Literal

from django.utils.translation import gettext as _

from backline.cases import input, readings
from backline.cases.asserting import refuse_unfit
from backline.cases.authority import ONLY_THEMSELVES, roles_held, writes
from backline.cases.changing import change
from backline.cases.competence import refuse_unable, refuse_undue
from backline.cases.facts import declared, path, source_of
from backline.cases.fittings import fittings
from backline.cases.models import Case, Want
from backline.cases.refusals import FactsRefused, NotAllowed, NotOpen, TaskTaken
from backline.cases.said import Said
from backline.cases.storage import heads
from backline.cases.storage.encoding import decode_members, encode
from backline.cases.storage.happenings import Happening
from backline.cases.storage.selecting import the
from backline.cases.storage.snapshotting import snapshot
from backline.catalogue import versions
from backline.catalogue.versions import LoadedType
from backline.engine.definition import CaseType, Fact
from backline.engine.evaluating import evaluate
from backline.engine.evaluation import Evaluation, FactState, Wanted
from backline.engine.record import Assertion, CaseRecord
from backline.engine.values import ValueProblem
from backline.people import absences
from backline.people.actors import Actor

Standing = Literal["counted", "second opinion", "about something older"]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The case after an answer, and what became of it."""

    case: Case
    standing: Standing


def answer_want(
    *, want: Want, by: Actor, channel: str, value: object, now: datetime, reason: str = "", present: str = ""
) -> Answer:
    """Answer a question or a task of the case type. Raises NotAllowed, TaskTaken, NotOpen, FactsRefused."""
    standing: list[Standing] = []
    fact_path = path(want.fact, want.item)

    def say(case: Case, loaded: LoadedType) -> Said:
        current = the(Want, pk=want.pk)
        may_answer(by, current, case, loaded.definition, now=now)
        standing[:] = [_standing(current)]
        assertion = _assertion(current, value, by, case, loaded, now=now, reason=reason)
        if current.kind == "settle":
            refuse_undue((assertion,), by, case, loaded, snapshot(case), now=now)
        if standing == ["second opinion"]:
            return Said(after=(_second_opinion(current, assertion, by, reason),))
        if current.kind == "work" and standing == ["counted"]:
            readings.note_said(assertion, loaded=loaded, record=snapshot(case), now=now)
        return Said(assertions=(assertion,), names={by.id: by.name}, reasons={assertion.id: reason} if reason else {})

    def check(loaded: LoadedType, evaluation: Evaluation) -> None:
        refuse_unfit(loaded, evaluation, {fact_path: value} if standing == ["counted"] else {})

    case = change(the(Case, pk=want.case_id), say, by=by, channel=channel, now=now, present=present, check=check)
    return Answer(case=case, standing=standing[0])


def try_answer(*, want: Want, by: Actor, value: object, now: datetime, reason: str = "") -> None:
    """Raise what ``answer_want`` would raise as the case stands now. Nothing is written."""
    case = the(Case, pk=want.case_id)
    loaded, record = versions.load(case.type_key, case.type_version), snapshot(case)
    may_answer(by, want, case, loaded.definition, now=now)
    said = _assertion(want, value, by, case, loaded, now=now, reason=reason)
    record = replace(record, assertions=(*record.assertions, said))
    evaluation = evaluate(loaded.program, record, now=now, calendar=fittings().calendar)
    refuse_unfit(loaded, evaluation, {path(want.fact, want.item): value})


def may_answer(by: Actor, want: Want, case: Case, definition: CaseType, *, now: datetime) -> None:
    """Raises NotAllowed or TaskTaken unless this actor may answer this want."""
    if want.kind == "ask":
        return _may_answer_ask(by, want, case, definition, now)
    if want.kind not in ("work", "settle", "exception"):
        raise NotOpen(_("This can't be answered here."))
    if want.kind == "settle" and declared(definition, want.fact, want.item).type.kind in ONLY_THEMSELVES:
        raise NotAllowed(_("Only the person concerned can answer this."))
    if not in_team(by, want.team) and not stands_in(by, want, now=now):
        raise NotAllowed(_("This is a task of another team."))
    refuse_unable(by, want, case, definition)
    if want.taken_by not in ("", by.id) and want.taken_by not in in_reach_of(by, want, now=now):
        raise TaskTaken(_("A colleague has this task in hand."))


def in_team(by: Actor, team: str) -> bool:
    """Whether this actor does the work of a team."""
    if by.kind == "token":
        return "cases:write" in by.scopes
    return by.has_duty("administrator") or team in by.teams


def in_reach_of(by: Actor, want: Want, *, now: datetime) -> tuple[str, ...]:
    """Who may have this task in hand so that ``by`` may take it: nobody, themselves, or a colleague who is away.

    Whoever leads the team may take it from anybody.
    """
    free = ("", by.id, *(f"staff:{staff}" for staff in absences.away(now)))
    return (*free, want.taken_by) if want.team in by.leads else free


def stands_in(by: Actor, want: Want, *, now: datetime) -> bool:
    """Whether the colleague who has this task in hand is away, and named this one to stand in."""
    if by.staff_id is None or not want.taken_by:
        return False
    return want.taken_by in {f"staff:{staff}" for staff in absences.stands_in_for(by.staff_id, now)}


def _may_answer_ask(by: Actor, want: Want, case: Case, definition: CaseType, now: datetime) -> None:
    if by.kind == "party":
        held = roles_held(by, case, definition, now=now).get(want.who)
        if held is None or not held.running:
            raise NotAllowed(_("This question is for somebody else."))
        if held.by_mandate and declared(definition, want.fact, want.item).type.kind in ONLY_THEMSELVES:
            raise NotAllowed(_("Only the person concerned can answer this."))
        return
    if not writes(by, case):
        raise NotAllowed(_("This request is with another team."))
    if by.kind in ("staff", "token") and declared(definition, want.fact, want.item).type.kind in ONLY_THEMSELVES:
        raise NotAllowed(_("Only the person concerned can answer this."))


def _standing(want: Want) -> Standing:
    """A late answer to what somebody answered is a second opinion; to what changed, it is about something older."""
    if want.closed_at is None or want.closed == "silence":
        return "counted"
    return "second opinion" if want.closed == "answered" else "about something older"


def _assertion(
    want: Want, value: object, by: Actor, case: Case, loaded: LoadedType, *, now: datetime, reason: str
) -> Assertion:
    """The answer with the basis that the person saw; it replaces the silence of that source, and nobody's word."""
    fact = declared(loaded.definition, want.fact, want.item)
    record = snapshot(case)
    if not reason and want.kind == "work" and source_of(loaded.definition, _wanted(want)).why:
        raise FactsRefused({path(want.fact, want.item): _("Please give a reason.")})
    basis = None if want.basis is None else decode_members(want.basis)
    return Assertion(
        id=token_hex(6),
        fact=want.fact,
        item=want.item,
        value=_value(fact, value, want, record, loaded, now),
        source=want.source,
        who=by.id,
        role=want.who if want.kind == "ask" else "",
        holds_from=now,
        said_at=now,
        basis=basis,
        replaces=heads.said_before(record, _wanted(want), basis),
    )


def _value(fact: Fact, raw: object, want: Want, record: CaseRecord, loaded: LoadedType, now: datetime) -> object:
    known: Mapping[str, FactState] = {}
    if fact.type.choices_from is not None:
        known = evaluate(loaded.program, record, now=now, calendar=fittings().calendar).facts
    try:
        return input.value_of(fact, raw, known=known, currency=loaded.definition.currency)
    except ValueProblem as wrong:
        raise FactsRefused({path(want.fact, want.item): input.refusal(wrong)})


def _wanted(want: Want) -> Wanted:
    return Wanted(fact=want.fact, item=want.item, source=want.source)


def _second_opinion(want: Want, assertion: Assertion, by: Actor, reason: str) -> Happening:
    data = {
        "fact": want.fact,
        "item": want.item,
        "value": encode(assertion.value),
        "reason": reason,
        "name": by.name,
        "want": want.pk,
    }
    return Happening(kind="second opinion", data=data)
