"""Cases under another version of their type: what would differ, and moving those that can go on under it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from backline.cases.fittings import fittings
from backline.cases.models import Case
from backline.cases.moving import LeftBehind, compare_versions, left_on_other_versions, move_along
from backline.cases.refusals import Refusal
from backline.cases.storage.snapshotting import snapshot
from backline.catalogue.reading import read_folder, read_neighbourhood
from backline.catalogue.versions import LoadedType, assemble, load
from backline.engine.comparing import Comparison, compare
from backline.people.actors import Actor


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """One case under its own version and under the draft."""

    case: str
    version: int
    comparison: Comparison


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """One open case on its way to another version; ``refusal`` says why it stays."""

    trial: Trial
    moved: bool = False
    refusal: str = ""


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


def move_cases(
    to: LoadedType, *, by: Actor, really: bool, reason: str, now: datetime, channel: str = "command line"
) -> Iterator[Move]:
    """Every open case of this type under another version: what would differ, and with ``really`` it moves."""
    for case in left_on_other_versions(to.key, to.version):
        comparison = compare_versions(case=case, version=to.version, now=now)
        trial = Trial(case=case.reference, version=case.type_version, comparison=comparison)
        if really:
            yield _moved(case, trial, to, by, reason, now, channel)
        else:
            yield Move(trial=trial, refusal=_in_the_way(comparison))


def _moved(case: Case, trial: Trial, to: LoadedType, by: Actor, reason: str, now: datetime, channel: str) -> Move:
    """Moved by who asked for it, who has before them what would differ."""
    try:
        move_along(
            case=case,
            version=to.version,
            by=by,
            now=now,
            agreed=True,
            seen=case.version,
            reason=reason,
            channel=channel,
        )
    except Refusal as refusal:
        return Move(trial=trial, refusal=str(refusal))
    return Move(trial=trial, moved=True)


def _in_the_way(comparison: Comparison) -> str:
    return str(LeftBehind(comparison.orphans)) if comparison.orphans else ""
