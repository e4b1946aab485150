"""Who may say what in a case: by their role, by a mandate, by their team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backline.cases.facts import sources
from backline.cases.models import Case
from backline.engine.definition import CaseType, Fact, Role, Source
from backline.people import mandates
from backline.people.actors import Actor

BY_PARTIES = ("ask", "offer")
ONLY_THEMSELVES = ("consent", "signature")
"""What nobody says for somebody else, by whatever mandate or duty"""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A role as an actor has it in a case."""

    role: str
    by_mandate: bool = False
    """Somebody else holds it, and let this actor act for them"""
    running: bool = True
    """False for a role that needs a mandate, while there is none"""


@dataclass(frozen=True, kw_only=True)
class Voice:
    """As what an actor says something: the source that they are, and the role they speak in."""

    source: str
    role: str = ""


def roles_held(by: Actor, case: Case, definition: CaseType, *, now: datetime) -> dict[str, Held]:
    """The roles that a customer has in a case, their own first, then by mandate."""
    if by.party_id is None or by.kind == "staff":
        return {}
    held: dict[str, Held] = {}
    holders: dict[str, list[int]] = case.snapshot.get("parties", {})
    order = {name: position for position, name in enumerate(definition.roles)}
    for name, parties in sorted(holders.items(), key=lambda one: order.get(one[0], len(order))):
        role = definition.roles.get(name)
        if by.party_id in parties:
            held[name] = Held(role=name, running=_running(role, by.party_id, holders, definition, now))
        elif any(is_covered(by.party_id, giver, definition, now) for giver in parties):
            held[name] = Held(role=name, by_mandate=True)
    return held


def voice(
    by: Actor, case: Case, definition: CaseType, fact: Fact, *, now: datetime, correct: bool = False
) -> Voice | None:
    """As what this actor may say something of this fact; None when they may not."""
    if fact.type.kind in ONLY_THEMSELVES and by.kind != "system":
        return _own_voice(by, case, definition, fact, now=now)
    if by.kind == "party":
        return _party_voice(roles_held(by, case, definition, now=now), fact, definition)
    if by.kind == "staff" and not writes(by, case):
        return None
    return _staff_voice(by, case, fact)


def writes(by: Actor, case: Case) -> bool:
    """Whether a colleague or program may change this case, not only read it."""
    if by.kind == "system" or by.has_duty("administrator"):
        return True
    if by.kind == "token":
        return "cases:write" in by.scopes
    if by.kind == "staff":
        if case.pk is None:
            return True  # who opens a case says what it begins with
        teams = {case.owner, *case.wants.filter(closed_at__isnull=True).values_list("team", flat=True)}
        return bool(teams & by.teams) or case.wants.filter(taken_by=by.id, closed_at__isnull=True).exists()
    return False


def services_of(definition: CaseType) -> tuple[str, ...]:
    """The words by which a mandate covers this kind of case."""
    return (definition.key, *sorted({role.mandate for role in definition.roles.values() if role.mandate}))


def is_covered(holder: int, giver: int, definition: CaseType, now: datetime) -> bool:
    """Whether a mandate lets this party act for that one in this kind of case."""
    services = services_of(definition)
    return mandates.mandate_for(holder=holder, giver=giver, services=services, now=now) is not None


def _running(
    role: Role | None, holder: int, holders: dict[str, list[int]], definition: CaseType, now: datetime
) -> bool:
    """Whether a role that needs a mandate has one that runs."""
    if role is None or not role.mandate:
        return True
    return all(is_covered(holder, giver, definition, now) for giver in holders.get(role.of, ()) if giver != holder)


def _own_voice(by: Actor, case: Case, definition: CaseType, fact: Fact, *, now: datetime) -> Voice | None:
    """The person's own word; a colleague's only where the type lets them judge it by a paper that the person signed."""
    if by.kind == "party":
        held = {name: one for name, one in roles_held(by, case, definition, now=now).items() if not one.by_mandate}
        return _party_voice(held, fact, definition)
    own = [name for name, source in sources(fact) if source.kind == "work" and source.team in by.teams]
    return Voice(source=own[0]) if own and by.kind == "staff" and writes(by, case) else None


def _party_voice(held: dict[str, Held], fact: Fact, definition: CaseType) -> Voice | None:
    for name, source in sources(fact):
        if source.kind in BY_PARTIES:
            for role in source.who or (definition.for_,):
                if role in held and held[role].running:
                    return Voice(source=name, role=role)
    return None


def _staff_voice(by: Actor, case: Case, fact: Fact) -> Voice | None:
    """A colleague answers for their team, notes down what a customer says, or overrides what no person supplies."""
    own = [(name, source) for name, source in sources(fact) if source.kind == "work" and _of_team(by, source)]
    told = [(name, source) for name, source in sources(fact) if source.kind in BY_PARTIES]
    for name, source in (*told, *own):
        return Voice(source=name, role=source.who[0] if source.who else "")
    return Voice(source="settle") if _may_override(by, case) else None


def _of_team(by: Actor, source: Source) -> bool:
    return by.kind == "system" or by.has_duty("administrator") or source.team in by.teams


def _may_override(by: Actor, case: Case) -> bool:
    return by.kind in ("system", "token") or by.has_duty("administrator") or case.owner in by.teams
