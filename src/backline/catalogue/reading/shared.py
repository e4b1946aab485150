"""Facts that many case types share (types/shared.yaml), in groups with a purpose and a time for which they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from backline.catalogue.reading.facts import read_facts
from backline.catalogue.reading.fields import KEY, Complaints, Fields, did_you_mean
from backline.catalogue.reading.nodes import Keys, read_yaml
from backline.engine.definition import Expression, Fact, Place, Source, Span

PARTY = "party"
"""In a shared fact: the role that the case is for"""


@dataclass(frozen=True, slots=True)
class Group:
    """Shared facts that are used together."""

    name: str
    label: str
    purpose: str
    valid: Span | None
    owner: str
    facts: Mapping[str, Fact]


def read_shared(text: str, file: str, complaints: Complaints) -> dict[str, Group]:
    """The groups of shared facts, by name."""
    root, groups, seen = read_yaml(text, file), {}, dict[str, str]()
    for name, entry in root.entries.items() if isinstance(root, Keys) else ():
        if not KEY.match(name):
            complaints.say(
                entry.key.place, f"'{name}' can't be the name of a group.", "Use small letters, digits, - and _."
            )
            continue
        own = Fields(entry.value, "group", f"the group '{name}'", complaints)
        if not own.text("purpose"):
            complaints.say(entry.key.place, f"the group '{name}' does not say what it is remembered for.",
                           "Add 'purpose: ...'; the person concerned can read it.")  # fmt: skip
        facts = {fact.name: replace(fact, shared=True) for fact in read_facts(own).values()}
        for fact in facts.values():
            if fact.name in seen:
                mend = "Give one of them another name."
                complaints.say(fact.place, f"'{fact.name}' is also in the group '{seen[fact.name]}'.", mend)
            seen[fact.name] = name
        groups[name] = Group(name, own.text("label"), own.text("purpose"), own.span("valid"), own.text("owner"), facts)
    return groups


def used_facts(
    names: Iterable[str], groups: Mapping[str, Group], party: str, place: Place, complaints: Complaints
) -> dict[str, Fact]:
    """The shared facts that 'use' names, asked of the role ``party``."""
    found: dict[str, Fact] = {}
    for name in names:
        group, _, one = name.partition(".")
        if group not in groups:
            complaints.say(place, f"There is no group '{group}' of shared facts.",
                           did_you_mean(group, groups) or "Add it to types/shared.yaml.")  # fmt: skip
        elif one and one not in groups[group].facts:
            complaints.say(place, f"the group '{group}' has no fact '{one}'.", did_you_mean(one, groups[group].facts))
        else:
            facts = groups[group].facts
            found |= {key: _asked_of(fact, party) for key, fact in facts.items() if not one or key == one}
    return found


def _asked_of(fact: Fact, party: str) -> Fact:
    return replace(
        fact,
        sources=tuple(_source_of(source, party) for source in fact.sources),
        hide=tuple(party if role == PARTY else role for role in fact.hide),
        facts={name: _asked_of(inner, party) for name, inner in fact.facts.items()},
    )


def _source_of(source: Source, party: str) -> Source:
    arguments = {
        name: Expression(text=party, place=value.place) if value.text == PARTY else value
        for name, value in source.arguments.items()
    }
    return replace(source, who=tuple(party if role == PARTY else role for role in source.who), arguments=arguments)
