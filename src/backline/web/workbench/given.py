"""What an action would have made known, as a colleague types it who did it by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backline.cases import input
from backline.cases.models import Effect
from backline.cases.refusals import FactsRefused
from backline.catalogue import versions
from backline.engine.definition import Action, Fact
from backline.engine.values import ValueProblem


def names(effect: Effect) -> tuple[str, ...]:
    """Names of what it would have made known."""
    action = _action(effect)
    return tuple(action.gives) if action is not None and effect.kind == "do" else ()


def typed(effect: Effect, told: Mapping[str, str]) -> dict[str, Any]:
    """Each as a value of its type; raises FactsRefused."""
    action, found = _action(effect), {}
    currency = versions.load(effect.case.type_key, effect.type_version).definition.currency
    for name, text in told.items():
        assert action is not None
        try:
            found[name] = input.value_of(Fact(name=name, type=action.gives[name]), text, known={}, currency=currency)
        except ValueProblem as wrong:
            raise FactsRefused({name: input.refusal(wrong)})
    return found


def _action(effect: Effect) -> Action | None:
    path = "/".join([*(effect.item.split("/")[::2] if effect.item else []), effect.action])
    return versions.load(effect.case.type_key, effect.type_version).program.actions.get(path)
