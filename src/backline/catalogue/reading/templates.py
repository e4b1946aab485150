"""Letters and messages: a file per language, with a subject and holes in which facts are printed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from backline.catalogue.reading.fields import Complaints
from backline.engine.definition import Place

FILE = re.compile(r"(letters|messages)/([a-z][a-z0-9_-]*)\.([a-z]{2}(?:-[a-z]{2})?)\.md\Z")
HOLE = re.compile(r"\{([^{}\n]*)\}")
INSIDE = re.compile(r"\s*([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)\s*\Z")
ALWAYS = frozenset({"case", "today", "organisation", "recipient", "link"})
"""Holes that are no facts: the reference, today's date, our name, the recipient's name, and the case's address"""


@dataclass(frozen=True, slots=True)
class Hole:
    """Where ``{fact}`` or ``{fact.member}`` stands."""

    path: str
    place: Place

    @property
    def fact(self) -> str:
        """The fact, without the member."""
        return self.path.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Template:
    """What is sent, in one language. ``body`` is a subset of Markdown; ``holes`` are those of subject and body."""

    kind: str
    """letters or messages"""
    name: str
    language: str
    subject: str
    body: str
    holes: tuple[Hole, ...]


Templates = Mapping[tuple[str, str], Mapping[str, Template]]
"""(kind, name) -> language -> template"""


def read_templates(
    files: Mapping[str, str], folder: str, complaints: Complaints
) -> dict[tuple[str, str], dict[str, Template]]:
    """All templates among the files of a case type."""
    found: dict[tuple[str, str], dict[str, Template]] = {}
    for path in sorted(files):
        if matched := FILE.match(path):
            kind, name, language = matched.groups()
            template = _template(kind, name, language, files[path], f"{folder}/{path}", complaints)
            found.setdefault((kind, name), {})[language] = template
        elif path.startswith(("letters/", "messages/")):
            complaints.say(Place(file=f"{folder}/{path}"), f"'{path}' is not named as a template.",
                           "Write NAME.LANGUAGE.md, such as paid.en.md.")  # fmt: skip
    return found


def _template(kind: str, name: str, language: str, text: str, file: str, complaints: Complaints) -> Template:
    text = text.removeprefix("\ufeff")
    first, _, rest = text.partition("\n")
    subject = ""
    if first.startswith("Subject:"):
        subject = first.removeprefix("Subject:").strip()
    else:
        complaints.say(Place(file=file), f"The {kind[:-1]} '{name}' has no subject.", "Begin it with 'Subject: ...'.")
        rest = text
    holes = tuple(find_holes(text, Place(file=file), complaints))
    return Template(kind, name, language, subject, rest.strip("\n"), holes)


def find_holes(text: str, start: Place, complaints: Complaints) -> Iterator[Hole]:
    """The holes of a text that begins at ``start``."""
    for match in HOLE.finditer(text):
        line = start.line + text.count("\n", 0, match.start())
        column = match.start() - text.rfind("\n", 0, match.start()) + (start.column - 1 if line == start.line else 0)
        place = Place(file=start.file, line=line, column=column)
        inside = INSIDE.match(match[1])
        if inside:
            yield Hole(inside[1], place)
        else:
            mend = "Make a fact that computes it, and name that fact here."
            complaints.say(place, f"'{{{match[1]}}}' is not the name of a fact.", mend)


def fields_of(templates: Iterable[Template]) -> tuple[str, ...]:
    """The facts that the templates print, each once, in the order of the text."""
    return tuple(
        dict.fromkeys(hole.fact for template in templates for hole in template.holes if hole.fact not in ALWAYS)
    )
