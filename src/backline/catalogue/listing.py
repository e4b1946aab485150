"""The catalogue at a glance: every case type with its owner, searched by words; and who uses a shared fact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery

from backline.catalogue.models import Version
from backline.catalogue.versions import LoadedType, load
from backline.engine.definition import CaseType, Fact


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """A case type that uses something, and where in it."""

    key: str
    version: int
    title: str
    owner: str
    facts: tuple[str, ...]


def newest(*, owner: str = "") -> QuerySet[Version]:
    """The current version of each case type, by key; of one team only where it is named. The files are not loaded."""
    last = Version.objects.filter(key=OuterRef("key")).order_by("-number").values("number")[:1]
    found = Version.objects.filter(number=Subquery(last)).defer("files").order_by("key")
    return found.filter(owner=owner) if owner else found


def search(words: str, *, language: str) -> list[LoadedType]:
    """The case types whose title, summary or choices hold all of the words; those with it in the title first."""
    wanted = words.casefold().split()
    ranked = []
    for version in newest():
        loaded = load(version.key, version.number)
        title, all_words = loaded.texts.title(language).casefold(), _words_of(loaded, language)
        if all(word in all_words for word in wanted):
            ranked.append((-sum(word in title for word in wanted), title, loaded.key, loaded))
    return [loaded for *_, loaded in sorted(ranked, key=lambda one: one[:3])]


def uses_of_shared(name: str) -> list[Use]:
    """Who uses a shared fact (``person.birth_date``, ``birth_date``) or any fact of a group (``person``)."""
    found = []
    for version in newest():
        loaded = load(version.key, version.number)
        inside = {fact for group in loaded.groups.values() for fact in _named(group.name, group.facts, name)}
        if used := tuple(sorted(inside & set(loaded.definition.use))):
            found.append(
                Use(key=version.key, version=version.number, title=version.title, owner=version.owner, facts=used)
            )
    return found


def uses_of_system(name: str) -> list[Use]:
    """Who calls a system (``recordkeeper``) or one of its operations (``recordkeeper.balance``)."""
    found = []
    for version in newest():
        definition = load(version.key, version.number).definition
        used = tuple(place for place, call in _calls(definition) if call == name or call.startswith(f"{name}."))
        if used:
            found.append(
                Use(key=version.key, version=version.number, title=version.title, owner=version.owner, facts=used)
            )
    return found


def _named(group: str, facts: object, name: str) -> set[str]:
    names = set(facts) if isinstance(facts, dict) else set()
    wanted_group, _, wanted = name.rpartition(".")
    if name == group:
        return names
    return {wanted} & names if wanted_group in ("", group) else set()


def _words_of(loaded: LoadedType, language: str) -> str:
    texts = loaded.texts
    words = [loaded.key, texts.title(language), texts.summary(language)]
    for name, fact in loaded.definition.facts.items():
        words.extend(texts.choice(name, key, language) for key in fact.type.choices)
    return " ".join(words).casefold()


def _calls(definition: CaseType) -> Iterator[tuple[str, str]]:
    for action in definition.actions.values():
        yield from ((action.name, call) for call in (action.target, action.undo, action.amend) if call)
    for fact in definition.facts.values():
        yield from _calls_of(fact, "")


def _calls_of(fact: Fact, prefix: str) -> Iterator[tuple[str, str]]:
    path = f"{prefix}{fact.name}"
    yield from ((path, source.call) for source in fact.sources if source.kind == "lookup")
    for action in fact.actions.values():
        yield from ((f"{path}.{action.name}", call) for call in (action.target, action.undo, action.amend) if call)
    for inner in fact.facts.values():
        yield from _calls_of(inner, f"{path}.")
