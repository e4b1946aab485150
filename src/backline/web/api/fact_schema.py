"""The facts that a caller can say of a case type, as a JSON Schema: what ``facts`` takes when a case is opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backline.catalogue.reading.texts import Texts
from backline.catalogue.versions import LoadedType
from backline.engine.definition import Fact

Json = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
SAID = ("ask", "work", "offer")
AMOUNT: Json = {
    "type": "object",
    "required": ["amount", "currency"],
    "properties": {
        "amount": {"type": "string", "pattern": r"^-?\d{1,15}(\.\d{1,15})?$"},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
    },
    "additionalProperties": False,
}
PERSON: Json = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "maxLength": 200},
        "email": {"type": "string", "format": "email"},
        "phone": {"type": "string"},
        "birth_date": {"type": "string", "format": "date"},
    },
}
PLACE: Json = {
    "type": "object",
    "required": ["street", "city"],
    "properties": {part: {"type": "string"} for part in ("street", "line2", "postcode", "city", "region", "country")},
}
KINDS: Mapping[str, Json] = {
    "text": {"type": "string", "maxLength": 20_000},
    "integer": {"type": "integer"},
    "decimal": {"type": ["number", "string"]},
    "money": {"anyOf": [AMOUNT, {"type": "string", "examples": ["250.00 EUR"]}, {"type": "number"}]},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "duration": {"type": "string", "examples": ["3 days", "2 business days"]},
    "yes/no": {"type": "boolean"},
    "consent": {"type": "boolean"},
    "choice": {"type": "string"},
    "choices": {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
    "e-mail": {"type": "string", "format": "email", "maxLength": 254},
    "phone": {"type": "string"},
    "address": {"anyOf": [PLACE, {"type": "string"}]},
    "person": {"anyOf": [PERSON, {"type": ["string", "integer"]}]},
    "organisation": {"anyOf": [PERSON, {"type": ["string", "integer"]}]},
    "document": {"type": ["integer", "string"], "description": "The number of a document that was uploaded"},
    "signature": {"type": ["integer", "string"]},
    "record": {"type": "string", "description": "The identity of a row of the system of record"},
    "case": {"type": "string"},
}


def schema_of(loaded: LoadedType, language: str) -> Json:
    """The schema of the facts of this case type; an item of a list is added by an operation of its own."""
    return {
        "$schema": DRAFT,
        "title": loaded.texts.title(language),
        **_object(loaded.definition.facts, loaded.texts, language),
    }


def _object(facts: Mapping[str, Fact], texts: Texts, language: str) -> Json:
    said = {name: fact for name, fact in facts.items() if _is_said(fact)}
    return {
        "type": "object",
        "properties": {name: _fact(fact, texts, language) for name, fact in said.items()},
        "additionalProperties": False,
    }


def _fact(fact: Fact, texts: Texts, language: str) -> Json:
    told: Json = {"title": texts.label(fact.name, language), **_type(fact, texts, language)}
    if words := texts.help(fact.name, language):
        told["description"] = words
    return {**told, "x-asked": [who for source in fact.sources for who in (*source.who, source.team) if who]}


def _type(fact: Fact, texts: Texts, language: str) -> Json:
    kind = fact.type.kind
    if kind == "list":
        return {"type": "array", "items": _object(fact.facts, texts, language), "readOnly": True}
    if kind in ("choice", "choices") and fact.type.choices:
        one_of = [{"const": key, "title": texts.choice(fact.name, key, language)} for key in fact.type.choices]
        return {"type": "array", "items": {"oneOf": one_of}} if kind == "choices" else {"oneOf": one_of}
    told = dict(KINDS.get(kind, {}))
    return {**told, "x-kinds": list(fact.type.kinds)} if fact.type.kinds else told


def _is_said(fact: Fact) -> bool:
    return any(source.kind in SAID for source in fact.sources)
