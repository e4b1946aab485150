"""What an answer is about: the values of what is shown with the question, as they stand when it is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from backline.cases.facts import declared, path, sources
from backline.cases.fittings import fittings
from backline.catalogue.versions import LoadedType
from backline.engine.definition import Source
from backline.engine.evaluating import evaluate
from backline.engine.evaluation import FactState
from backline.engine.record import Assertion, CaseRecord


def with_bases(
    said: tuple[Assertion, ...], *, loaded: LoadedType, record: CaseRecord, now: datetime
) -> tuple[Assertion, ...]:
    """These assertions, each with its basis where its source shows something; what is said with them counts already."""
    showing = {one.id: source for one in said if (source := _source(loaded, one)) is not None and source.shows}
    if not showing:
        return said
    after = replace(record, assertions=(*record.assertions, *said))
    facts = evaluate(loaded.program, after, now=now, calendar=fittings().calendar).facts
    return tuple(replace(one, basis=_basis(showing[one.id], one, facts)) if one.id in showing else one for one in said)


def _source(loaded: LoadedType, said: Assertion) -> Source | None:
    return dict(sources(declared(loaded.definition, said.fact, said.item))).get(said.source)


def _basis(source: Source, said: Assertion, facts: Mapping[str, FactState]) -> dict[str, Any]:
    return {name: _value(name.partition(".")[0], said.item, facts) for name in source.shows}


def _value(name: str, item: str, facts: Mapping[str, FactState]) -> Any:
    """The fact of the item itself, of what it lies in, or of the case."""
    while item and path(name, item) not in facts:
        item = "/".join(item.split("/")[:-2])
    state = facts.get(path(name, item))
    return state.value if state is not None and state.status == "value" else None
