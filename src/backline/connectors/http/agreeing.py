"""Whether what a file declares of an operation agrees with what the service says of it in its OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backline.connectors.declarations import Draft
from backline.connectors.holes import HOLE
from backline.connectors.http.openapi import Described, Document, NotADocument, Schema
from backline.connectors.places import Node
from backline.connectors.reader import Reader
from backline.engine.definition import ValueType

FITS: Mapping[str, frozenset[str]] = {
    "text": frozenset({"string", "integer", "number"}),
    "e-mail": frozenset({"string"}),
    "phone": frozenset({"string"}),
    "choice": frozenset({"string", "integer"}),
    "date": frozenset({"string"}),
    "datetime": frozenset({"string"}),
    "integer": frozenset({"integer", "number"}),
    "decimal": frozenset({"number", "integer", "string"}),
    "duration": frozenset({"integer", "number"}),
    "yes/no": frozenset({"boolean", "integer", "string"}),
    "money": frozenset({"object", "number", "string", "integer"}),
    "address": frozenset({"object", "string"}),
    "person": frozenset({"object"}),
    "organisation": frozenset({"object"}),
    "record": frozenset({"object"}),
    "list": frozenset({"array"}),
}
"""Types as they come, and the JSON types from which they can be read"""
SENT: Mapping[str, frozenset[str]] = {
    **FITS, "text": frozenset({"string"}), "integer": frozenset({"integer", "number", "string"}),
    "decimal": frozenset({"string", "number"}), "yes/no": frozenset({"boolean"}), "money": frozenset({"object"}),
}  # fmt: skip
"""The same as they are sent in a body"""


@dataclass(frozen=True, slots=True)
class Agreement:
    """One request of an operation, and what the document says of it."""

    document: Document
    described: Described
    draft: Draft
    reader: Reader

    def check_sent(self, given: Mapping[str, Node], body: Node | None, place: Node) -> None:
        """Every parameter that is needed is given, none that does not exist, each of a type that fits."""
        known = {one.name: one for one in self.described.parameters if one.place in ("path", "query", "header")}
        for name, node in given.items():
            if name not in known:
                self._wrong(node, f"knows no parameter '{name}'", f"Known are: {', '.join(known) or 'none'}.")
            else:
                self._check_one(node, known[name].schema, f"parameter '{name}'", in_body=False)
        for name, one in known.items():
            if one.required and one.place != "header" and name not in given:
                self._wrong(place, f"needs the parameter '{name}'")
        self._check_body(body, place)

    def check_answer(self, node: Node, at: tuple[str, ...], told: Mapping[str, ValueType], whole: bool) -> None:
        """The answer has what is read of it. ``whole``: the one type is that of the value, not of a member."""
        if (schema := self.described.answer) is None:
            self._wrong(node, "answers no JSON, of which something could be read")
            return
        for name in at:
            found = self._properties(schema).get(name)
            if found is None:
                self._wrong(node, f"answers nothing at '{'.'.join(at)}'", _there(self._properties(schema)))
                return
            schema = self.document.resolved(found)
        if whole:
            for kind in told.values():
                self._check_type(node, kind, schema, "the answer")
        else:
            self._check_members(node, told, schema, "the answer")

    def check_refusals(self, refuse: Node | None) -> None:
        """The document says that each refusal can come."""
        for code, node in refuse.items() if refuse else ():
            status = self.reader.text(node, "status")
            if status.isdigit() and not self.described.knows_status(int(status)):
                self._wrong(node, f"never answers {status}, by which '{code}' would be known")

    def _check_body(self, body: Node | None, place: Node) -> None:
        schema = self.described.body
        if schema is None:
            if body is not None:
                self._wrong(body, "takes no JSON body")
            return
        if body is None:
            if self.described.body_required:
                self._wrong(place, "needs a body")
            return
        self._check_object(body, schema)

    def _check_object(self, body: Node, schema: Schema) -> None:
        if not isinstance(body.value, dict):
            self._check_one(body, schema, "the body", in_body=True)
            return
        properties = self._properties(schema)
        for name, node in body.items():
            if name not in properties:
                if properties and not schema.get("additionalProperties"):
                    self._wrong(node, f"knows no '{name}' in the body", _there(properties))
                continue
            inner = self.document.resolved(properties[name])
            if isinstance(node.value, dict):
                self._check_object(node, inner)
            else:
                self._check_one(node, inner, f"'{name}'", in_body=True)
        for name in schema.get("required", ()):
            if name not in dict(body.items()):
                self._wrong(body, f"needs '{name}' in the body")

    def _check_one(self, node: Node, schema: Schema, what: str, *, in_body: bool) -> None:
        """A text that is nothing but one parameter has that parameter's type; other texts are text."""
        alone = HOLE.fullmatch(node.text) if isinstance(node.value, str) else None
        kind = self.draft.parameters.get(alone[1]) if alone else None
        if kind is None or (not in_body and kind.kind in ("record", "person", "organisation", "money")):
            return
        types, fitting = _types(schema), (SENT if in_body else FITS).get(kind.kind)
        if types and fitting and not types & fitting:
            self._wrong(node, f"takes {_listed(types)} as {what}, and '{alone[1] if alone else ''}' is {kind.kind}")
        self._check_choices(node, kind, schema, what)

    def _check_choices(self, node: Node, kind: ValueType, schema: Schema, what: str) -> None:
        allowed = [str(one) for one in schema.get("enum", ())]
        strange = [one for one in kind.choices if one not in allowed]
        if allowed and strange:
            self._wrong(node, f"knows no '{strange[0]}' as {what}", f"Known are: {', '.join(allowed)}.")

    def _check_type(self, node: Node, kind: ValueType, schema: Schema, what: str) -> None:
        types, fitting = _types(schema), FITS.get(kind.kind)
        if types and fitting and not types & fitting:
            self._wrong(node, f"gives {_listed(types)} as {what}, from which no {kind.kind} can be read")
            return
        if kind.kind == "choice":
            allowed = [str(one) for one in schema.get("enum", ())]
            if missing := [one for one in allowed if one not in kind.choices]:
                self._wrong(node, f"can give '{missing[0]}' as {what}, which is no choice", "Add it to 'choices'.")
        inner = self.document.resolved(schema.get("items")) if kind.kind == "list" else schema
        if kind.of in self.draft.records:
            self._check_members(node, self.draft.records[kind.of].members, inner, what)

    def _check_members(self, node: Node, told: Mapping[str, ValueType], schema: Schema, what: str) -> None:
        properties = self._properties(schema)
        for name, kind in told.items():
            found = properties.get(name) or (properties.get(f"{name}_minor") if kind.kind == "money" else None)
            if found is None and properties and kind.kind != "address":
                self._wrong(node, f"has no '{name}' in {what}", _there(properties))
            elif found is not None:
                self._check_type(node, kind, self.document.resolved(found), f"'{name}'")

    def _properties(self, schema: Schema) -> Mapping[str, Any]:
        found = schema.get("properties")
        return found if isinstance(found, dict) else {}

    def _wrong(self, node: Node, says: str, mend: str = "") -> None:
        self.reader.wrong(node, f"'{self.described.name}' in {self.document.file} {says}.", mend)


