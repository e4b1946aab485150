"""How a declaration spells the types of parameters and results."""

from __future__ import annotations

from typing import cast

from backline.connectors.places import Node
from backline.connectors.reader import Reader
from backline.engine.definition import ValueKind, ValueType

PLAIN = (
    "text", "integer", "decimal", "money", "date", "datetime", "duration", "yes/no", "e-mail", "phone", "address",
    "person", "organisation", "document",
)  # fmt: skip
SPELLING = f"a type is one of {', '.join(PLAIN)}, or {{choices: ...}}, {{record: NAME}}, {{list: NAME}}"


def read_type(node: Node, system: str, reader: Reader) -> ValueType:
    """``money``, ``{record: slot}``, ``{list: slot}``, ``{list: text}``, ``{choices: {a: A}}``."""
    if node.text in PLAIN:
        return ValueType(kind=cast(ValueKind, node.text))
    if isinstance(node.value, dict) and len(node.value) == 1:
        key, inner = next(iter(node.items()))
        if key == "record" and inner.text:
            return ValueType(kind="record", of=full_name(inner.text, system))
        if key == "list" and inner.text:
            return ValueType(kind="list", of=inner.text if inner.text in PLAIN else full_name(inner.text, system))
        if key == "choices" and isinstance(inner.value, dict):
            return ValueType(kind="choice", choices={name: one.text for name, one in inner.items()})
    reader.wrong(node, f"'{node.text or 'this'}' is no type:", f"{SPELLING}.")
    return ValueType(kind="text")


def full_name(record: str, system: str) -> str:
    """``slot`` of the clinic is ``clinic.slot``."""
    return record if "." in record else f"{system}.{record}"
