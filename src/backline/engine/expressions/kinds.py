"""The types that expressions have, and which go together."""

from __future__ import annotations

from dataclasses import dataclass, replace

from backline.engine.definition import ValueType

ROWS = frozenset({"person", "organisation", "record", "document", "address", "case", "signature"})
NUMBERS = frozenset({"integer", "decimal"})
TIMES = frozenset({"date", "datetime"})
LENGTHS = frozenset({"span", "duration"})
ORDERED = frozenset({"integer", "decimal", "money", "date", "datetime", "span", "duration", "text"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Type:
    """A kind, and what belongs to it: a record's name, the possible texts, what a list or column is of."""

    kind: str
    of: str = ""
    choices: frozenset[str] = frozenset()
    item: Type | None = None

    def __str__(self) -> str:
        if self.item is not None:
            return f"a list of {self.item}"
        if self.kind == "record" and self.of:
            return f"record {self.of}"
        return {"none": "none", "any": "anything", "span": "length of time"}.get(self.kind, self.kind)


TEXT = Type(kind="text")
INTEGER = Type(kind="integer")
DECIMAL = Type(kind="decimal")
MONEY = Type(kind="money")
DATE = Type(kind="date")
DATETIME = Type(kind="datetime")
DURATION = Type(kind="duration")
SPAN = Type(kind="span")
BOOLEAN = Type(kind="yes/no")
NONE = Type(kind="none")
OPEN = Type(kind="unknown")
ANY = Type(kind="any")
PERSON = Type(kind="person")
PLAIN = frozenset({"text", "integer", "decimal", "money", "date", "datetime", "choice", "yes/no"})
LOOSE = frozenset({"any", "unknown", "none"})
"""Kinds that go with every other."""


def type_of(value_type: ValueType) -> Type:
    """The expression type of a fact's declared type."""
    kind = value_type.kind
    if kind in ("e-mail", "phone"):
        return TEXT
    if kind == "consent":
        return BOOLEAN
    if kind == "choice":
        return Type(kind="choice", choices=frozenset(value_type.choices)) if value_type.choices else Type(kind="choice")
    if kind == "choices":
        return Type(kind="choices", choices=frozenset(value_type.choices))
    if kind == "list":
        return Type(kind="list", item=item_of(value_type.of))
    if kind in ("record", "document", "case", "signature"):
        return Type(kind=kind, of=value_type.of)
    return Type(kind=kind)


def item_of(name: str) -> Type:
    """What a list holds: people, documents or cases by these words, else rows of that record."""
    if name in ROWS or name in PLAIN:
        return Type(kind=name)
    return Type(kind="record", of=name) if name else ANY


def column(item: Type) -> Type:
    """A fact of each item of a list."""
    return Type(kind="column", item=item)


def unified(left: Type, right: Type) -> Type | None:
    """The type of a value that may come from either side; None where they do not go together."""
    if left.kind in LOOSE:
        return right
    if right.kind in LOOSE:
        return left
    kinds = {left.kind, right.kind}
    if left.kind == right.kind:
        if left.of != right.of and "" not in (left.of, right.of):
            return None
        if left.kind in ("choice", "text"):
            both = bool(left.choices) and bool(right.choices)
            return replace(left, choices=left.choices | right.choices if both else frozenset())
        return left
    if kinds == NUMBERS:
        return DECIMAL
    if kinds == {"choice", "text"}:
        return left if left.kind == "choice" else right
    return SPAN if kinds == LENGTHS else None


def fits(value: Type, wanted: Type) -> bool:
    """Whether a value of one type may stand where the other is wanted (conversion without loss is done)."""
    if value.kind in LOOSE or wanted.kind in LOOSE:
        return True
    if value.kind == wanted.kind:
        if wanted.kind == "choice" and value.choices and wanted.choices:
            return value.choices <= wanted.choices
        return value.of == wanted.of or "" in (value.of, wanted.of)
    pairs = {
        ("integer", "decimal"), ("span", "duration"), ("date", "datetime"), ("signature", "yes/no"), ("choice", "text"),
        ("list", "choices"), ("person", "record"), ("organisation", "person"),
    }  # fmt: skip
    if value.kind == "text" and wanted.kind == "choice":
        return bool(value.choices) and (not wanted.choices or value.choices <= wanted.choices)
    return (value.kind, wanted.kind) in pairs