def agreement(name: Node, draft: Draft, document: Document | None, reader: Reader) -> Agreement | None:
    """What the document says of the operation named; None, with a problem, where it says nothing."""
    if document is None:
        reader.wrong(name, "There is no document with operations.", "Say 'openapi: FILE' in 'settings'.")
        return None
    described = document.operations.get(name.text)
    if described is None:
        near = ", ".join(_near(name.text, document.operations))
        reader.wrong(name, f"{document.file} has no operation '{name.text}'.", f"There are: {near}.")
        return None
    return Agreement(document, described, draft, reader)


def check(agreed: Agreement, node: Node, given: Mapping[str, Node], draft: Draft, reader: Reader) -> None:
    """All of one request: what is sent, what is read of the answer, and the refusals of a write."""
    at = reader.text(node, "at")
    within = tuple(at.split(".")) if at else ()
    try:
        agreed.check_sent(given, node.get("body"), node)
        if node is draft.read and draft.returns is not None:
            agreed.check_answer(node, within, {"": draft.returns}, whole=True)
        elif node is draft.verify and draft.gives:
            agreed.check_answer(node, within, draft.gives, whole=False)
        elif node is draft.write:
            agreed.check_refusals(draft.refuse)
    except NotADocument as wrong:
        reader.wrong(node, f"{agreed.document.file} can't be used: {wrong}.")


def _near(name: str, known: Mapping[str, Described]) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(name, known, n=5, cutoff=0.3) or sorted(known)[:5]


def _types(schema: Schema) -> frozenset[str]:
    told = schema.get("type")
    named = told if isinstance(told, list) else [told] if isinstance(told, str) else []
    return frozenset(str(one) for one in named) - {"null"}


def _there(properties: Mapping[str, Any]) -> str:
    return f"There are: {', '.join(sorted(map(str, properties))[:12])}." if properties else ""


def _listed(types: frozenset[str]) -> str:
    return " or ".join(sorted(types))
