"""What waits on a system of record: writes that it has not done yet, and those that need a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backline.cases.effects.not_done import effects_not_done
from backline.cases.reach import within_reach
from backline.connectors import downtime, systems
from backline.connectors.downtime import Down
from backline.people.actors import Actor

OPEN = ("planned", "started", "unknown")
MOST = 5


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Writes to one system. ``cases``: references of the oldest that the asker may see."""

    open: int
    unclear: int
    """Of the open ones: those of which nobody knows whether they were done"""
    for_a_person: int
    cases: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Held:
    """A system that a person said is down, and how many changes wait for its end."""

    title: str
    until: datetime
    why: str
    changes: int


def held(*, by: Actor, now: datetime) -> tuple[Held, ...]:
    """What is down now; of the changes, those of cases within reach."""
    found = [down for path in systems.files() if (down := downtime.down(path.stem, now=now))]
    return tuple(_held(down, by, now) for down in found)


def waiting_on(system: str, *, by: Actor, now: datetime) -> Waiting:
    """The open writes to this system."""
    written = effects_not_done().filter(call__startswith=f"{system}.")
    unsettled = written.filter(within_reach(by, now=now), state__in=OPEN)
    oldest = unsettled.order_by("planned_at").values_list("case__reference", flat=True)
    return Waiting(
        open=written.filter(state__in=OPEN).count(),
        unclear=written.filter(state="unknown").count(),
        for_a_person=written.filter(state="failed").count(),
        cases=tuple(dict.fromkeys(oldest[: MOST * 2]))[:MOST],
    )


def _held(down: Down, by: Actor, now: datetime) -> Held:
    described = systems.described(down.system)
    open_now = effects_not_done().filter(call__startswith=f"{down.system}.", state__in=OPEN)
    return Held(
        title=described.title if described else down.system, until=down.until, why=down.why,
        changes=open_now.filter(within_reach(by, now=now)).count(),
    )  # fmt: skip
