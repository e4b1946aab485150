"""How each system stands: asked now, in this process; and as all processes recorded it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from django.db.models import Q, QuerySet

from backline.connectors import downtime, recording, systems
from backline.connectors.breakers import State as BreakerState
from backline.connectors.contract import UnknownOperation
from backline.connectors.downtime import Down
from backline.connectors.models import Call, Pause
from backline.engine.definition import DefinitionProblems

State = Literal["well", "failing", "paused", "unusable", "silent", "down"]
"""down: a person said so · failing: the last call got no answer · unusable: its file is wrong · silent: never asked"""
FAILED = Q(result__in=("again", "unknown")) | Q(result="missing", detail__regex="^(late|down|broken)")
RECENT = timedelta(hours=1)
SHOWN = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What its settings allow. ``rate`` in calls a second, 0: no limit."""

    at_once: int
    rate: float
    within_s: float
    failures: int
    pause_s: float
    trials: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One system as it stands."""

    name: str
    title: str
    kind: str
    state: State
    problem: str = ""
    """What is wrong with its file"""
    limits: Limits | None = None
    breaker: BreakerState = "closed"
    """Of this process"""
    running: int = 0
    """Calls that this process makes now"""
    pauses: tuple[Pause, ...] = ()
    """Of every process that asks nothing now"""
    calls: tuple[Call, ...] = ()
    """The last ones, newest first"""
    last_failure: Call | None = None
    down: Down | None = None
    """What a person said of it"""
    in_an_hour: int = 0
    failed_in_an_hour: int = 0


def standings(*, now: datetime) -> list[Standing]:
    """Every declared system."""
    recording.flush()
    return [_standing(path, now) for path in systems.files()]


def standing(name: str, *, now: datetime) -> Standing:
    """One declared system. Raises UnknownOperation where no file declares it."""
    for path in systems.files():
        if path.stem == name:
            recording.flush()
            return _standing(path, now)
    raise UnknownOperation(f"no file in 'connectors' declares '{name}'")


def told(name: str, *, now: datetime) -> str:
    """The limits of a system, and who leaves it alone, in a line for a terminal; empty where its file is wrong."""
    one = standing(name, now=now)
    if one.limits is None:
        return ""
    rate = f", {one.limits.rate:g} a second" if one.limits.rate else ""
    parts = [downtime.reason(one.down)] if one.down else []
    parts.append(f"{one.limits.at_once} at once{rate}")
    parts += [
        f"{p.process} leaves it alone until {p.until:%H:%M:%S} UTC ({p.reason or 'no answer'})" for p in one.pauses
    ]
    if one.state == "failing" and one.last_failure:
        parts.append(f"its last call failed at {one.last_failure.at:%Y-%m-%d %H:%M:%S} UTC ({one.last_failure.detail})")
    return "; ".join(parts)


def _standing(path: Path, now: datetime) -> Standing:
    try:
        link = systems.link_of(path.stem)
    except (DefinitionProblems, UnknownOperation, ValueError) as wrong:
        return Standing(name=path.stem, title=path.stem, kind="", state="unusable", problem=_brief(wrong, path))
    told = link.system.settings
    of_it = Call.objects.filter(system=path.stem)
    lately = of_it.filter(at__gt=now - RECENT)
    calls = tuple(of_it.order_by("-at", "-pk")[:SHOWN])
    pauses = tuple(Pause.objects.filter(system=path.stem, ended_at=None, until__gt=now).order_by("process"))
    failed, down = of_it.filter(FAILED), downtime.down(path.stem, now=now)
    return Standing(
        name=path.stem, title=link.system.title, kind=link.system.kind, state=_state(calls, pauses, failed, down),
        limits=Limits(
            at_once=told.at_once, rate=told.rate, within_s=told.within_s, failures=told.failures,
            pause_s=told.pause_s, trials=told.trials,
        ),
        breaker=link.breaker.state, running=link.gate.running, pauses=pauses, calls=calls,
        last_failure=failed.order_by("-at", "-pk").first(), in_an_hour=lately.count(),
        failed_in_an_hour=lately.filter(FAILED).count(), down=down,
    )  # fmt: skip


def _state(calls: tuple[Call, ...], pauses: tuple[Pause, ...], failed: QuerySet[Call], down: Down | None) -> State:
    if down:
        return "down"
    if pauses:
        return "paused"
    if not calls:
        return "silent"
    return "failing" if failed.filter(pk=calls[0].pk).exists() else "well"


def _brief(wrong: Exception, path: Path) -> str:
    """What is wrong, with the file as the organisation knows it."""
    return str(wrong).replace(f"{path.parent.parent}/", "")
