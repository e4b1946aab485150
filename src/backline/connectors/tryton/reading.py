"""Checks what an operation asks of a Tryton server: which model, which records, which values, which buttons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from backline.connectors.declarations import Draft, Parts, Refusal
from backline.connectors.holes import check_holes
from backline.connectors.places import Node
from backline.connectors.reader import Reader

MODEL = re.compile(r"[a-z_]+(\.[a-z_]+)+\Z")
FIELD = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*\Z")
OPERATORS = ("=", "!=", "<", ">", "<=", ">=", "in", "not in", "ilike", "like", "where")
SEARCH = ("search", "where", "fields", "order", "context")
FIND = ("find", "where", "take", "else", "first")
CREATE = ("create", "reference", "short", "values", "then", "state", "fields", "context")
ON = ("on", "where", "reference", "values", "then", "state", "fields", "context")


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """Records of a model. ``fields`` are members of ours, and where they lie there."""

    model: str
    where: Any
    fields: Mapping[str, str] = field(default_factory=dict)
    order: tuple[tuple[str, str], ...] = ()
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Find:
    """A value of one record that is found while a write is prepared."""

    search: Search
    take: str = "id"
    otherwise: str = "not_found"
    """The code of the refusal where none is found"""
    first: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Write:
    """A record that is made, or one that is found, with the field which carries the key."""

    model: str
    reference: str
    short: bool
    values: Mapping[str, Any]
    then: tuple[str, ...]
    """Buttons that are pressed, in order"""
    states: tuple[str, ...]
    """The states which prove that it was done; empty for any"""
    fields: Mapping[str, str]
    context: Mapping[str, Any]
    found: Search | None = None
    """Which record is changed; None where one is made"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """When a write is refused: because a record is there, or is not, or by what the server says."""

    search: Search | None = None
    if_there: bool = True
    message: str = ""


def read_parts(draft: Draft, reader: Reader) -> Parts:
    """What an operation asks, ready to fill. A write proves itself by its reference."""
    if draft.verify is not None:
        reader.wrong(draft.verify, "The reference proves it.", "Leave 'verify' out, and say 'state' where it matters.")
    return Parts(
        read=_search(draft.read, draft, reader) if draft.read else None,
        write=_write(draft.write, draft, reader) if draft.write else None,
        refusals=_refusals(draft, reader),
    )


def _search(node: Node, draft: Draft, reader: Reader, *, key: str = "search", fields: bool = True) -> Search:
    if fields:
        reader.only(node, SEARCH, "A search")
    told = node.get("fields")
    if fields and told is None:
        reader.wrong(node, "A search has to say which 'fields' it reads.", "Such as 'fields: {name: name}'.")
    return Search(
        model=_model(node, key, reader), where=_where(node.get("where"), draft, reader), fields=_fields(told, reader),
        order=_order(node.get("order"), reader), context=_mapping(node.get("context"), draft, reader),
    )  # fmt: skip


def _write(node: Node, draft: Draft, reader: Reader) -> Write:
    makes = node.get("create") is not None
    reader.only(node, CREATE if makes else ON, "A write")
    reference = reader.text(node, "reference")
    if not FIELD.match(reference):
        reader.wrong(node, "A write has to say the 'reference': the field that carries its key.")
    if not makes and node.get("on") is None:
        reader.wrong(node, "A write says 'create: MODEL', or 'on: MODEL' with 'where'.")
    gives = {name: name for name in draft.gives} | _fields(node.get("fields"), reader)
    return Write(
        model=_model(node, "create" if makes else "on", reader), reference=reference,
        short=reader.text(node, "short") == "yes", values=_mapping(node.get("values"), draft, reader),
        then=_words(node.get("then"), reader), states=_words(node.get("state"), reader), fields=gives,
        context=_mapping(node.get("context"), draft, reader),
        found=None if makes else _search(node, draft, reader, key="on", fields=False),
    )  # fmt: skip


def _refusals(draft: Draft, reader: Reader) -> tuple[Refusal, ...]:
    refusals = []
    for code, node in draft.refuse.items() if draft.refuse else ():
        reader.only(node, ("if", "unless", "where", "message", "say"), f"The refusal '{code}'")
        named = [key for key in ("if", "unless", "message") if node.get(key)]
        reason = Reason(message=reader.text(node, "message"))
        if named and named[0] != "message":
            search = _search(node, draft, reader, key=named[0], fields=False)
            reason = Reason(search=search, if_there=named[0] == "if")
        refusals.append(Refusal(code=code, condition=reason, say=reader.text(node, "say")))
    return tuple(refusals)


def _model(node: Node, key: str, reader: Reader) -> str:
    model = reader.text(node, key)
    if not MODEL.match(model):
        reader.wrong(node.get(key) or node, f"'{model}' is no name of a model.", "Such as 'sale.sale'.")
    return model


def _where(node: Node | None, draft: Draft, reader: Reader) -> Any:
    """A domain: a list of clauses, each a field, an operator and a value."""
    clauses = node.value if node is not None and isinstance(node.value, list) else []
    if node is not None and not isinstance(node.value, list):
        reader.wrong(node, "'where' is a list of clauses: [[field, operator, value]].")
    found = []
    for one in clauses:
        parts = one.value if isinstance(one.value, list) else []
        if len(parts) != 3 or not FIELD.match(parts[0].text) or parts[1].text not in OPERATORS:
            reader.wrong(one, "A clause is [field, operator, value].", f"Operators are: {' '.join(OPERATORS)}.")
            continue
        found.append((parts[0].text, parts[1].text, _value(parts[2], draft, reader)))
    return tuple(found)


def _value(node: Node, draft: Draft, reader: Reader) -> Any:
    """A template: a text with holes, a list, a mapping, or a value that is found."""
    if isinstance(node.value, list):
        return [_value(one, draft, reader) for one in node.value]
    if isinstance(node.value, dict):
        if node.get("find") is None:
            return _mapping(node, draft, reader)
        reader.only(node, FIND, "What is found")
        return Find(
            search=_search(node, draft, reader, key="find", fields=False), take=reader.text(node, "take") or "id",
            otherwise=reader.text(node, "else") or "not_found", first=reader.text(node, "first") == "yes",
        )  # fmt: skip
    check_holes(node, draft, reader)
    return node.text


def _mapping(node: Node | None, draft: Draft, reader: Reader) -> dict[str, Any]:
    return {name: _value(one, draft, reader) for name, one in node.items()} if node else {}


def _fields(node: Node | None, reader: Reader) -> dict[str, str]:
    told = {name: one.text for name, one in node.items()} if node else {}
    for name, path in told.items():
        if node is not None and not FIELD.match(path):
            reader.wrong(node, f"'{name}: {path}' names no field.", "Such as 'party.name'.")
    return told


def _order(node: Node | None, reader: Reader) -> tuple[tuple[str, str], ...]:
    named = [one.text for one in node.value if isinstance(one, Node)] if node and isinstance(node.value, list) else []
    if node is not None and not all(FIELD.match(one.removesuffix(" desc")) for one in named):
        reader.wrong(node, "'order' is a list of fields.", "Such as '[sale_date desc]'.")
    return tuple((one.removesuffix(" desc"), "DESC" if one.endswith(" desc") else "ASC") for one in named)


def _words(node: Node | None, reader: Reader) -> tuple[str, ...]:
    if node is None:
        return ()
    named = node.value if isinstance(node.value, list) else [node]
    return tuple(one.text for one in named if isinstance(one, Node))
