"""A person decides what no machine may: between two answers, and what becomes of an effect that went wrong."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _

from backline.cases import heads, input
from backline.cases.asserting import refuse_unfit
from backline.cases.authority import writes
from backline.cases.changing import change
from backline.cases.competence import refuse_undue
from backline.cases.encoding import encode_members
from backline.cases.facts import declared, path
from backline.cases.happenings import Data, Happening
from backline.cases.models import Case, Effect
from backline.cases.refusals import FactsRefused, NotAllowed, NotOpen
from backline.cases.said import Said
from backline.cases.snapshotting import snapshot
from backline.catalogue.versions import LoadedType
from backline.engine.evaluation import Evaluation
from backline.engine.record import Assertion
from backline.engine.values import ValueProblem
from backline.people.actors import Actor

OPEN_TO_A_PERSON = ("failed", "refused", "unknown", "planned")


def settle_conflict(
    *,
    case: Case,
    by: Actor,
    fact: str,
    now: datetime,
    item: str = "",
    choose: str = "",
    value: object = None,
    reason: str = "",
    channel: str = "workbench",
) -> Case:
    """Decide between answers that differ: ``choose`` one assertion, or say another ``value``. All of them are
    replaced."""
    _must_write(by, case)

    def say(case: Case, loaded: LoadedType) -> Said:
        record = snapshot(case)
        standing = heads.standing(record, fact, item)
        chosen = [said for said in standing if said.id == choose]
        if choose and not chosen:
            raise NotOpen(_("This answer was replaced meanwhile. Please look again."))
        decided = Assertion(
            id=uuid4().hex[:12],
            fact=fact,
            item=item,
            value=chosen[0].value if chosen else _value(loaded, fact, item, value),
            source="settle",
            who=by.id,
            holds_from=min((said.holds_from for said in standing), default=now),
            said_at=now,
            basis=chosen[0].basis if chosen else None,
            replaces=tuple(said.id for said in standing),
            correction=bool(standing),
        )
        refuse_undue((decided,), by, case, loaded, record, now=now)
        return Said(assertions=(decided,), names={by.id: by.name}, reasons={decided.id: reason} if reason else {})

    def check(loaded: LoadedType, evaluation: Evaluation) -> None:
        refuse_unfit(loaded, evaluation, {path(fact, item): value})

    return change(case, say, by=by, channel=channel, now=now, check=check)


def retry_effect(*, effect: Effect, by: Actor, reason: str, now: datetime, channel: str = "workbench") -> Case:
    """Try once more what failed or was refused: a new generation for what is settled, the same key for what is not."""
    _must_write(by, effect.case)
    if effect.state == "failed":
        raise NotOpen(_("Give it up or note what was done by hand; then it is made anew when it is still needed."))
    return _told(effect, "again", {"not_before": now.isoformat(), "reason": reason}, by=by, channel=channel, now=now)


def done_by_hand(
    *,
    effect: Effect,
    by: Actor,
    evidence: str,
    now: datetime,
    gives: dict[str, Any] | None = None,
    channel: str = "workbench",
) -> Case:
    """A person did it in the system themselves, and says by what it can be seen."""
    _must_write(by, effect.case)
    if not evidence.strip():
        raise FactsRefused({"evidence": _("Please say by what this can be seen: a number, a date, a document.")})
    data = {"gives": encode_members(gives or {}), "proof": {"by": by.id, "name": by.name, "evidence": evidence.strip()}}
    return _told(effect, "done", data, by=by, channel=channel, now=now, gives=gives or {})


def give_up(*, effect: Effect, by: Actor, reason: str, now: datetime, channel: str = "workbench") -> Case:
    """It will not be made; the case goes on as if it had been, and the timeline says who decided so and why."""
    _must_write(by, effect.case)
    if not reason.strip():
        raise FactsRefused({"reason": _("Please give a reason.")})
    return _told(effect, "given up", {"reason": reason.strip()}, by=by, channel=channel, now=now)


def settle_effect(
    *,
    effect: Effect,
    by: Actor,
    how: str,
    now: datetime,
    reason: str = "",
    evidence: str = "",
    gives: dict[str, Any] | None = None,
    channel: str = "workbench",
) -> Case:
    """``how``: retry, by hand, or give up; see the three doors."""
    if how == "retry":
        return retry_effect(effect=effect, by=by, reason=reason, now=now, channel=channel)
    if how == "by hand":
        return done_by_hand(effect=effect, by=by, evidence=evidence, gives=gives, now=now, channel=channel)
    if how == "give up":
        return give_up(effect=effect, by=by, reason=reason, now=now, channel=channel)
    raise NotOpen(_("Choose to try again, to note what was done by hand, or to give up."))


def _told(
    effect: Effect,
    kind: str,
    data: Data,
    *,
    by: Actor,
    channel: str,
    now: datetime,
    gives: dict[str, Any] | None = None,
) -> Case:
    def say(case: Case, loaded: LoadedType) -> Said:
        state = case.snapshot["effects"][effect.key]["state"]
        if state not in OPEN_TO_A_PERSON:
            raise NotOpen(_("This was settled meanwhile."))
        happening = Happening(kind=kind, data={"key": effect.key, "action": effect.action, "name": by.name, **data})
        said = tuple(_given(case, effect, name, value, by, now) for name, value in (gives or {}).items())
        return Said(before=(happening,), assertions=said, names={by.id: by.name})

    return change(effect.case, say, by=by, channel=channel, now=now)


def _given(case: Case, effect: Effect, name: str, value: object, by: Actor, now: datetime) -> Assertion:
    return Assertion(
        id=uuid4().hex[:12],
        fact=name,
        item=effect.item,
        value=value,
        source="effect",
        who=by.id,
        holds_from=now,
        said_at=now,
        replaces=heads.given_before(case.snapshot, name, effect.item),
    )


def _value(loaded: LoadedType, fact: str, item: str, value: object) -> object:
    try:
        return input.value_of(
            declared(loaded.definition, fact, item), value, known={}, currency=loaded.definition.currency
        )
    except ValueProblem as wrong:
        raise FactsRefused({path(fact, item): input.refusal(wrong)})


def _must_write(by: Actor, case: Case) -> None:
    if not writes(by, case):
        raise NotAllowed(_("This request is with another team."))
