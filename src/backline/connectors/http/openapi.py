"""A service's own description (OpenAPI 3): its operations by their names, references followed within the file alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

METHODS = ("get", "post", "put", "patch", "delete")
MOST_BYTES = 10 * 1024 * 1024
DEEPEST = 20
Schema = Mapping[str, Any]
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class NotADocument(ValueError):
    """The file is no OpenAPI document that we can use."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """A parameter in the path, the query or a header."""

    name: str
    place: str
    required: bool
    schema: Schema


@dataclass(frozen=True, kw_only=True, slots=True)
class Described:
    """One operation as the document has it."""

    name: str
    method: str
    path: str
    parameters: tuple[Parameter, ...]
    body: Schema | None
    """Of a JSON body; None where none is taken"""
    body_required: bool
    answers: Mapping[str, Schema | None]
    """By status (``200``, ``4XX``, ``default``) the schema of the JSON answer, or None without one"""

    @property
    def answer(self) -> Schema | None:
        """The schema of a good answer."""
        return next(
            (schema for status, schema in sorted(self.answers.items()) if status.startswith("2") and schema), None
        )

    def knows_status(self, status: int) -> bool:
        """Whether the document says that this status can come."""
        return bool({str(status), f"{status // 100}XX", "default"} & self.answers.keys())


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """The operations by ``operationId``."""

    file: str
    operations: Mapping[str, Described]
    whole: Mapping[str, Any] = field(repr=False)

    def resolved(self, schema: Any) -> Schema:
        """The schema itself, where it is a reference; ``allOf`` joined."""
        return _resolved(self.whole, schema)


def read_document(path: Path) -> Document:
    """The document in a file, JSON or YAML. Raises NotADocument."""
    if path.stat().st_size > MOST_BYTES:
        raise NotADocument("it is larger than 10 MB")
    try:
        text = path.read_text(encoding="utf-8")
        whole = json.loads(text) if text.lstrip().startswith("{") else yaml.load(text, Loader=_LOADER)  # noqa: S506
    except (ValueError, yaml.YAMLError, RecursionError) as wrong:
        raise NotADocument("it is neither JSON nor YAML in UTF-8") from wrong
    if not isinstance(whole, dict) or not str(whole.get("openapi", "")).startswith("3."):
        raise NotADocument("it is no OpenAPI 3 document")
    operations: dict[str, Described] = {}
    for described in _operations(whole):
        if described.name in operations:
            raise NotADocument(f"two operations in it are called '{described.name}'")
        operations[described.name] = described
    return Document(file=path.name, operations=operations, whole=whole)


def _operations(whole: Mapping[str, Any]) -> Iterator[Described]:
    for path, item in _mapping(whole.get("paths")).items():
        item = _resolved(whole, item)
        for method in METHODS:
            told = item.get(method)
            if isinstance(told, dict) and told.get("operationId"):
                yield _described(whole, str(path), method, item, told)


def _described(whole: Mapping[str, Any], path: str, method: str, item: Schema, told: Schema) -> Described:
    parameters: dict[tuple[str, str], Parameter] = {}
    for one in [*_sequence(item.get("parameters")), *_sequence(told.get("parameters"))]:
        found = _resolved(whole, one)
        place, name = str(found.get("in", "")), str(found.get("name", ""))
        parameters[place, name] = Parameter(
            name=name, place=place, required=place == "path" or found.get("required") is True,
            schema=_resolved(whole, found.get("schema")),
        )  # fmt: skip
    body = _resolved(whole, told.get("requestBody"))
    answers = {str(status): _json(whole, one) for status, one in _mapping(told.get("responses")).items()}
    return Described(
        name=str(told["operationId"]), method=method.upper(), path=path, parameters=tuple(parameters.values()),
        body=_json(whole, body), body_required=body.get("required") is True, answers=answers,
    )  # fmt: skip


def _json(whole: Mapping[str, Any], holder: Any) -> Schema | None:
    """The schema of the JSON that a body or an answer holds."""
    for media, told in _mapping(_resolved(whole, holder).get("content")).items():
        if "json" in str(media):
            return _resolved(whole, _mapping(told).get("schema"))
    return None


def _resolved(whole: Mapping[str, Any], told: Any, depth: int = 0) -> Schema:
    if depth > DEEPEST:
        raise NotADocument("its references go round in a circle")
    if not isinstance(told, dict):
        return {}
    if isinstance(pointer := told.get("$ref"), str):
        return _resolved(whole, _at(whole, pointer), depth + 1)
    if isinstance(parts := told.get("allOf"), list):
        return _joined([_resolved(whole, one, depth + 1) for one in parts], told)
    return told


def _joined(parts: list[Schema], told: Schema) -> Schema:
    properties, required = dict[str, Any](), list[str]()
    for one in [*parts, told]:
        properties |= _mapping(one.get("properties"))
        required += [str(name) for name in _sequence(one.get("required"))]
    rest = {key: value for one in [*parts, told] for key, value in one.items() if key != "allOf"}
    return {**rest, "properties": properties, "required": required} if properties else rest


def _at(whole: Mapping[str, Any], pointer: str) -> Any:
    if not pointer.startswith("#/"):
        raise NotADocument(f"it refers to '{pointer[:80]}' outside of itself")
    found: Any = whole
    for part in pointer[2:].split("/"):
        found = _mapping(found).get(part.replace("~1", "/").replace("~0", "~"))
        if found is None:
            raise NotADocument(f"it refers to '{pointer[:80]}', which is not there")
    return found


def _mapping(told: Any) -> Mapping[Any, Any]:
    return told if isinstance(told, dict) else {}


def _sequence(told: Any) -> list[Any]:
    return told if isinstance(told, list) else []
