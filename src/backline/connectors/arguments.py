"""Arguments as an operation declares them, and the flat names under which statements and paths know them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from backline.connectors.declarations import Operation
from backline.engine.currencies import CURRENCIES
from backline.engine.definition import ValueType
from backline.engine.values import Money, Row, decode

ROWS = frozenset({"person", "organisation", "record", "address", "document"})
EXACT = frozenset({"date", "datetime", "duration", "money", "decimal", "list"})
"""Types whose values are not what JSON has for them"""


def typed(operation: Operation, given: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parameters as values of the engine, whether they came as values or encoded; others are left out."""
    return {name: _typed(kind, given.get(name)) for name, kind in operation.parameters.items()}


def flat(parameters: Mapping[str, ValueType], arguments: Mapping[str, Any], joint: str) -> dict[str, Any]:
    """``amount``, ``amount_minor``, ``person_email`` (or ``person.email``): all names of a value."""
    names: dict[str, Any] = {}
    for name in parameters:
        value = arguments.get(name)
        if isinstance(value, Money):
            names |= {name: value.amount, f"{name}{joint}minor": _minor(value)}
            names[f"{name}{joint}currency"] = value.currency
        elif isinstance(value, Row):
            names |= {name: value.id, f"{name}{joint}id": value.id} | _members(f"{name}{joint}", value.members, joint)
        else:
            names[name] = value
    return names


def is_known(bind: str, parameters: Mapping[str, ValueType], joint: str) -> bool:
    """Whether a name in a statement or path can be filled from these parameters."""
    if bind in parameters:
        return True
    for name, kind in parameters.items():
        inner = bind.removeprefix(f"{name}{joint}")
        if inner == bind:
            continue
        if kind.kind in ROWS or (kind.kind == "money" and inner in ("minor", "currency")):
            return True
    return False


def _typed(kind: ValueType, value: Any) -> Any:
    is_encoded = isinstance(value, str | dict | list) and kind.kind in ROWS | EXACT
    return decode(kind, value) if is_encoded else value


def _minor(value: Money) -> int:
    minor = value.amount.scaleb(CURRENCIES.get(value.currency, 2))
    if minor != minor.to_integral_value():
        raise ValueError("an amount is finer than its currency")
    return int(minor)


def _members(prefix: str, members: Mapping[str, Any], joint: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    for name, value in members.items():
        if isinstance(value, Row):
            names |= {f"{prefix}{name}": value.id} | _members(f"{prefix}{name}{joint}", value.members, joint)
        elif isinstance(value, Money):
            names |= {f"{prefix}{name}": Decimal(value.amount), f"{prefix}{name}{joint}minor": _minor(value)}
        elif isinstance(value, Mapping):
            names |= _members(prefix, value, joint)
        else:
            names[f"{prefix}{name}"] = value
    return names
