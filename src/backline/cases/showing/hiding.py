"""What a reader may not see of a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from backline.cases.authority import roles_held
from backline.cases.models import Case
from backline.engine.definition import CaseType, Fact
from backline.people.actors import Actor


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads, as what."""

    actor: Actor
    audience: str
    """``customer`` or ``worker``"""
    roles: frozenset[str] = frozenset()
    pending: bool = False
    """Acts for another without a running mandate: sees what they said themselves"""

    def sees(self, fact: Fact, *, said_by: str = "") -> bool:
        """Whether this reader may see the fact."""
        if said_by and said_by == self.actor.id:
            return True
        if self.audience == "customer":
            return not self.pending and not self.roles & set(fact.hide) and not fact.discreet
        return not self.actor.teams & set(fact.hide) or self.actor.has_duty("administrator")


def reader_of(by: Actor, case: Case, definition: CaseType, *, now: datetime) -> Reader:
    """As what this actor reads this case. Who acts by a mandate reads as the role that the type has for that."""
    if by.kind != "party":
        return Reader(actor=by, audience="worker")
    held = roles_held(by, case, definition, now=now)
    acting = {
        name for name, role in definition.roles.items() for h in held.values() if h.by_mandate and role.of == h.role
    }
    roles = frozenset(held) | acting
    return Reader(
        actor=by, audience="customer", roles=roles, pending=bool(held) and not any(h.running for h in held.values())
    )


def hidden_facts(reader: Reader, definition: CaseType) -> frozenset[str]:
    """Paths of facts that this reader may not see (``bills``, ``bills/billed``), for explanations that must not tell
    them. What lies in a hidden list is hidden with it."""
    return frozenset(_hidden(reader, definition.facts, "", False))


def _hidden(reader: Reader, facts: Mapping[str, Fact], within: str, all_: bool) -> Iterator[str]:
    for name, fact in facts.items():
        hidden = all_ or not reader.sees(fact)
        if hidden:
            yield within + name
        yield from _hidden(reader, fact.facts, f"{within}{name}/", hidden)
