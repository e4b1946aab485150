"""Facts that nobody can supply."""

from __future__ import annotations

from collections.abc import Mapping

from backline.engine.checking.findings import Findings
from backline.engine.definition import Fact
from backline.engine.expressions.scopes import gives_of


def check_supply(findings: Findings) -> None:
    """Each fact has a source, and each person who is asked can be somebody."""
    definition = findings.definition
    given = gives_of(definition.actions)
    check_sources(definition.facts, given, findings, owner=None)
    for name in sorted(asked_roles(definition.facts)):
        role = definition.roles.get(name)
        if role is None or role.who is not None or role.mandate or name == definition.for_:
            continue
        if definition.opens and name not in definition.opens:
            mend = "Add who to the role, or name it in opens."
            findings.problem(role.place, f"'{name}' is asked, but nobody can be '{name}'.", mend)


def check_sources(facts: Mapping[str, Fact], given: set[str], findings: Findings, *, owner: Fact | None) -> None:
    """Facts of items come with their list when that has a source of its own."""
    with_list = owner is not None and (
        any(source.kind != "ask" for source in owner.sources) or owner.starts is not None
    )
    for fact in facts.values():
        has_way = fact.sources or fact.else_ or fact.lapse or fact.starts or fact.repeat or fact.of
        if not has_way and fact.name not in given and not with_list:
            mend = "Add a source: ask, work, lookup, is, ... or let an action give it."
            findings.problem(fact.place, f"Nobody can supply '{fact.name}'.", mend)
        check_sources(fact.facts, gives_of(fact.actions), findings, owner=fact)


def asked_roles(facts: Mapping[str, Fact]) -> set[str]:
    """Roles that some fact asks."""
    found = {role for fact in facts.values() for source in fact.sources if source.kind == "ask" for role in source.who}
    return found.union(*(asked_roles(fact.facts) for fact in facts.values()))
