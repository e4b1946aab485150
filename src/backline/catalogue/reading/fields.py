"""The keys of one part of a definition, taken by name; unknown ones are refused."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches

from backline.catalogue.reading.grammar import PARTS, SOURCES
from backline.catalogue.reading.nodes import Entry, Items, Keys, Node, Scalar
from backline.engine.definition import Expression, Place, Problem, Span

NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
KEY = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*\Z")
PATH = re.compile(r"[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)*\Z")
SPAN = re.compile(r"(\d{1,6}) +(business +)?(second|minute|hour|day|week|month|year)s?\Z")
WORDS = frozenset({"yes", "no", "unknown", "none", "today", "now", "created", "outcome", "otherwise"})
TAKEN_WORDS = WORDS | frozenset(keyword.kwlist)
YES, NO = ("yes", "true"), ("no", "false")


@dataclass(slots=True)
class Complaints:
    """What was found wrong so far; reading goes on, so that all of it is told at once."""

    problems: list[Problem] = field(default_factory=list)

    def say(self, place: Place, message: str, mend: str = "") -> None:
        """One more problem; its message begins with a capital, and the same is not told twice."""
        problem = Problem(place=place, message=message[:1].upper() + message[1:], mend=mend)
        if problem not in self.problems:
            self.problems.append(problem)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The mend for a word that is not known: the nearest one, or a short list."""
    words = sorted(set(known))
    near = get_close_matches(word, words, n=1, cutoff=0.6)
    if near:
        return f"Did you mean '{near[0]}'?"
    return f"Known are: {', '.join(words)}." if 0 < len(words) <= 40 else ""


