"""What could be seen of running cases, one look at each change, and the time that then remained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from backline.insight.forecasting.clocks import Clock, Floats

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Looks:
    """Columns, a row for each look.

    ``until`` is when the awaited point was reached or, where not ``reached``, until when the case was watched. ``keys``
    tell what was alike, the finest first: looks of one stratum have the same key.
    """

    case: Ints
    at: Floats
    until: Floats
    reached: Bools
    keys: Sequence[npt.NDArray[np.object_]]
    start: Floats
    """When the case began"""

    def __len__(self) -> int:
        return len(self.at)

    def remaining(self, clock: Clock) -> Floats:
        """How long it still took, or was watched to take, on this clock."""
        return np.maximum(clock.read(self.until) - clock.read(self.at), 0.0)

    def where(self, which: Bools | Ints) -> Looks:
        """Only these looks, in this order."""
        return replace(
            self,
            case=self.case[which],
            at=self.at[which],
            until=self.until[which],
            reached=self.reached[which],
            keys=[key[which] for key in self.keys],
            start=self.start[which],
        )

    def as_known(self, instant: float) -> Looks:
        """What was known then: looks made by then, and what was reached later still running."""
        known = self.where(self.at < instant)
        late = known.until > instant
        return replace(known, until=np.minimum(known.until, instant), reached=known.reached & ~late)

    def in_time(self) -> Looks:
        """In the order in which they were made."""
        return self.where(np.argsort(self.at, kind="stable"))


def split(looks: Looks, *shares: float) -> list[float]:
    """The instants by which these shares of the looks had been made."""
    return [float(np.quantile(looks.at, share)) for share in shares] if len(looks) else [0.0 for _ in shares]
