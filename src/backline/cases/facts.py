"""Finding a fact and its sources in a case type, also within the items of a list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from backline.engine.definition import CaseType, Fact, Source
from backline.engine.evaluation import Wanted


class NoSuchFact(LookupError):
    """The case type has no fact of this name there."""


def declared(definition: CaseType, name: str, item: str = "") -> Fact:
    """The fact as declared; ``item`` is ``list/id``, nested ``list/id/list/id``. Raises NoSuchFact.

    What an action gives is a fact, too, that nobody can say.
    """
    facts, actions = definition.facts, definition.actions
    for within in item.split("/")[::2] if item else ():
        outer = facts.get(within)
        if outer is None:
            raise NoSuchFact(name)
        if within == name and name not in outer.facts:
            return outer
        facts, actions = outer.facts, outer.actions
    if name in facts:
        return facts[name]
    for action in actions.values():
        if name in action.gives:
            return Fact(name=name, type=action.gives[name])
    raise NoSuchFact(name)


def outermost(definition: CaseType, name: str, item: str = "") -> Fact | None:
    """The fact itself, or the list of the case that it lies in, hidden from whom any of those between is hidden: what
    decides who may see it. None when there is none."""
    try:
        outer = declared(definition, item.partition("/")[0] or name)
    except NoSuchFact:
        return None
    within = outer
    for step in (*item.split("/")[2::2], name) if item else ():
        if step not in within.facts:
            break
        within = within.facts[step]
        if within.hide or within.discreet:
            outer = replace(outer, hide=outer.hide + within.hide, discreet=outer.discreet or within.discreet)
    return outer


def path(name: str, item: str = "") -> str:
    """How an evaluation names it: ``billed``, or ``bills/1/billed``."""
    return f"{item}/{name}" if item else name


def split(path: str) -> tuple[str, str]:
    """Name and item of a path."""
    item, _, name = path.rpartition("/")
    return name, item


def sources(fact: Fact) -> Iterator[tuple[str, Source]]:
    """Each source with its name: the kind, and its position where the kind stands twice (``ask#1``)."""
    counts: dict[str, int] = {}
    for source in fact.sources:
        nth = counts.get(source.kind, 0)
        counts[source.kind] = nth + 1
        yield (f"{source.kind}#{nth}" if nth else source.kind), source


def source_of(definition: CaseType, want: Wanted) -> Source:
    """The source that a want names."""
    fact = declared(definition, want.fact, want.item)
    named = dict(sources(fact))
    if want.source in named:
        return named[want.source]
    raise NoSuchFact(f"{want.fact}: {want.source}")
