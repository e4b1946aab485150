"""Which questions share a page: what describes the person does, everything else has a page of its own."""

from __future__ import annotations

from collections.abc import Iterable

from backline.engine.definition import Fact
from backline.web.ui.fields import PURPOSES

PERSONAL = ("e-mail", "phone")
DESCRIBING = ("text", "date")
MOST = 4


def pages(facts: Iterable[Fact]) -> list[tuple[Fact, ...]]:
    """The facts in their order, cut into pages."""
    cut: list[tuple[Fact, ...]] = []
    for fact in facts:
        if cut and is_personal(fact) and is_personal(cut[-1][0]) and len(cut[-1]) < MOST:
            cut[-1] = (*cut[-1], fact)
        else:
            cut.append((fact,))
    return cut


def is_personal(fact: Fact) -> bool:
    """Whether it says who the person is or how to reach them."""
    return fact.type.kind in PERSONAL or (fact.type.kind in DESCRIBING and fact.name in PURPOSES)
