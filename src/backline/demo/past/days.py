"""When requests come, and when colleagues have done them: a queue that is worked off while the doors are open."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import numpy as np

from backline.engine.calendars import Calendar
from backline.insight.forecasting.clocks import WorkingClock, moment

WEEKDAYS = (1.35, 1.1, 1.0, 0.95, 0.85, 0.25, 0.2)
"""How much of a usual day's requests come on Monday, Tuesday ..."""
HOURS = (0, 0, 0, 0, 0, 0.2, 0.5, 1, 2, 3, 3, 2.6, 2, 2, 2.3, 2.4, 2, 1.7, 1.8, 2, 1.9, 1.2, 0.6, 0.2)


@dataclass(frozen=True, kw_only=True)
class Worker:
    """A colleague: the share of the day that belongs to this work, and from when until when they were away."""

    actor: str
    name: str
    share: float
    away: tuple[datetime, datetime] | None = None
    strict: float = 0.85
    """The part of the amount that a bill has to reach for them to accept it"""


@dataclass
class Desk:
    """A team that takes what came first, each task done by whoever is free next."""

    clock: WorkingClock
    workers: Sequence[Worker]
    chance: Random
    mean_minutes: float
    free: list[tuple[float, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.free = [(0.0, number) for number in range(len(self.workers))]
        heapq.heapify(self.free)

    def work_off(self, ready: datetime, minutes: float | None = None) -> tuple[Worker, datetime, datetime]:
        """Who takes a task that lay there from ``ready`` on, when, and when it is done. To be asked in that order."""
        lies = self._reading(ready)
        begins, number = heapq.heappop(self.free)
        begins = max(begins, lies)
        worker = self.workers[number]
        while worker.away and worker.away[0] <= self._moment(begins) < worker.away[1] and len(self.free):
            back, other = self._reading(worker.away[1]), number
            begins, number = heapq.heappop(self.free)
            heapq.heappush(self.free, (back, other))
            begins, worker = max(begins, lies), self.workers[number]
        took = 60.0 * (minutes or lognormal(self.chance, self.mean_minutes, 0.6))
        heapq.heappush(self.free, (begins + took / worker.share, number))
        return worker, self._moment(begins), self._moment(begins + took)

    def _reading(self, at: datetime) -> float:
        return float(self.clock.read(np.array([at.timestamp()]))[0])

    def _moment(self, reading: float) -> datetime:
        return moment(float(self.clock.when(np.array([reading]))[0]))


def arrivals(
    *, since: datetime, until: datetime, a_day: float, chance: Random, calendar: Calendar, busier: float = 1.0,
    busier_from: datetime | None = None,
) -> Iterator[datetime]:  # fmt: skip
    """Instants at which somebody asks, fewer at night and at the weekend, more from ``busier_from`` on."""
    day = since
    while day < until:
        local = calendar.date_of(day)
        factor = WEEKDAYS[local.weekday()] * (busier if busier_from and day >= busier_from else 1.0)
        begins = calendar.start_of(local)
        count = _poisson(chance, a_day * factor)
        hours = chance.choices(range(24), weights=HOURS, k=count)
        yield from sorted(begins + timedelta(hours=hour, seconds=chance.uniform(0, 3600)) for hour in hours)
        day += timedelta(days=1)


def lognormal(chance: Random, mean: float, sigma: float) -> float:
    """A time that is mostly short and sometimes long."""
    return chance.lognormvariate(math.log(mean) - sigma * sigma / 2, sigma)


def _poisson(chance: Random, mean: float) -> int:
    count, left = 0, chance.expovariate(1.0)
    while left < mean:
        count += 1
        left += chance.expovariate(1.0)
    return count
