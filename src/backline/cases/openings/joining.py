"""People who take part because a fact names them: the spouse that the plan knows, the parent that a child names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from backline.cases.merging.same_person import one_now
from backline.cases.models import Case, CaseParty
from backline.cases.resting import OURSELVES
from backline.cases.storage.happenings import Happening
from backline.cases.storage.statements import insert_lines
from backline.engine.definition import CaseType, Role
from backline.engine.evaluation import Evaluation, FactState
from backline.engine.record import CaseRecord
from backline.engine.values import Row
from backline.people import parties
from backline.people.models import Party

PEOPLE = ("person", "organisation")


def newcomers(
    definition: CaseType, evaluation: Evaluation, record: CaseRecord, *, now: datetime
) -> tuple[Happening, ...]:
    """Who joins and who leaves now that these facts are known. A person not seen before becomes a party."""
    told: list[Happening] = []
    for role, fact in _roles_by_fact(definition):
        state = evaluation.facts.get(fact)
        if state is None or state.status != "value" or not isinstance(state.value, Row):
            continue
        party = _party(state, _system_of(definition, fact), now)
        holders = {int(row.id) for row in record.parties.get(role.name, ())}
        if party.pk not in holders:
            told += [Happening(kind="left", data={"role": role.name, "party": gone}) for gone in sorted(holders)]
            told.append(Happening(kind="joined", data={"role": role.name, "party": party.pk}))
    return tuple(told)


def write(case: Case, happened: tuple[Happening, ...], *, now: datetime) -> None:
    """The rows of who takes part."""
    joined = [h.data for h in happened if h.kind == "joined"]
    for data in (h.data for h in happened if h.kind == "left"):
        rows = CaseParty.objects.filter(case=case, role=data["role"], party_id=data["party"], until__isnull=True)
        rows.update(until=now)
    lines = [(case.pk, data["role"], data["party"], now) for data in joined]
    insert_lines(CaseParty, ("case_id", "role", "party_id", "since"), lines)


def _roles_by_fact(definition: CaseType) -> Iterator[tuple[Role, str]]:
    """Roles whose holder a fact names, with that fact."""
    for role in definition.roles.values():
        named = f"{role.name}_person"
        if named in definition.facts:
            yield role, named
        elif role.who is not None and role.who.text in definition.facts:
            yield role, role.who.text


def _system_of(definition: CaseType, fact: str) -> str:
    calls = [source.call for source in definition.facts[fact].sources if source.kind == "lookup"]
    return calls[0].partition(".")[0] if calls else ""


def _party(state: FactState, system: str, now: datetime) -> Party:
    """The party that a person's row stands for: known by a number in a system, by our own id, or by an address."""
    row: Row = state.value
    if state.source.startswith("lookup") and system != OURSELVES:
        return party_of(row, system=system, now=now)
    name, birth_date = str(row.get("name") or ""), row.get("birth_date")
    if row.id.isdigit() and (known := Party.objects.filter(pk=int(row.id)).first()):
        return one_now(known)
    if email := row.get("email"):
        meant = [party for party in parties.told_of(str(email)) if party.name == name]
        if meant:
            return meant[0]
    claims = {kind: str(row.get(kind)) for kind in ("email", "phone") if row.get(kind)}
    return parties.create_party(name=name, kind=row.type, birth_date=birth_date, claims=claims, now=now)


def party_of(row: Row, *, system: str, now: datetime) -> Party:
    """The party that a system knows as this row; one not seen before is made."""
    number, name = str(row.get("number") or row.id), str(row.get("name") or "")
    party = parties.find_or_create(kind=system, value=number, name=name, birth_date=row.get("birth_date"), now=now)
    _claim(party, row, now)
    return party


def _claim(party: Party, row: Row, now: datetime) -> None:
    """A system's word for an address is a claim, not a proof that this person answers there."""
    for kind in ("email", "phone"):
        if row.get(kind):
            parties.claim_identifier(party=party, kind=kind, value=str(row.get(kind)), now=now)
