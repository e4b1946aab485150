"""A request comes in: a case is opened, or the open one that is the same goes on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext as _

from backline.cases import input
from backline.cases.asserting import assert_facts, refuse_unfit, said_by
from backline.cases.authority import services_of
from backline.cases.changing import change
from backline.cases.fittings import fittings
from backline.cases.models import Case
from backline.cases.refusals import NotAllowed, SameAlreadyOpen
from backline.cases.remembering import remembered
from backline.cases.said import Said
from backline.cases.storage import driving
from backline.cases.storage.happenings import Happening, Snapshot, empty_snapshot
from backline.cases.storage.references import make_reference
from backline.cases.storage.rows import fresh
from backline.cases.storage.selecting import one
from backline.cases.storage.snapshotting import snapshot
from backline.catalogue import versions
from backline.catalogue.colleagues import is_for_colleagues
from backline.catalogue.versions import LoadedType
from backline.engine.definition import CaseType, Same
from backline.engine.evaluating import evaluate
from backline.engine.evaluation import Evaluation, FactState
from backline.engine.record import Assertion
from backline.engine.values import ValueProblem
from backline.people.accounts import colleague_of
from backline.people.actors import Actor

TRIES = 5
SAME = "SELECT id FROM cases_case WHERE sameness = {hole} AND NOT (sameness = '')"
"""SQLite takes the index of those that have a sameness only where the statement itself says that they have one"""


def open_case(
    *,
    type_key: str,
    by: Actor,
    channel: str,
    now: datetime,
    parties: Mapping[str, int] | None = None,
    facts: Mapping[str, object] | None = None,
    present: str = "",
    once: str = "",
    another: bool = False,
    version: int | None = None,
    at_once: bool = True,
    told: tuple[Assertion, ...] = (),
) -> Case:
    """Open a case and do at once what can be done. ``parties``: role -> party; ``told``: what an event said with it.

    ``once`` names this opening: sent twice, it opens one case. ``another``: the person said that it is not the same
    as an
    open one. Raises NotAllowed, FactsRefused, SameAlreadyOpen.
    """
    loaded = versions.load(type_key, version) if version else versions.load_current(type_key)
    holders = dict(parties) if parties else _alone(loaded.definition, by)
    _may_open(loaded.definition, by, holders)
    token = _once(by, once)
    if token and (known := one(Case, once=token)):
        return known
    sameness = _sameness(loaded.definition, holders, facts or {})
    if sameness and not another and (same := _same(loaded.definition.same, sameness, now)):
        return _join(same, loaded.definition.same, by=by, channel=channel, facts=facts or {}, now=now, present=present)
    case = _blank(loaded, holders, channel=channel, now=now)
    case.once, case.sameness = token, sameness
    return _written(
        case,
        by=by,
        channel=channel,
        now=now,
        facts=facts or {},
        holders=holders,
        present=present,
        at_once=at_once,
        told=told,
    )


def _written(
    case: Case,
    *,
    by: Actor,
    channel: str,
    now: datetime,
    facts: Mapping[str, object],
    holders: Mapping[str, int],
    present: str,
    at_once: bool,
    told: tuple[Assertion, ...],
) -> Case:
    """The first change of a case that is not there yet; a reference that is taken is drawn again."""

    def say(case: Case, loaded: LoadedType) -> Said:
        record = snapshot(case, present=present)
        said = said_by(case, loaded, record, facts, by=by, now=now)
        known = remembered(loaded, holders, set(facts), now=now)
        begun = (*_begun(case, by, holders), *_held(loaded, now))
        return Said(before=begun, assertions=(*known, *told, *said), names={by.id: by.name})

    def check(loaded: LoadedType, evaluation: Evaluation) -> None:
        refuse_unfit(loaded, evaluation, facts)

    for attempt in range(TRIES):
        try:
            return change(case, say, by=by, channel=channel, now=now, present=present, check=check, at_once=at_once)
        except IntegrityError:
            if case.once and (known := one(Case, once=case.once)):
                return known
            if attempt + 1 == TRIES:
                raise
            case = _anew(case, holders)
    raise AssertionError("unreachable")


def _blank(loaded: LoadedType, holders: Mapping[str, int], *, channel: str, now: datetime) -> Case:
    """A case that nobody has said anything of; who takes part stands in it already, since it decides who may."""
    words = services_of(loaded.definition)
    return fresh(
        Case,
        reference=make_reference(loaded.key),
        type_key=loaded.key,
        type_version=loaded.version,
        service=words[1] if len(words) > 1 else "",
        owner=loaded.definition.owner,
        channel=channel,
        snapshot=_joined(holders),
        opened_at=now,
    )


def _anew(case: Case, holders: Mapping[str, int]) -> Case:
    """The same blank case with another reference."""
    kept = ("type_key", "type_version", "service", "owner", "channel", "once", "sameness", "opened_at")
    columns = {name: getattr(case, name) for name in kept}
    return Case(reference=make_reference(case.type_key), snapshot=_joined(holders), **columns)


def _joined(holders: Mapping[str, int]) -> Snapshot:
    """That of a case in which nothing has happened but that these take part."""
    return {**empty_snapshot(), "parties": {role: [party] for role, party in holders.items()}}


def _begun(case: Case, by: Actor, holders: Mapping[str, int]) -> tuple[Happening, ...]:
    opened = Happening(
        kind="opened",
        data={"type": case.type_key, "version": case.type_version, "owner": case.owner, "name": by.name},
    )
    joined = (Happening(kind="joined", data={"role": role, "party": party}) for role, party in holders.items())
    return (opened, *joined)


def _held(loaded: LoadedType, now: datetime) -> tuple[Happening, ...]:
    """What is not promised yet, since a system that it needs is down."""
    ask = fittings().held
    held = ask(loaded, now) if ask else {}
    told = {name: until.isoformat() for name, until in held.items()}
    return (Happening(kind="held", data={"promises": told}),) if told else ()


def _alone(definition: CaseType, by: Actor) -> dict[str, int]:
    """A customer who names nobody asks for themselves."""
    return {definition.for_: by.party_id} if definition.for_ and by.party_id is not None else {}


def _may_open(definition: CaseType, by: Actor, holders: Mapping[str, int]) -> None:
    """A customer opens for themselves, or in a role that may act for another once there is a mandate; what colleagues
    ask for, only who works here."""
    if unknown := sorted(set(holders) - set(definition.roles)):
        raise NotAllowed(_("This request has no role “%(role)s”.") % {"role": unknown[0]})
    if by.kind != "party":
        return
    if is_for_colleagues(definition) and colleague_of(by.party_id) is None:
        raise NotAllowed(_("Only those who work here can ask for this."))
    own = {role for role, party in holders.items() if party == by.party_id}
    openers = set(definition.opens) or {definition.for_}
    acted_for = {definition.roles[role].of for role in own if definition.roles[role].mandate}
    if not own & openers or set(holders) - own - acted_for:
        raise NotAllowed(_("You can't make this request for somebody else."))


def is_open_already(by: Actor, once: str) -> bool:
    """Whether the opening of this name was made."""
    return Case.objects.filter(once=_once(by, once)).exists()


def _once(by: Actor, once: str) -> str | None:
    """What names the opening belongs to who opens: nobody can come upon another's case by guessing it."""
    return hashlib.sha256(f"{by.id}\n{once}".encode()).hexdigest() if once else None


