"""A person decides what becomes of an effect that went wrong: four ways, each a door of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _

from backline.cases.changing import change
from backline.cases.effects import settling_rights
from backline.cases.models import Case, Effect, Settlement
from backline.cases.refusals import FactsRefused, NotAllowed, NotOpen
from backline.cases.said import Said
from backline.cases.storage import heads
from backline.cases.storage.encoding import encode_members
from backline.cases.storage.happenings import Data, Happening
from backline.catalogue.versions import LoadedType
from backline.engine.reconciling import WITHDRAWN
from backline.engine.record import Assertion
from backline.people.actors import Actor

OPEN_TO_A_PERSON = ("failed", "refused", "unknown", "planned")
RETRY, BY_HAND, GIVE_UP, TAKE_BACK = "retry", "by hand", "give up", "take back"


@dataclass(frozen=True, kw_only=True)
class Way:
    """What a person wants to have done about it, and why."""

    how: str
    reason: str = ""
    evidence: str = ""
    """By what it can be seen that it was done by hand: a number, a date"""
    document: int | None = None
    """A document of the case that shows it"""
    gives: Mapping[str, Any] = field(default_factory=dict)
    """By hand: what it made known, as typed values"""


def settle_effect(*, effect: Effect, by: Actor, way: Way, now: datetime, channel: str = "workbench") -> Case:
    """Do it, or have a second colleague confirm it first where the house wants that."""
    settling_rights.refuse(by, effect, way.how)
    _refuse_incomplete(effect, way)
    if settling_rights.needs_second(way.how, by):
        return _propose(effect, by, way, now, channel)
    return _settle(effect, by, way, now=now, channel=channel)


def confirm(*, settlement: Settlement, by: Actor, now: datetime, channel: str = "workbench") -> Case:
    """A second colleague agrees, and it is done in both names."""
    effect = settlement.effect
    settling_rights.refuse(by, effect, settlement.how)
    if by.id == settlement.proposed_by:
        raise NotAllowed(_("Somebody else has to confirm what you proposed."))
    way = Way(
        how=settlement.how, reason=settlement.reason, evidence=settlement.evidence, document=settlement.document,
        gives=settling_rights.given(settlement),
    )  # fmt: skip
    proposed = {"proposed_by": settlement.proposed_by, "proposed_name": settlement.proposed_name}

    def also(_case: Case) -> None:
        _decide(settlement, "confirmed", by, now)

    return _settle(effect, by, way, now=now, channel=channel, more=proposed, also=also)


def decline(*, settlement: Settlement, by: Actor, reason: str, now: datetime, channel: str = "workbench") -> Case:
    """A colleague does not agree, or takes back what they proposed."""
    effect = settlement.effect
    settling_rights.refuse(by, effect, settlement.how)
    told = Happening(kind="declined", data=_named(effect, by, {"how": settlement.how, "reason": reason.strip()}))

    def also(_case: Case) -> None:
        _decide(settlement, "declined", by, now)

    return change(
        effect.case, lambda case, loaded: Said(before=(told,), names={by.id: by.name}), by=by, channel=channel,
        now=now, also=also,
    )  # fmt: skip


def _refuse_incomplete(effect: Effect, way: Way) -> None:
    if way.how not in (RETRY, BY_HAND, GIVE_UP, TAKE_BACK):
        raise NotOpen(_("Choose to try again, to note what was done by hand, to give up, or to take back."))
    if way.how == BY_HAND and not way.evidence.strip() and way.document is None:
        raise FactsRefused({"evidence": _("Please say by what this can be seen: a number, a date, a document.")})
    if way.how in (GIVE_UP, TAKE_BACK) and not way.reason.strip():
        raise FactsRefused({"reason": _("Please give a reason.")})
    if effect.state not in OPEN_TO_A_PERSON:
        raise NotOpen(_("This was settled meanwhile."))
    if way.how == TAKE_BACK and not settling_rights.can_be_taken_back(effect):
        raise NotOpen(_("Nothing hangs on this that could be taken back."))


def _propose(effect: Effect, by: Actor, way: Way, now: datetime, channel: str) -> Case:
    if effect.settlements.filter(state="proposed").exists():
        raise NotOpen(_("A colleague has proposed something already; confirm or decline that first."))
    row = Settlement(
        effect=effect, how=way.how, reason=way.reason.strip(), evidence=way.evidence.strip(), document=way.document,
        gives=encode_members(way.gives), proposed_by=by.id, proposed_name=by.name, proposed_at=now,
    )  # fmt: skip
    told = Happening(kind="proposed", data=_named(effect, by, {"how": way.how, "reason": way.reason or way.evidence}))
    return change(
        effect.case, lambda case, loaded: Said(before=(told,), names={by.id: by.name}), by=by, channel=channel,
        now=now, also=lambda case: row.save(force_insert=True),
    )  # fmt: skip


def _settle(
    effect: Effect, by: Actor, way: Way, *, now: datetime, channel: str, more: Data | None = None, also: Any = None
) -> Case:
    kind, data = _happens(way, by, now)

    def say(case: Case, loaded: LoadedType) -> Said:
        if case.snapshot["effects"][effect.key]["state"] not in OPEN_TO_A_PERSON:
            raise NotOpen(_("This was settled meanwhile."))
        happening = Happening(kind=kind, data=_named(effect, by, {**data, **(more or {})}))
        said = tuple(_given(case, effect, name, value, by, now) for name, value in way.gives.items())
        return Said(before=(happening,), assertions=said, names={by.id: by.name})

    return change(effect.case, say, by=by, channel=channel, now=now, also=also)


def _happens(way: Way, by: Actor, now: datetime) -> tuple[str, Data]:
    """What the timeline tells. A new try counts its patience from now on."""
    if way.how == RETRY:
        return "again", {"not_before": now.isoformat(), "planned": now.isoformat(), "reason": way.reason.strip()}
    if way.how == BY_HAND:
        proof = {"by": by.id, "name": by.name, "evidence": way.evidence.strip(), "document": way.document}
        return "done", {"gives": encode_members(way.gives), "proof": proof}
    if way.how == TAKE_BACK:
        return "refused", {"refusal": WITHDRAWN, "reason": way.reason.strip()}
    return "given up", {"reason": way.reason.strip()}


def _named(effect: Effect, by: Actor, data: Data) -> Data:
    return {"key": effect.key, "action": effect.action, "name": by.name, **data}


def _decide(settlement: Settlement, state: str, by: Actor, now: datetime) -> None:
    open_still = Settlement.objects.filter(pk=settlement.pk, state="proposed")
    if not open_still.update(state=state, decided_by=by.id, decided_at=now):
        raise NotOpen(_("This was settled meanwhile."))


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
