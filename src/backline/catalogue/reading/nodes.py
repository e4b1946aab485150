"""YAML as a tree of nodes that know where they stand: every scalar stays text, no tag is followed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from backline.engine.definition import DefinitionProblems, Expression, Place, Problem

MOST_CHARACTERS = 400_000
MOST_NODES = 20_000
DEEPEST = 30

LOADER: Any = yaml.CLoader
"""The C one, which is 14 times faster; only its stream of events is used."""


@dataclass(slots=True)
class Scalar:
    """A text, as written: ``style`` is empty where it stands without quotes."""

    text: str
    file: str
    line: int
    column: int
    style: str = ""

    @property
    def place(self) -> Place:
        """Where it begins, with its quotes."""
        return Place(file=self.file, line=self.line, column=self.column)

    @property
    def empty(self) -> bool:
        """Nothing stands there, not even quotes."""
        return not self.text and not self.style

    def expression(self) -> Expression:
        """The text as an expression; its column is that of the text inside the quotes."""
        inside = self.column + (1 if self.style in ("'", '"') else 0)
        return Expression(text=self.text.strip(), place=Place(file=self.file, line=self.line, column=inside))


@dataclass(slots=True)
class Entry:
    """A key and what stands behind it."""

    key: Scalar
    value: Node


@dataclass(slots=True)
class Keys:
    """Keys and values in their order; ``flow`` when written in braces."""

    file: str
    line: int
    column: int
    flow: bool = False
    entries: dict[str, Entry] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        """Where it begins."""
        return Place(file=self.file, line=self.line, column=self.column)


@dataclass(slots=True)
class Items:
    """A list."""

    file: str
    line: int
    column: int
    items: list[Node] = field(default_factory=list)

    @property
    def place(self) -> Place:
        """Where it begins."""
        return Place(file=self.file, line=self.line, column=self.column)


Node = Scalar | Keys | Items


def read_yaml(text: str, file: str) -> Node:
    """The one document in ``text``; raises DefinitionProblems in the words of the person who wrote it."""
    if len(text) > MOST_CHARACTERS:
        raise _wrong(file, 1, 1, f"This file is longer than {MOST_CHARACTERS:,} characters.", "Split it.")
    try:
        return _Builder(LOADER(text), text, file).document()
    except yaml.reader.ReaderError as wrong:
        line, column = _line_and_column(text, wrong.position)
        raise _wrong(file, line, column, "There is a character here that can't be shown.", "Remove it.") from None
    except yaml.MarkedYAMLError as wrong:
        raise _in_plain_words(wrong, text, file) from None


class _Builder:
    """Builds nodes from YAML's events, within the limits, without following anything."""

    def __init__(self, events: Any, text: str, file: str) -> None:
        self.events, self.text, self.file, self.count = events, text, file, 0

    def document(self) -> Node:
        self.events.get_event()
        event = self.events.get_event()
        if isinstance(event, yaml.StreamEndEvent):
            return Keys(self.file, 1, 1)
        node = self.node(self.events.get_event(), 0)
        self.events.get_event()
        event = self.events.get_event()
        if not isinstance(event, yaml.StreamEndEvent):
            raise self.wrong(event, "A second document begins here ('---').", "One file holds one; make a second file.")
        return node

    def node(self, event: Any, depth: int) -> Node:
        self.count += 1
        if depth > DEEPEST:
            raise self.wrong(event, f"This is nested more than {DEEPEST} deep.", "Make it flatter.")
        if self.count > MOST_NODES:
            raise self.wrong(event, f"This file holds more than {MOST_NODES:,} values.", "Split it.")
        if isinstance(event, yaml.ScalarEvent) and event.anchor is None and event.tag is None:
            return self.scalar(event)
        self.refuse_references(event)
        if isinstance(event, yaml.MappingStartEvent):
            return self.keys(event, depth)
        return self.items(event, depth)

    def refuse_references(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            mend = "If it is text, put it in quotes; else write it out where it is needed."
            raise self.wrong(event, "Anchors and aliases (& and *) are not used here.", mend)
        if event.tag is not None:
            raise self.wrong(event, "Tags (!) are not used here.", "If it is text, put it in quotes.")

    def scalar(self, event: Any) -> Scalar:
        mark, style = event.start_mark, event.style or ""
        line, column = mark.line + 1, mark.column + 1
        if style in ("|", ">"):
            line, column = _first_text(self.text, line)
        return Scalar(event.value, self.file, line, column, "" if style == "plain" else style)

    def keys(self, event: Any, depth: int) -> Keys:
        mark = event.start_mark
        keys = Keys(self.file, mark.line + 1, mark.column + 1, bool(event.flow_style))
        while not isinstance(event := self.events.get_event(), yaml.MappingEndEvent):
            key = self.node(event, depth + 1)
            if not isinstance(key, Scalar):
                raise _wrong(self.file, key.line, key.column, "A key has to be a word.", "Put it in quotes.")
            if key.text in keys.entries:
                first = keys.entries[key.text].key.line
                raise _wrong(self.file, key.line, key.column, f"'{key.text}' stands here twice; first in line {first}.",
                             "Keep one of them.")  # fmt: skip
            keys.entries[key.text] = Entry(key, self.node(self.events.get_event(), depth + 1))
        return keys

    def items(self, event: Any, depth: int) -> Items:
        mark = event.start_mark
        items = Items(self.file, mark.line + 1, mark.column + 1)
        while not isinstance(event := self.events.get_event(), yaml.SequenceEndEvent):
            items.items.append(self.node(event, depth + 1))
        return items

    def wrong(self, event: Any, message: str, mend: str) -> DefinitionProblems:
        mark = event.start_mark
        return _wrong(self.file, mark.line + 1, mark.column + 1, message, mend)


IN_PLAIN_WORDS = (
    ("mapping values are not allowed", "A second ':' stands here.", "Put text that holds a colon in quotes."),
    ("expected ',' or '}'", "Before this, a comma or the } for the { in line LINE is missing.",
     "Put text with brackets or braces in quotes."),
    ("expected ',' or ']'", "Before this, a comma or the ] for the [ in line LINE is missing.",
     "Put text with brackets or braces in quotes."),
    ("unexpected end of stream", "The quotes that open here are never closed.", "Close them."),
    ("could not find expected ':'", "A key without ':' stands here.", "Write 'key: value'."),
    ("expected '-' indicator", "This line does not belong to the list above it.", "Look at how far it is indented."),
    ("expected key", "This does not belong here.",
     "Look at how far it is indented, and at the quotes: inside '...' a quote is written twice."),
    ("expected <block end>", "This does not belong here.", "Look at how far it is indented."),
)  # fmt: skip


def _in_plain_words(wrong: yaml.MarkedYAMLError, text: str, file: str) -> DefinitionProblems:
    mark = wrong.problem_mark or wrong.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    problem = wrong.problem or wrong.context or ""
    if "cannot start any token" in problem:
        return _wrong(file, line, column, *_bad_start(text, line, column))
    begun = wrong.context_mark or mark
    if "unexpected end of stream" in problem and begun:
        line, column = begun.line + 1, begun.column + 1
    for part, message, mend in IN_PLAIN_WORDS:
        if part in problem:
            return _wrong(file, line, column, message.replace("LINE", str(begun.line + 1 if begun else line)), mend)
    return _wrong(file, line, column, f"This can't be read: {problem}.", "Put text with special characters in quotes.")


def _bad_start(text: str, line: int, column: int) -> tuple[str, str]:
    lines = text.splitlines()
    character = lines[line - 1][column - 1 : column] if line <= len(lines) else ""
    if character == "\t":
        return "A tab stands here.", "Indent with spaces."
    return f"A value can't begin with {character}.", "Put it in quotes."


def _first_text(text: str, line: int) -> tuple[int, int]:
    """Where the text of a block (``|`` or ``>``) begins that opens in ``line``."""
    for number, content in enumerate(text.splitlines()[line:], line + 1):
        if content.strip():
            return number, len(content) - len(content.lstrip()) + 1
    return line, 1


def _line_and_column(text: str, position: int) -> tuple[int, int]:
    before = text[:position]
    return before.count("\n") + 1, position - before.rfind("\n")


def _wrong(file: str, line: int, column: int, message: str, mend: str) -> DefinitionProblems:
    return DefinitionProblems([Problem(place=Place(file=file, line=line, column=column), message=message, mend=mend)])
