"""Which events can be taken in, and why others can't."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from backline.insight.logs.arrays import Bools, bools
from backline.insight.logs.batches import LONGEST

ENTITY = re.compile(r"&[A-Za-z_][\w.-]*;")
Reasons = Callable[[int], list[tuple[int, str]]]
"""For the first so many refused events: its number in the batch, and why"""


def judge(events: Mapping[str, pa.Array], moment: pa.Array, *, expanded: bool) -> tuple[Bools, Reasons]:
    """Which events are refused; ``moment`` is their time as written, ``expanded`` whether ``&x;`` is an entity."""
    spoken = [events[name] for name in ("case_name", "activity", "resource")]
    wrong = {
        "an event without a case": _missing(events["case_name"]),
        "an event without an activity": _missing(events["activity"]),
        "an event without a time": _missing(moment),
        "a time that can't be read": _truth(pc.is_null(events["moment"])),
        f"a value longer than {LONGEST:,} characters": np.logical_or.reduce([_longer(one) for one in spoken]),
    }
    if expanded:
        wrong["an entity, which is never expanded"] = np.logical_or.reduce([_entity(one) for one in spoken])
    refused = np.logical_or.reduce(list(wrong.values()))

    def reasons(most: int) -> list[tuple[int, str]]:
        return [(int(event), _reason(int(event), wrong, moment)) for event in np.flatnonzero(refused)[:most]]

    return refused, reasons


def _reason(event: int, wrong: Mapping[str, Bools], moment: pa.Array) -> str:
    reason = next(reason for reason, which in wrong.items() if which[event])
    return f"{reason}: {str(moment[event])[:40]!r}" if "can't be read" in reason else reason


def _missing(values: pa.Array) -> Bools:
    return _truth(pc.fill_null(pc.equal(values, ""), True))


def _longer(values: pa.Array) -> Bools:
    return _truth(pc.fill_null(pc.greater(pc.binary_length(values), LONGEST), False))


def _entity(values: pa.Array) -> Bools:
    return _truth(pc.fill_null(pc.match_substring_regex(values, ENTITY.pattern), False))


def _truth(values: pa.Array) -> Bools:
    return bools(values)
