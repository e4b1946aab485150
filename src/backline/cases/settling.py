"""A person decides between answers that differ."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.utils.translation import gettext as _

from backline.cases import input
from backline.cases.asserting import refuse_unfit
from backline.cases.authority import ONLY_THEMSELVES, writes
from backline.cases.changing import change
from backline.cases.competence import refuse_undue
from backline.cases.facts import declared, path
from backline.cases.models import Case
from backline.cases.refusals import FactsRefused, NotAllowed, NotOpen
from backline.cases.said import Said
from backline.cases.storage import heads
from backline.cases.storage.snapshotting import snapshot
from backline.catalogue.versions import LoadedType
from backline.engine.evaluation import Evaluation
from backline.engine.record import Assertion
from backline.engine.values import ValueProblem
from backline.people.actors import Actor


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
        if not chosen and declared(loaded.definition, fact, item).type.kind in ONLY_THEMSELVES:
            raise FactsRefused({path(fact, item): _("Only the person concerned can answer this.")})
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
