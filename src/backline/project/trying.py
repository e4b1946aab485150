"""Trying a draft: evaluates cases under it and under their own version, with no effect on any of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from backline.cases.fittings import fittings
from backline.cases.models import Case
from backline.cases.snapshotting import snapshot
from backline.catalogue.reading import read_folder, read_neighbourhood
from backline.catalogue.versions import LoadedType, assemble, load
from backline.engine.comparing import Comparison, compare


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """One case under its own version and under the draft."""

    case: str
    version: int
    comparison: Comparison


def load_draft(folder: Path) -> LoadedType:
    """The draft in ``folder``, compiled; raises DefinitionProblems."""
    neighbourhood = read_neighbourhood(folder.parent)
    read = read_folder(folder, neighbourhood)
    return assemble(read, neighbourhood, number=0, files=read.files)


def try_draft(draft: LoadedType, *, states: frozenset[str], most: int, now: datetime) -> Iterator[Trial]:
    """The newest cases of the draft's type in these states, each under both versions."""
    cases = Case.objects.filter(type_key=draft.key, state__in=states).order_by("-opened_at", "-pk")[:most]
    for case in cases:
        own = load(case.type_key, case.type_version)
        comparison = compare(own.program, draft.program, snapshot(case), now=now, calendar=fittings().calendar)
        yield Trial(case=case.reference, version=case.type_version, comparison=comparison)
