"""The JSON Schema of type.yaml, made of the reader's own table of keys, by which editors complete and check it."""

from __future__ import annotations

from collections.abc import Mapping

from backline.catalogue.reading.fields import KEY, NAME, PATH, SPAN
from backline.catalogue.reading.grammar import ACTION_KINDS, PARTS
from backline.catalogue.reading.parts import MAY
from backline.catalogue.reading.types import KINDS

Schema = Mapping[str, object]
FILE = "case-type.schema.json"
SCALAR: Schema = {"type": ["string", "number", "boolean"]}
TEXT: Schema = {"type": ["string", "number", "boolean", "null"]}


def make_schema() -> dict[str, object]:
    """The schema of a whole type.yaml."""
    definitions = {_name_of_part(part): _part(part) for part in PARTS if part != "case type"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A Backline case type",
        **_part("case type"),
        "required": ["case", "title", "for", "owner", "outcomes"],
        "$defs": {**definitions, **_SHAPES},
    }


def _part(part: str) -> dict[str, object]:
    properties = {
        word: {"description": key.help, "$ref": f"#/$defs/{_name(key.shape)}"} for word, key in PARTS[part].items()
    }
    schema: dict[str, object] = {"type": "object", "properties": properties, "additionalProperties": False}
    if part == "fact":
        schema["required"] = ["type"]
    if part == "action":
        schema["oneOf"] = [{"required": [kind]} for kind in ACTION_KINDS]
    return schema


def _name(shape: str) -> str:
    return shape.replace(" ", "-").replace("/", "-")


def _name_of_part(part: str) -> str:
    """A part that is also a shape (``ask: customer``, ``ask: {who: ...}``) has another name than the shape."""
    return f"{part}-part" if _name(part) in _SHAPES else _name(part)


def _ref(shape: str) -> Schema:
    return {"$ref": f"#/$defs/{_name(shape)}"}


def _text(pattern: str) -> Schema:
    return {"type": "string", "pattern": "^" + pattern.removesuffix(chr(92) + "Z") + "$"}


def _one_or_more(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "array", "items": schema}]}


def _named(part: str, names: str = NAME.pattern) -> Schema:
    keys = _text(names)["pattern"]
    return {"type": "object", "additionalProperties": False, "patternProperties": {str(keys): _ref(part)}}


def _short(part: str, short: Schema) -> Schema:
    """``ask: customer`` for ``ask: {who: customer}``; and several of them in turn."""
    return _one_or_more({"anyOf": [short, _ref(part)]})


_DOUBTS: Schema = {"type": "object", "additionalProperties": _one_or_more(_text(PATH.pattern))}
_STEP: list[Schema] = [
    _text(PATH.pattern),
    {"type": "object", "required": ["undo"], "properties": {"undo": _text(PATH.pattern)}, "maxProperties": 1},
    _ref("action"),
]
_SHAPES: dict[str, Schema] = {
    "text": TEXT,
    "expression": SCALAR,
    "yes-no": {"enum": ["yes", "no", True, False]},
    "number": {"type": ["number", "string"]},
    "range": {"type": ["string", "integer"], "pattern": r"^\d+(\.\.(\d+)?)?$"},
    "span": _text(SPAN.pattern),
    "spans": _one_or_more(_text(SPAN.pattern)),
    "key": _text(KEY.pattern),
    "name": _text(KEY.pattern),
    "names": _one_or_more(_text(PATH.pattern)),
    "path": _text(PATH.pattern),
    "operation": _text(PATH.pattern),
    "table": _text(KEY.pattern.removesuffix("\\Z") + r"\.csv"),
    "reads": _one_or_more(_text(PATH.pattern)),
    "type": {
        "type": "string",
        "anyOf": [{"enum": sorted(KINDS)}, {"pattern": "^(record|case|list of( record)?) [a-z][a-z0-9_./ -]*$"}],
    },
    "choices": {
        "anyOf": [{"type": "object", "additionalProperties": TEXT}, {"type": "array", "items": SCALAR}, SCALAR]
    },
    "checks": _one_or_more(_ref("check")),
    "agree": {"anyOf": [_text(PATH.pattern), {"$ref": "#/$defs/agree-part"}]},
    "doubts": _DOUBTS,
    "arguments": {"anyOf": [{"type": "object", "additionalProperties": SCALAR}, _one_or_more(_text(NAME.pattern))]},
    "gives": {"anyOf": [{"type": "object", "additionalProperties": _ref("type")}, _one_or_more(_text(NAME.pattern))]},
    "undo": {"anyOf": [_text(PATH.pattern), _ref("action")]},
    "changes": {"enum": ["changes"]},
    "may": {"anyOf": [{"enum": list(MAY)}, {"type": "array", "items": {"enum": list(MAY)}}]},
    "same": {"anyOf": [_one_or_more(_text(PATH.pattern)), {"$ref": "#/$defs/same-part"}]},
    "same-while": {"enum": ["open", "always"]},
    "same-then": {"enum": ["join", "ask"]},
    "opens": _one_or_more({"anyOf": [_text(KEY.pattern), _ref("opening")]}),
    "steps": _one_or_more({"anyOf": [*_STEP, {"type": "array", "items": {"anyOf": _STEP}}]}),
    "lookup": _short("lookup-part", _text(PATH.pattern)),
    "event": _short("event-part", _text(PATH.pattern)),
    "ask": _short("ask-part", _text(KEY.pattern)),
    "work": _short("work-part", _text(KEY.pattern)),
    "offer": _short("offer-part", _text(KEY.pattern)),
    "roles": _named("role"),
    "promises": _named("promise"),
    "facts": _named("fact"),
    "actions": _named("action"),
    "outcomes": _named("outcome"),
}
"""What may stand behind a key, by the shape that the table of keys names"""
