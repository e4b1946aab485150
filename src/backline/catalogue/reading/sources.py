"""From where a fact can be had: its sources, in the order in which they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from backline.catalogue.reading.fields import KEY, NAME, PATH, Fields
from backline.catalogue.reading.grammar import SOURCES
from backline.catalogue.reading.nodes import Entry, Items, Keys, Node, Scalar
from backline.engine.definition import Source


def read_sources(fields: Fields) -> tuple[Source, ...]:
    """The sources among the keys of a fact."""
    return tuple(source for key in fields if key in SOURCES for source in _SOURCES[key](fields, key))


def _derived(fields: Fields, key: str) -> Iterator[Source]:
    if expression := fields.expression(key):
        yield Source(kind=key, place=expression.place, expression=expression)  # type: ignore[arg-type]


def _decide(fields: Fields, key: str) -> Iterator[Source]:
    scalar = fields.scalar(key)
    if scalar is None:
        return
    if not scalar.text.endswith(".csv") or not KEY.match(scalar.text.removesuffix(".csv")):
        fields.say(
            key, f"'{scalar.text}' is not a decision table.", "Write 'decide: NAME.csv' and put the file beside."
        )
        return
    yield Source(kind="decide", place=scalar.place, table=scalar.text.removesuffix(".csv"))


def _read(fields: Fields, key: str) -> Iterator[Source]:
    for node in _each(fields, key):
        name = fields.one_name(node, PATH)
        if not name:
            continue
        document, _, inside = name.rpartition(".")
        if not document:
            fields.complaints.say(node.place, f"'{name}' does not say which field is read.", f"Write '{name}.FIELD'.")
            continue
        yield Source(kind="read", place=node.place, document=document, field=inside)


def _each(fields: Fields, key: str) -> list[Node]:
    """The one source behind ``key``, or several of its kind in turn."""
    node = fields.node(key)
    if node is None:
        fields.scalar(key)
        return []
    return node.items if isinstance(node, Items) else [node]


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one kind of source is written: ``short`` is the key that stands for itself (``ask: customer``)."""

    short: str
    several: bool = False
    own: Callable[[Fields], dict[str, Any]] = field(default=lambda fields: {})


def _outside(fields: Fields, key: str) -> Iterator[Source]:
    kind = _KINDS[key]
    nodes = _each(fields, key)
    if kind.several and len(nodes) > 1 and all(isinstance(node, Scalar) for node in nodes):
        nodes = nodes[:1]
        yield Source(kind=key, place=nodes[0].place, who=fields.names(key))  # type: ignore[arg-type]
        return
    for node in nodes:
        yield _one(fields, key, kind, node)


def _one(fields: Fields, key: str, kind: _Kind, node: Node) -> Source:
    what = f"'{key}' of {fields.what}"
    if isinstance(node, Scalar):
        keys = Keys(node.file, node.line, node.column)
        keys.entries[kind.short] = _entry(kind.short, node)
        node = keys
    own = Fields(node, key, what, fields.complaints)
    if own.node(kind.short) is None:
        own.complaints.say(own.place, f"{what} does not say '{kind.short}'.", f"Add '{kind.short}: ...'.")
    return Source(kind=key, place=own.place, **kind.own(own), **_common(own))  # type: ignore[arg-type]


def _entry(key: str, node: Scalar) -> Entry:
    return Entry(Scalar(key, node.file, node.line, node.column), node)


def _common(own: Fields) -> dict[str, Any]:
    """What every source from outside may have."""
    if "if" in own and "while" in own:
        own.say("while", f"{own.what} has both 'if' and 'while'.", "Join them with 'and' in one of them.")
    return {
        "within": own.span("within"),
        "remind": own.spans("remind"),
        "shows": own.names("shows"),
        "not_by": own.names("not by"),
        "why": own.yes("why"),
        "skill": own.name("skill"),
        "level": own.expression("level"),
        "while_": own.expression("if") or own.expression("while"),
        "eager": own.yes("eager"),
        "label": own.text("label"),
    }


def _call(own: Fields) -> dict[str, Any]:
    return {"call": own.name("call", PATH), "arguments": own.arguments("with"), "gives": own.name("gives", NAME)}


def _event(own: Fields) -> dict[str, Any]:
    given = {"call": own.name("from", PATH), "arguments": own.arguments("with"), "gives": own.name("gives", NAME)}
    return {**given, "match": own.expression("match")}


_KINDS = {
    "lookup": _Kind("call", own=_call),
    "event": _Kind("from", own=_event),
    "ask": _Kind("who", several=True, own=lambda own: {"who": own.names("who")}),
    "work": _Kind("team", own=lambda own: {"team": own.name("team")}),
    "offer": _Kind("to", several=True, own=lambda own: {"who": own.names("to")}),
}

_SOURCES: dict[str, Callable[[Fields, str], Iterator[Source]]] = {
    "is": _derived,
    "yes if": _derived,
    "no if": _derived,
    "decide": _decide,
    "read": _read,
    **dict.fromkeys(_KINDS, _outside),
}