def _sameness(definition: CaseType, holders: Mapping[str, int], facts: Mapping[str, object]) -> str:
    """A digest of what makes two requests the same; empty when the type does not say, or not all of it is known."""
    if definition.same is None:
        return ""
    known = {**{name: str(value) for name, value in facts.items()}, **{r: f"party:{p}" for r, p in holders.items()}}
    if any(name not in known for name in definition.same.by):
        return ""
    values = [definition.key, *(known[name] for name in definition.same.by)]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()


def _same(same: Same | None, sameness: str, now: datetime) -> Case | None:
    found = [] if same is None else driving.fetch(SAME.format(hole=driving.hole(driving.vendor())), (sameness,))
    if same is None or not found:
        return None
    cases = Case.objects.filter(pk__in=[pk for (pk,) in found], merged_into=None).order_by("-opened_at")
    if same.while_ == "open":
        cases = cases.exclude(state="ended")
    if same.within is not None:
        latest = cases.first()
        return latest if latest and fittings().calendar.add(latest.opened_at, same.within) >= now else None
    return cases.first()


def _join(
    case: Case, same: Same | None, *, by: Actor, channel: str, facts: Mapping[str, object], now: datetime, present: str
) -> Case:
    """Go on with the case that is the same; what was said is said there."""
    if same is not None and same.then == "ask":
        raise SameAlreadyOpen(case.reference)
    new = _not_known(case, facts, now=now)
    if not new:
        return case
    return assert_facts(case=case, by=by, channel=channel, facts=new, now=now, correct=True, present=present)


def _not_known(case: Case, facts: Mapping[str, object], *, now: datetime) -> dict[str, object]:
    """What was said now and is not known already; of what is known otherwise it is a correction."""
    loaded = versions.load(case.type_key, case.type_version)
    known = evaluate(loaded.program, snapshot(case), now=now, calendar=fittings().calendar).facts
    return {name: raw for name, raw in facts.items() if not _is_known(loaded, known, name, raw)}


def _is_known(loaded: LoadedType, known: Mapping[str, FactState], name: str, raw: object) -> bool:
    fact, state = loaded.definition.facts.get(name), known.get(name)
    if fact is None or state is None or state.status != "value":
        return False
    try:
        return bool(input.value_of(fact, raw, known=known, currency=loaded.definition.currency) == state.value)
    except ValueProblem:
        return False
