"""What a fact holds: ``money``, ``record calendar.slot``, ``list of calendar.slot``, a choice and its words."""

from __future__ import annotations

from typing import get_args

from backline.catalogue.reading.fields import KEY, NAME, PATH, Fields, did_you_mean
from backline.catalogue.reading.nodes import Items, Keys, Scalar
from backline.engine.definition import Expression, ValueKind, ValueType

KINDS: tuple[str, ...] = get_args(ValueKind)
TEXT = ValueType(kind="text")
WITH_NAME = ("record", "case")
CHOSEN = ("choice", "choices", "record", "text")


def read_type_of(fields: Fields) -> ValueType:
    """The type of the fact whose keys these are."""
    scalar = fields.scalar("type")
    if scalar is None:
        if "type" not in fields:
            fields.complaints.say(fields.place, f"{fields.what} has no type.", "Add 'type: text', 'type: money', ...")
        return TEXT
    plain = type_of_text(scalar.text)
    if plain is None:
        fields.say("type", f"'{scalar.text}' is not a type.", _mend(scalar.text))
        return TEXT
    return _completed(fields, plain)


def type_of_text(text: str) -> ValueType | None:
    """The type that a text names; None where it names none."""
    word, _, rest = text.strip().partition(" ")
    rest = rest.strip()
    if word in WITH_NAME:
        return ValueType(kind=word, of=rest) if PATH.match(rest) else None  # type: ignore[arg-type]
    if word == "list" and rest.startswith("of "):
        return _list_of(rest.removeprefix("of ").strip())
    return ValueType(kind=text.strip()) if text.strip() in KINDS else None  # type: ignore[arg-type]


def _list_of(text: str) -> ValueType | None:
    of = text.removeprefix("record ").strip()
    return ValueType(kind="list", of=of) if of in KINDS or PATH.match(of) else None


def _mend(text: str) -> str:
    word = text.strip().partition(" ")[0]
    if word in WITH_NAME:
        return "A record is written 'record SYSTEM.NAME', a case 'case KEY'."
    return did_you_mean(text, KINDS)


def _completed(fields: Fields, plain: ValueType) -> ValueType:
    """The type with its choices, kinds and what it is of."""
    kinds = fields.names("kinds", KEY)
    if kinds and plain.kind != "document":
        fields.say("kinds", f"Only a document has kinds; {fields.what} is {plain.kind}.", "Take 'kinds' away.")
    choices, choices_from = _choices(fields, plain)
    of = plain.of
    if plain.kind == "signature":
        of = fields.name("of", NAME)
        if not of:
            fields.complaints.say(fields.place, f"{fields.what} is a signature of nothing.", "Add 'of: DOCUMENT'.")
    return ValueType(kind=plain.kind, of=of, choices=choices, choices_from=choices_from, kinds=kinds)


def _choices(fields: Fields, plain: ValueType) -> tuple[dict[str, str], Expression | None]:
    node = fields.node("choices")
    if node is None:
        if plain.kind in ("choice", "choices") and "decide" not in fields:
            mend = "Add 'choices: {key: Words shown, ...}'."
            fields.complaints.say(fields.place, f"{fields.what} is a choice of nothing.", mend)
        return {}, None
    if plain.kind not in CHOSEN:
        fields.say("choices", f"{fields.what} is {plain.kind} and can't have choices.", "Make it 'type: choice'.")
    if isinstance(node, Scalar):
        return {}, node.expression()
    if isinstance(node, Items):
        keys = [fields.one_name(item, KEY) for item in node.items]
        return {key: words_of(key) for key in keys if key}, None
    return _named_choices(fields, node), None


def _named_choices(fields: Fields, node: Keys) -> dict[str, str]:
    found = {}
    for word, entry in node.entries.items():
        if not KEY.match(word):
            mend = "Write 'key: Words shown', the key in small letters, digits, - and _."
            fields.complaints.say(entry.key.place, f"'{word}' can't be the key of a choice.", mend)
        elif not isinstance(entry.value, Scalar):
            fields.complaints.say(entry.value.place, f"The choice '{word}' has to be a text.", "Put it in quotes.")
        else:
            found[word] = entry.value.text or words_of(word)
    return found


def words_of(name: str) -> str:
    """``first_day`` as ``First day``: what is shown where nobody wrote better words."""
    words = name.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]
