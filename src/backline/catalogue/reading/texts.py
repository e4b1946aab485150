"""What people read, in their language; where it is not translated, the definition's own words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from backline.catalogue.reading.fields import Complaints, did_you_mean
from backline.catalogue.reading.nodes import Items, Keys, Node, Scalar, read_yaml
from backline.catalogue.reading.types import words_of
from backline.engine.definition import CaseType, Fact, Place

FILE = re.compile(r"texts\.([a-z]{2}(?:-[a-z]{2})?)\.yaml\Z")
SHAPE: Mapping[str, tuple[str, ...]] = {
    "roles": ("label",),
    "promises": ("label",),
    "facts": ("label", "help", "choices", "check", "facts", "ask", "work", "offer", "actions"),
    "actions": ("label",),
    "outcomes": ("label", "say"),
}


@dataclass(frozen=True, slots=True)
class Texts:
    """All words of one case type. ``told`` holds, per language, path -> text (``facts.reason.label``)."""

    own: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def find(self, path: str, language: str) -> str:
        """The text at ``path`` in the language, or as the definition has it; empty where there is none."""
        for known in (language, language.partition("-")[0]):
            if text := self.told.get(known, {}).get(path):
                return text
        return self.own.get(path, "")

    def title(self, language: str) -> str:
        """What the request is called."""
        return self.find("title", language)

    def summary(self, language: str) -> str:
        """One sentence on what it does for the customer."""
        return self.find("summary", language)

    def label(self, fact: str, language: str) -> str:
        """The question, or what the fact is called; of an item's fact, write ``bills.billed``."""
        return self.find(f"facts.{fact}.label", language) or words_of(fact.rpartition(".")[2])

    def asked(self, fact: str, source: str, language: str) -> str:
        """What the person reads who is asked by this source (``ask``, ``work``); else the fact's label."""
        return self.find(f"facts.{fact}.{source.partition('#')[0]}", language) or self.label(fact, language)

    def help(self, fact: str, language: str) -> str:
        """What helps to answer; may be empty."""
        return self.find(f"facts.{fact}.help", language)

    def choice(self, fact: str, key: str, language: str) -> str:
        """The words of one choice."""
        return self.find(f"facts.{fact}.choices.{key}", language) or words_of(key)

    def choices(self, fact: str, keys: Mapping[str, str], language: str) -> dict[str, str]:
        """The words of all choices, by key."""
        return {key: self.choice(fact, key, language) for key in keys}

    def check(self, fact: str, position: int, language: str) -> str:
        """What is said when the check at ``position`` (from 0) does not hold."""
        return self.find(f"facts.{fact}.check.{position}", language)

    def role(self, name: str, language: str) -> str:
        """What a role is called."""
        return self.find(f"roles.{name}.label", language) or words_of(name)

    def action(self, name: str, language: str) -> str:
        """What an action is called."""
        return self.find(f"actions.{name}.label", language) or words_of(name)

    def promise(self, name: str, language: str) -> str:
        """What is promised."""
        return self.find(f"promises.{name}.label", language) or words_of(name)

    def outcome(self, name: str, language: str) -> str:
        """What an outcome is called."""
        return self.find(f"outcomes.{name}.label", language) or words_of(name)

    def say(self, outcome: str, language: str) -> str:
        """What the customer reads at the end, with ``{fact}`` still to be filled; may be empty."""
        return self.find(f"outcomes.{outcome}.say", language)


def read_texts(files: Mapping[str, str], folder: str, case_type: CaseType, complaints: Complaints) -> Texts:
    """The words of the definition, and those of each texts.LANG.yaml, which may only translate what is there."""
    own = own_texts(case_type)
    known = frozenset(own) | _sayable(case_type)
    told: dict[str, dict[str, str]] = {}
    for path in sorted(files):
        if found := FILE.match(path):
            texts = told.setdefault(found[1], {})
            _collect(read_yaml(files[path], f"{folder}/{path}"), "", texts, known, complaints)
        elif path.startswith("texts.") and path.endswith((".yaml", ".yml")):
            complaints.say(
                Place(file=f"{folder}/{path}"), f"'{path}' is not named as texts.", "Write texts.LANGUAGE.yaml."
            )
    return Texts(own, told)


def own_texts(case_type: CaseType) -> dict[str, str]:
    """Path -> text, as the definition itself has them."""
    found = {"title": case_type.title, "summary": case_type.summary}
    for kind in ("roles", "promises", "actions"):
        for name, part in getattr(case_type, kind).items():
            found[f"{kind}.{name}.label"] = part.label
    for outcome in case_type.outcomes:
        found[f"outcomes.{outcome.name}.say"] = outcome.say
        found[f"outcomes.{outcome.name}.label"] = outcome.label
    for fact in case_type.facts.values():
        _add_fact(found, f"facts.{fact.name}", fact)
    return {path: text for path, text in found.items() if text}


def _add_fact(found: dict[str, str], path: str, fact: Fact) -> None:
    found[f"{path}.label"], found[f"{path}.help"] = fact.label, fact.help
    for source in fact.sources:
        if source.label:
            found[f"{path}.{source.kind}"] = source.label
    for key, words in fact.type.choices.items():
        found[f"{path}.choices.{key}"] = words
    for position, check in enumerate(fact.checks):
        found[f"{path}.check.{position}"] = check.say
    for action in fact.actions.values():
        found[f"actions.{fact.name}.{action.name}.label"] = action.label
    for inner in fact.facts.values():
        _add_fact(found, f"{path}.{inner.name}", inner)


def _sayable(case_type: CaseType) -> frozenset[str]:
    """Paths that may be told in a language although the definition leaves them out."""
    paths = {"title", "summary"}
    for kind in ("roles", "promises", "actions"):
        paths |= {f"{kind}.{name}.label" for name in getattr(case_type, kind)}
    for outcome in case_type.outcomes:
        paths |= {f"outcomes.{outcome.name}.say", f"outcomes.{outcome.name}.label"}
    for fact in case_type.facts.values():
        _add_sayable(paths, f"facts.{fact.name}", fact)
    return frozenset(paths)


def _add_sayable(paths: set[str], path: str, fact: Fact) -> None:
    paths |= {f"{path}.label", f"{path}.help"}
    paths |= {f"{path}.{source.kind}" for source in fact.sources if source.kind in ("ask", "work", "offer")}
    for inner in fact.facts.values():
        _add_sayable(paths, f"{path}.{inner.name}", inner)


def _collect(node: Node, path: str, texts: dict[str, str], known: frozenset[str], complaints: Complaints) -> None:
    if isinstance(node, Scalar):
        if node.empty:
            return
        if path in known:
            texts[path] = node.text
        else:
            complaints.say(
                node.place, f"There is nothing called '{path}' to translate.", did_you_mean(path, _near(path, known))
            )
    elif isinstance(node, Keys):
        for word, entry in node.entries.items():
            _collect(entry.value, _inner(path, word), texts, known, complaints)
    elif isinstance(node, Items):
        for position, item in enumerate(node.items):
            _collect(item, f"{path}.{position}", texts, known, complaints)


def _inner(path: str, word: str) -> str:
    """``facts`` inside of a fact is no step of the path: an item's fact is ``facts.bills.billed``."""
    return path if word == "facts" and path else (f"{path}.{word}" if path else word)


def _near(path: str, known: frozenset[str]) -> list[str]:
    """Candidates for did-you-mean: those of the same depth."""
    return [one for one in known if one.count(".") == path.count(".")]
