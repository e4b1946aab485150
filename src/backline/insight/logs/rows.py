"""The attributes of a piece of XES in columns, and the batch of events that they make."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from backline.insight.logs.arrays import Bools, Ints, integers, truths
from backline.insight.logs.arrays import codes as numbers_of
from backline.insight.logs.batches import LONGEST, Batch
from backline.insight.logs.judging import judge
from backline.insight.logs.moments import Moments
from backline.insight.logs.report import KEPT, Report
from backline.insight.logs.told import Told

ENTITY = re.compile(r"&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));")
PREDEFINED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Each attribute that stands directly in a case or an event."""

    traces: int
    event_trace: Ints
    """For each event the case that it stands in, -1 for none"""
    event_at: Ints
    """For each event a byte of the chunk soon after the name of its element"""
    of_event: Bools
    owner: Ints
    """The event or the case that an attribute belongs to"""
    keys: pa.DictionaryArray
    told: pa.Array
    """Values, and perhaps what stands between them"""
    at: Ints
    """Where among these the value of each attribute is"""
    entities: bool = True
    """Whether an ``&`` may stand in a value"""

    def values(self, found: Ints) -> pa.Array:
        """The values of these attributes, as text."""
        return text(self.told.take(integers(self.at[found])), entities=self.entities)


@dataclass(frozen=True, kw_only=True)
class Keys:
    """Under which key XES holds what; its standard extensions unless somebody said otherwise."""

    case: bytes = b"concept:name"
    activity: bytes = b"concept:name"
    moment: bytes = b"time:timestamp"
    resource: bytes = b"org:resource"
    lifecycle: bytes = b"lifecycle:transition"

    @classmethod
    def of(cls, told: Told) -> Keys:
        """The keys that somebody gave."""
        given = {"case": told.case, "activity": told.activity, "moment": told.time, "resource": told.resource}
        return cls(**{name: key.encode() for name, key in given.items() if key})


class Assembler:
    """Makes batches of rows, and tells what is missing in an event and on which line."""

    def __init__(self, moments: Moments, report: Report, keys: Keys) -> None:
        self._moments, self._report, self._keys = moments, report, keys
        self._place = 0

    def batch(self, rows: Rows, line_at: Callable[[int], int]) -> Batch:
        """The events that have a case, an activity and a time; the others are refused."""
        count = len(rows.event_trace)
        codes = {key: code for code, key in enumerate(rows.keys.dictionary.to_pylist())}
        indices = numbers_of(rows.keys.indices)
        named = (indices == codes.get(self._keys.case, -1)) & ~rows.of_event
        names = _scattered(rows, named, rows.traces)
        spoken = {
            part: (indices == codes.get(getattr(self._keys, part), -1)) & rows.of_event
            for part in ("activity", "moment", "resource", "lifecycle")
        }
        activity, moment, resource, lifecycle = (_scattered(rows, which, count) for which in spoken.values())
        events = {
            "case_name": names.take(integers(rows.event_trace)),
            "activity": activity,
            "resource": resource,
            "moment": self._moments.read(moment),
            "lifecycle": lifecycle,
            "place": integers(np.arange(self._place, self._place + count)),
        }
        told = self._events(events, moment, rows, line_at)
        other = rows.of_event & ~np.logical_or.reduce(list(spoken.values()))
        batch = Batch(
            events=told,
            case_facts=_case_facts(rows, ~rows.of_event & ~named, names),
            event_facts=_event_facts(rows, other, self._place),
        )
        self._place += count
        return batch

    def _events(
        self, columns: dict[str, pa.Array], moment: pa.Array, rows: Rows, line_at: Callable[[int], int]
    ) -> pa.Table:
        refused, reasons = judge(columns, moment, expanded=rows.entities)
        table = pa.table(columns)
        if not refused.any():
            return table
        told = reasons(KEPT)
        for event, reason in told:
            self._report.refuse(0 if self._report.full else line_at(int(rows.event_at[event])), reason)
        self._report.refused += int(refused.sum()) - len(told)
        return table.filter(truths(~refused))


def text(values: pa.Array, *, entities: bool = True) -> pa.Array:
    """Bytes of XML attributes as text: the entities of XML itself are read, all others left as they stand."""
    try:
        plain = values.cast(pa.string())
    except pa.ArrowInvalid:
        plain = pa.array(
            [one if one is None else one.decode("utf-8", "replace") for one in values.to_pylist()], pa.string()
        )
    if not entities or not pc.any(pc.match_substring(plain, "&")).as_py():
        return plain
    coded = plain.dictionary_encode()
    words = [ENTITY.sub(_character, one) for one in coded.dictionary.to_pylist()]
    return pa.DictionaryArray.from_arrays(coded.indices, pa.array(words, pa.string())).cast(pa.string())


def _character(found: re.Match[str]) -> str:
    if found[3]:
        return PREDEFINED[found[3]]
    code = int(found[1]) if found[1] else int(found[2], 16)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def _scattered(rows: Rows, which: Bools, count: int) -> pa.Array:
    """The values of these attributes, each at its owner; null where it has none."""
    found = np.flatnonzero(which)
    owners = rows.owner[found]
    values = rows.values(found)
    if len(found) == count and (count == 0 or bool((owners == np.arange(count)).all())):
        return values  # each owner has one, in order: nothing to move
    at = np.full(count, -1, dtype=np.int64)
    at[owners] = np.arange(len(found))
    return values.take(integers(at))


def _case_facts(rows: Rows, which: Bools, names: pa.Array) -> pa.Table:
    found = np.flatnonzero(which)
    return _facts({"case_name": names.take(integers(rows.owner[found]))}, rows, found)


def _event_facts(rows: Rows, which: Bools, place: int) -> pa.Table:
    found = np.flatnonzero(which)
    return _facts({"place": integers(rows.owner[found] + place)}, rows, found)


def _facts(of: dict[str, pa.Array], rows: Rows, found: Ints) -> pa.Table:
    keys = pa.DictionaryArray.from_arrays(rows.keys.indices.take(integers(found)), text(rows.keys.dictionary))
    return pa.table({**of, "key": keys, "value": _cut(rows.values(found))})


def _cut(values: pa.Array) -> pa.Array:
    """Facts of a length that anybody reads."""
    if not len(values) or int(pc.max(pc.binary_length(values)).as_py() or 0) <= LONGEST:
        return values
    return pc.utf8_slice_codeunits(values, 0, LONGEST)
