"""Systems that a case type names have to be described in connectors/, once anything is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from backline.catalogue.reading.completing import actions_of
from backline.catalogue.reading.fields import Complaints, did_you_mean
from backline.engine.definition import CaseType, Fact, Place, Surroundings

OWN = frozenset({"cases", "people"})
"""Backline answers these itself"""


def check_systems(case_type: CaseType, surroundings: Surroundings, complaints: Complaints) -> None:
    """Complains of operations and records that no connector has; without any connector, all are taken on trust."""
    operations, records = surroundings.operations, surroundings.records
    systems = OWN | {name.partition(".")[0] for name in (*operations, *records)}
    if systems == OWN:
        return
    for name, place in _calls(case_type):
        _check(name, place, operations, systems, "operation", complaints)
    for name, place in _records(case_type.facts.values()):
        _check(name, place, records, systems, "record", complaints)


def _check(
    name: str, place: Place, known: Iterable[str], systems: frozenset[str], word: str, complaints: Complaints
) -> None:
    system = name.partition(".")[0]
    if name in known or system in OWN:
        return
    if system not in systems:
        mend = did_you_mean(system, systems)
        complaints.say(place, f"There is no system '{system}'.", mend if mend.startswith("Did") else _describe(system))
        return
    of_system = [one for one in known if one.startswith(f"{system}.")]
    complaints.say(
        place, f"The system '{system}' has no {word} '{name.partition('.')[2]}'.", did_you_mean(name, of_system)
    )


def _describe(system: str) -> str:
    return f"Describe it in connectors/{system}.yaml."


def _calls(case_type: CaseType) -> Iterator[tuple[str, Place]]:
    for action in actions_of(case_type):
        names = (action.target if action.kind == "call" else "", action.undo, action.amend)
        yield from ((name, action.place) for name in names if "." in name)
    for fact in _all(case_type.facts.values()):
        yield from ((source.call, source.place) for source in fact.sources if source.kind == "lookup" and source.call)


def _records(facts: Iterable[Fact]) -> Iterator[tuple[str, Place]]:
    for fact in _all(facts):
        if fact.type.kind == "record" or (fact.type.kind == "list" and "." in fact.type.of):
            yield fact.type.of, fact.place


def _all(facts: Iterable[Fact]) -> Iterator[Fact]:
    for fact in facts:
        yield fact
        yield from _all(fact.facts.values())
