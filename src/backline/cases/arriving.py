"""Something came from outside: a payment, a scan, a returned letter. It finds the facts that wait for it by its
value."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from backline.cases import input
from backline.cases.changing import change
from backline.cases.encoding import decode_members
from backline.cases.facts import declared, path
from backline.cases.models import Case, Want
from backline.cases.refusals import FactsRefused
from backline.cases.said import Said
from backline.catalogue.versions import LoadedType
from backline.engine.record import Assertion
from backline.engine.values import ValueProblem
from backline.people.actors import SYSTEM


def take_event(
    *, event: str, match: str, value: object = True, now: datetime, channel: str = "event", by: str = "system:event"
) -> list[Case]:
    """Tell all that wait for ``event`` (``post.returned``) with this ``match``; answers the cases as they then are."""
    wants = Want.objects.filter(kind="event", who=event, match=match, closed_at__isnull=True).select_related("case")
    return [_told(want, value, by=by, channel=channel, now=now) for want in wants]


def _told(want: Want, value: object, *, by: str, channel: str, now: datetime) -> Case:
    def say(case: Case, loaded: LoadedType) -> Said:
        fact = declared(loaded.definition, want.fact, want.item)
        try:
            known = input.value_of(fact, value, known={}, currency=loaded.definition.currency)
        except ValueProblem as wrong:
            raise FactsRefused({path(want.fact, want.item): input.refusal(wrong)})
        assertion = Assertion(
            id=uuid4().hex[:12],
            fact=want.fact,
            item=want.item,
            value=known,
            source=want.source,
            who=by,
            holds_from=now,
            said_at=now,
            basis=None if want.basis is None else decode_members(want.basis),
        )
        return Said(assertions=(assertion,))

    return change(want.case, say, by=SYSTEM, channel=channel, now=now)
