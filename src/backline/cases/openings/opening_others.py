"""An action that opens another case: the same people take part, what it was given is said, and the two are linked."""

from __future__ import annotations

from django.db import transaction

from backline.cases.models import Case, CaseLink, Effect
from backline.cases.openings.opening import open_case
from backline.cases.refusals import FactsRefused, NotAllowed
from backline.cases.storage.encoding import decode_members
from backline.catalogue.versions import VersionNotFound, load_current
from backline.connectors.contract import Done, Refused, WriteResult
from backline.engine.definition import CaseType
from backline.people.actors import SYSTEM


def open_other(effect: Effect, /) -> WriteResult:
    """Perform ``open:TYPE``, once for the effect's key."""
    now = effect.started_at or effect.planned_at
    try:
        loaded = load_current(effect.call.partition(":")[2])
        payload = {name: value for name, value in decode_members(effect.payload).items() if value is not None}
        case = open_case(
            type_key=loaded.key,
            by=SYSTEM,
            channel="case",
            parties=_parties(effect.case, loaded.definition),
            facts={name: value for name, value in payload.items() if name in loaded.definition.facts},
            now=now,
            once=effect.key,
            another=True,
            at_once=False,
        )
    except (VersionNotFound, FactsRefused, NotAllowed) as refused:
        return Refused(code="not_opened", message=str(refused))
    with transaction.atomic():
        CaseLink.objects.get_or_create(
            case=effect.case, other=case, kind="opened", defaults={"by": SYSTEM.id, "at": now}
        )
    return Done(proof={"case": case.reference})


def _parties(case: Case, definition: CaseType) -> dict[str, int]:
    """Holders of roles of the same name; whom the one case is for, the other is for."""
    holders: dict[str, list[int]] = case.snapshot["parties"]
    parties = {role: held[0] for role, held in holders.items() if held and role in definition.roles}
    if definition.for_ and definition.for_ not in parties:
        first = next((held[0] for _role, held in sorted(holders.items()) if held), None)
        parties |= {definition.for_: first} if first is not None else {}
    return parties
