"""The order in which a case type's questions come: as they are declared, except that a shared fact which matters only
where something else is so comes with that. A plastic card first, then where to send it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from backline.engine.definition import CaseType, Fact


def in_order(definition: CaseType) -> tuple[Fact, ...]:
    """All facts of the case type, as a person meets them."""
    facts = definition.facts
    late = {fact.name: before for fact in facts.values() if fact.shared and (before := _only_with(fact, facts))}
    order: list[Fact] = []
    for fact in facts.values():
        order.extend(facts[name] for name, before in late.items() if before == fact.name)
        if fact.name not in late:
            order.append(fact)
    return tuple(order)


def _only_with(shared: Fact, facts: Mapping[str, Fact]) -> str:
    """The first fact that is made of the shared one, where each of these has a condition; else empty."""
    makers = [fact for fact in facts.values() if not fact.shared and _reads(fact, shared.name)]
    return makers[0].name if makers and all(fact.if_ for fact in makers) else ""


def _reads(fact: Fact, name: str) -> bool:
    texts = (source.expression.text for source in fact.sources if source.expression)
    return any(re.search(rf"\b{name}\b", text) for text in texts)