class Fields:
    """The keys that stand behind ``what``, a part of the grammar."""

    def __init__(self, node: Node, part: str, what: str, complaints: Complaints) -> None:
        self.place, self.what, self.complaints = node.place, what, complaints
        self.entries: dict[str, Entry] = {}
        if isinstance(node, Keys):
            self._take(node, part)
        elif not (isinstance(node, Scalar) and node.empty):
            complaints.say(node.place, f"{what} has to hold keys and values.", "Write 'key: value', or {key: value}.")

    def _take(self, node: Keys, part: str) -> None:
        known, cut = PARTS[part], ""
        for word, entry in node.entries.items():
            name = word.replace("-", " ")
            if name in known:
                self.entries[name] = entry
            elif cut:
                cut = self._say_cut(cut, entry)
                continue
            else:
                self._say_unknown(entry.key, part)
            cut = name if node.flow and _cut(entry) else ""

    def _say_cut(self, key: str, rest: Entry) -> str:
        """Complains once of a comma that cut the value of ``key``; the key again while its brackets stay open."""
        value = self.entries[key].value
        if not isinstance(value, Scalar):
            return ""
        whole = f"{value.text}, {rest.key.text}"
        self.complaints.problems = [one for one in self.complaints.problems if one.place != value.place]
        self.complaints.say(
            value.place, "A comma cuts this expression in two.", f'Put the whole of it in quotes: {key}: "{whole}".'
        )
        self.entries[key] = Entry(self.entries[key].key, Scalar(whole, value.file, value.line, value.column))
        return key if _cut(self.entries[key]) else ""

    def _say_unknown(self, key: Scalar, part: str) -> None:
        belongs = [other for other, keys in PARTS.items() if key.text.replace("-", " ") in keys and other != part]
        mend = did_you_mean(key.text, PARTS[part])
        if belongs and not mend.startswith("Did"):
            mend = f"It belongs to {_spoken(belongs[0])}. {mend}"
        self.complaints.say(key.place, f"{self.what} has no key '{key.text}'.", mend)

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def node(self, key: str) -> Node | None:
        """What stands behind ``key``; None where it is not there or empty."""
        entry = self.entries.get(key)
        if entry is None or (isinstance(entry.value, Scalar) and entry.value.empty):
            return None
        return entry.value

    def place_of(self, key: str) -> Place:
        """Where the value of ``key`` stands, or else the part."""
        return self.entries[key].value.place if key in self.entries else self.place

    def say(self, key: str, message: str, mend: str = "") -> None:
        """A problem at the value of ``key``."""
        self.complaints.say(self.place_of(key), message, mend)

    def scalar(self, key: str) -> Scalar | None:
        """A single text."""
        entry = self.entries.get(key)
        if entry is None:
            return None
        if isinstance(entry.value, Scalar):
            if not entry.value.empty:
                return entry.value
            self.say(key, f"Nothing stands behind '{key}' of {self.what}.", "Write a value, or take the key away.")
            return None
        self.say(key, f"'{key}' of {self.what} has to be a single value.", "Put text with commas or braces in quotes.")
        return None

    def text(self, key: str) -> str:
        """A text; empty where there is none."""
        scalar = self.scalar(key)
        return scalar.text.strip() if scalar else ""

    def expression(self, key: str) -> Expression | None:
        """An expression, with the place of its text."""
        scalar = self.scalar(key)
        return scalar.expression() if scalar else None

    def name(self, key: str, kind: re.Pattern[str] = KEY) -> str:
        """A name of something."""
        scalar = self.scalar(key)
        return self.one_name(scalar, kind) if scalar else ""

    def names(self, key: str, kind: re.Pattern[str] = PATH) -> tuple[str, ...]:
        """One name, or a list of names."""
        node = self.node(key)
        if node is None:
            return ()
        found = [self.one_name(item, kind) for item in (node.items if isinstance(node, Items) else [node])]
        return tuple(name for name in found if name)

    def one_name(self, node: Node, kind: re.Pattern[str]) -> str:
        """The name that stands in ``node``; empty, with a complaint, where it isn't one."""
        if isinstance(node, Scalar) and kind.match(node.text):
            return node.text
        shown = f"'{node.text}'" if isinstance(node, Scalar) else "This"
        self.complaints.say(node.place, f"{shown} is not a name.", NAME_RULE)
        return ""

    def span(self, key: str) -> Span | None:
        """A length of time."""
        scalar = self.scalar(key)
        return self.one_span(scalar) if scalar else None

    def spans(self, key: str) -> tuple[Span, ...]:
        """One length of time, or a list of them."""
        node = self.node(key)
        if node is None:
            return ()
        found = [self.one_span(item) for item in (node.items if isinstance(node, Items) else [node])]
        return tuple(span for span in found if span)

    def one_span(self, node: Node) -> Span | None:
        """The length of time that stands in ``node``."""
        span = read_span(node.text) if isinstance(node, Scalar) else None
        if span is None:
            shown = f"'{node.text}'" if isinstance(node, Scalar) else "This"
            self.complaints.say(node.place, f"{shown} is not a length of time.", SPAN_RULE)
        return span

    def yes(self, key: str) -> bool:
        """Yes or no; no where it is not said."""
        scalar = self.scalar(key)
        if scalar is None or scalar.text in NO:
            return False
        if scalar.text not in YES:
            self.say(key, f"'{scalar.text}' is neither yes nor no.", f"Write '{key}: yes' or '{key}: no'.")
        return scalar.text in YES

    def number(self, key: str) -> Decimal | None:
        """A number."""
        scalar = self.scalar(key)
        if scalar is None:
            return None
        try:
            number = Decimal(scalar.text)
            if number.is_finite():
                return number
        except InvalidOperation:
            pass
        self.say(key, f"'{scalar.text}' is not a number.", "Write it with digits, such as 0.95.")
        return None

    def one_of(self, key: str, known: tuple[str, ...]) -> str:
        """One of a few words; empty where it is not said or none of them."""
        scalar = self.scalar(key)
        if scalar is None:
            return ""
        if scalar.text in known:
            return scalar.text
        self.say(key, f"'{scalar.text}' can't stand behind '{key}' of {self.what}.", did_you_mean(scalar.text, known))
        return ""

    def arguments(self, key: str) -> dict[str, Expression]:
        """Parameters by name: ``{net: amount - tax}``, or ``[net]`` where the fact has the parameter's name."""
        node, found = self.node(key), {}
        if isinstance(node, Keys):
            for word, entry in node.entries.items():
                if isinstance(entry.value, Scalar) and not entry.value.empty:
                    found[word] = entry.value.expression()
                else:
                    self.complaints.say(
                        entry.key.place, f"'{word}' has no value.", "Put expressions with commas in quotes."
                    )
        elif node is not None:
            for item in node.items if isinstance(node, Items) else [node]:
                if name := self.one_name(item, NAME):
                    found[name] = Expression(text=name, place=item.place)
        return found

    def words(self, key: str) -> frozenset[str]:
        """The names behind ``key``, whatever stands behind them."""
        node = self.node(key)
        return frozenset(node.entries) if isinstance(node, Keys) else frozenset()

    def parts(self, key: str, kind: re.Pattern[str] = NAME) -> Iterator[tuple[str, Entry]]:
        """The named things behind ``key``, such as each fact behind 'facts'."""
        node = self.node(key)
        if node is None:
            return
        if not isinstance(node, Keys):
            self.say(key, f"'{key}' of {self.what} has to hold a name and its keys for each.", "Write 'name: {...}'.")
            return
        for word, entry in node.entries.items():
            if not kind.match(word):
                self.complaints.say(entry.key.place, f"'{word}' can't be a name here.", NAME_RULE)
            elif word in TAKEN_WORDS and word != "otherwise":
                self.complaints.say(entry.key.place, f"'{word}' can't be a name: it is a word of the expressions.",
                                    "Take another name.")  # fmt: skip
            else:
                yield word, entry


NAME_RULE = "Names are small letters, digits and _, and begin with a letter."
SPAN_RULE = "Write a number and a unit, such as '3 business days', '30 minutes', '2 years'."


def read_span(text: str) -> Span | None:
    """``3 business days`` as a length of time; None where it isn't one."""
    found = SPAN.match(text.strip())
    if not found or (found[2] and found[3] not in ("day", "hour")):
        return None
    return Span(amount=int(found[1]), unit=f"{found[3]}s", business=bool(found[2]))  # type: ignore[arg-type]


def _cut(entry: Entry) -> bool:
    """Whether the value has an opening bracket or quote that nothing closes: a comma ended it too early."""
    if not isinstance(entry.value, Scalar) or entry.value.style:
        return False
    text = entry.value.text
    if "(" not in text and "[" not in text and "'" not in text:
        return False
    return text.count("(") > text.count(")") or text.count("[") > text.count("]") or text.count("'") % 2 == 1


def _spoken(part: str) -> str:
    return f"'{part}'" if part in SOURCES else f"a{'n' if part[0] in 'aeio' else ''} {part}"
