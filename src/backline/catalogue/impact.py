"""What hangs on a shared fact: which case types use it, where they look at it, and what a change of it would reach."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from backline.catalogue.comparing import Difference, differences
from backline.catalogue.listing import Use, uses_of_shared
from backline.catalogue.reading.shared import Group
from backline.catalogue.versions import LoadedType, load
from backline.engine.definition import CaseType, Expression, Fact, Outcome, Source

HOLE = re.compile(r"\{([a-z][a-z0-9_.]*)\}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Impact:
    """A case type that uses a shared fact, and where: ``outcome paid``, ``letter welcome``."""

    use: Use
    where: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What differs of a shared fact from what case types were published with, and who was."""

    difference: Difference
    fact: str
    uses: tuple[Use, ...]


def impact_of(name: str) -> list[Impact]:
    """Who uses a shared fact (``person.email``, ``email``) or a group of them, and where it is looked at."""
    return [
        Impact(use=use, where=tuple(_places(load(use.key, use.version), use.facts))) for use in uses_of_shared(name)
    ]


def changes_of(groups: Mapping[str, Group]) -> list[Change]:
    """What these groups change for those who use them, as they were published: one entry for each difference."""
    found: dict[tuple[str, Difference], list[Use]] = {}
    for use in (use for group in groups for use in uses_of_shared(group)):
        before = load(use.key, use.version).groups
        for name, group in groups.items():
            old, used = (
                before.get(name),
                [fact for fact in use.facts if fact in group.facts or _had(before, name, fact)],
            )
            for fact in used:
                for difference in _differences(old.facts.get(fact) if old else None, group.facts.get(fact), fact):
                    users = found.setdefault((f"{name}.{fact}", difference), [])
                    users += [] if use in users else [use]
    return [Change(difference=d, fact=fact, uses=tuple(users)) for (fact, d), users in found.items()]


def _had(groups: Mapping[str, Group], name: str, fact: str) -> bool:
    return name in groups and fact in groups[name].facts


def _differences(old: Fact | None, new: Fact | None, name: str) -> list[Difference]:
    sides = [CaseType(key="", title="", facts={} if one is None else {name: one}) for one in (old, new)]
    return differences(*sides)


def _places(loaded: LoadedType, facts: tuple[str, ...]) -> Iterator[str]:
    """The parts that name one of these facts, and the letters and messages that print one."""
    named, definition = re.compile(rf"\b({'|'.join(map(re.escape, facts))})\b"), loaded.definition
    outcomes = {one.name: one for one in definition.outcomes}
    parts = {"role": definition.roles, "fact": definition.facts, "action": definition.actions, "outcome": outcomes,
             "promise": definition.promises, "table": definition.tables}  # fmt: skip
    for word, entries in parts.items():
        for name, one in entries.items():
            if name not in facts and any(named.search(text) for text in _texts(one)):
                yield f"{word} {name}"
    for template, printed in definition.letter_fields.items():
        if {one.partition(".")[0] for one in printed} & set(facts):
            yield f"text {template}"


def _texts(part: Any) -> Iterator[str]:
    """All expressions in a part of a case type, what is shown with its questions, and what its texts name."""
    if isinstance(part, Expression):
        yield part.text
    elif isinstance(part, Source):
        yield from (*part.shows, part.document)
    if isinstance(part, Outcome):
        yield from HOLE.findall(part.say)
    if is_dataclass(part):
        part = [getattr(part, each.name) for each in fields(part)]
    for one in part.values() if isinstance(part, Mapping) else part if isinstance(part, list | tuple) else ():
        yield from _texts(one)
