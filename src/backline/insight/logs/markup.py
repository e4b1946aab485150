"""XES as machines write it, read many elements at once.

Split at its double quotes, XML of this kind is values and the markup between them, and there are few distinct pieces of
markup however long the file is. So each distinct piece is read once, with a strict grammar, and everything else is
arithmetic over columns. What the grammar does not know (single quotes, text, CDATA, an event without attributes) is
answered with ``None``, and the same bytes go through a usual parser (``elements``).
"""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass, fields

import numpy as np
import pyarrow as pa

from backline.insight.logs.arrays import Ints, integers, texts
from backline.insight.logs.arrays import codes as numbers_of
from backline.insight.logs.rows import Rows

TYPES = frozenset({b"string", b"date", b"int", b"float", b"boolean", b"id"})
NAME = rb"[A-Za-z_][\w.:-]*"
SAME = re.compile(rb'"\s+(' + NAME + rb')\s*=\s*"')
BETWEEN = re.compile(rb'"\s*(/?)>((?:[^"])*?)(?:<(' + NAME + rb")\s+(" + NAME + rb')\s*=\s*")?', re.DOTALL)
MIDDLE = re.compile(rb"(?:\s+|<!--(?:(?!-->).)*-->|</?" + NAME + rb"\s*/?>)*", re.DOTALL)
TAG = re.compile(rb"<!--.*?-->|<(/?)(" + NAME + rb")\s*(/?)>", re.DOTALL)
KEY, VALUE, OTHER = 0, 1, 2
QUOTE = 34
BEFORE_VALUE = int.from_bytes(b' value="', "little")


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands between two values."""

    same: bool
    """A further attribute of the same element"""
    attribute: int
    typed: bool
    """The element that it opens holds a key and a value"""
    deeper: int
    """Change of depth before the element that it opens"""
    events_opened: int = 0
    events_closed: int = 0
    traces_opened: int = 0
    traces_closed: int = 0


class Grammar:
    """The pieces of markup known so far."""

    def __init__(self) -> None:
        self._known: dict[bytes, Piece | None] = {}

    def table(self, distinct: list[bytes]) -> dict[str, Ints] | None:
        """A column for each part of a piece, or None when one piece is beyond this grammar."""
        rows = []
        for piece in distinct:
            if piece not in self._known:
                self._known[piece] = _piece(piece)
            known = self._known[piece]
            if known is None:
                return None
            rows.append(astuple(known))
        columns = np.array(rows, dtype=np.int32).T
        return {field.name: columns[number] for number, field in enumerate(fields(Piece))}


def read_chunk(chunk: bytes, grammar: Grammar, *, depth: int) -> Rows | None:
    """The events of a chunk that begins at this depth and ends between cases; None when it is not plain."""
    quotes = np.flatnonzero(np.frombuffer(chunk, dtype=np.uint8) == QUOTE).astype(np.int32)
    if len(quotes) == 0 or len(quotes) % 2:
        return None
    split = _split(chunk, quotes)
    codes, distinct = _markup(chunk, quotes, split)
    table = grammar.table(distinct)
    if table is None:
        return None
    opening = np.flatnonzero((table["same"] == 0)[codes])  # where an element begins: about every second piece
    begins = codes[opening]
    structure = _structure(table, begins, depth)
    typed = np.flatnonzero((table["typed"] == 1)[begins])
    if not _sound(structure) or structure.depths[-1] > 1 or not _paired(opening, typed, codes, table):
        return None
    inside = structure.in_event + structure.in_trace
    typed = typed[(structure.depths[typed] == 1 + inside[typed]) & (inside[typed] > 0)]
    of_event = structure.in_event[typed] == 1
    keys = split.take(integers(2 * opening[typed])).dictionary_encode()
    at = np.flatnonzero(structure.opened)
    return Rows(
        traces=int(structure.traces[-1]),
        event_trace=np.where(structure.in_trace[at] == 1, structure.traces[at] - 1, -1),
        event_at=quotes[np.minimum(2 * opening[at], len(quotes) - 1)],
        of_event=of_event,
        owner=np.where(of_event, structure.events[typed], structure.traces[typed]) - 1,
        keys=keys,
        values=split.take(integers(2 * opening[typed] + 2)),
        entities=b"&" in chunk,
    )


@dataclass(frozen=True, slots=True)
class Structure:
    """Where each element stands: how deep, in which event and case, counted from the start of the chunk."""

    depths: Ints
    events: Ints
    traces: Ints
    in_event: Ints
    in_trace: Ints
    opened: Ints
    """Events opened just before the element"""
    began: Ints


def _structure(table: dict[str, Ints], begins: Ints, depth: int) -> Structure:
    def summed(name: str) -> Ints:
        return np.cumsum(table[name].astype(np.int8)[begins], dtype=np.int32)

    events, traces = summed("events_opened"), summed("traces_opened")
    return Structure(
        depths=depth + summed("deeper"),
        events=events,
        traces=traces,
        in_event=events - summed("events_closed"),
        in_trace=traces - summed("traces_closed"),
        opened=table["events_opened"].astype(np.int8)[begins],
        began=table["traces_opened"].astype(np.int8)[begins],
    )


def _split(chunk: bytes, quotes: Ints) -> pa.Array:
    """The chunk cut at its quotes without copying it: value, markup with its two quotes, value, and so on."""
    bounds = quotes.copy()
    bounds[0::2] += 1
    return pa.Array.from_buffers(pa.binary(), len(bounds) - 1, [None, pa.py_buffer(bounds), pa.py_buffer(chunk)])


def _markup(chunk: bytes, quotes: Ints, split: pa.Array) -> tuple[Ints, list[bytes]]:
    """Which piece stands before each value and at the end, and the distinct pieces with the quotes around them.

    The first is read as if an element had just ended. About every second one is the same eight bytes between two
    quotes, and is known by them without being copied.
    """
    first, last = b'"/>' + chunk[: quotes[0] + 1], chunk[quotes[-1] :]
    eights = np.ndarray(shape=(max(1, len(chunk) - 7),), dtype="<u8", buffer=chunk, strides=(1,))
    usual = eights[np.minimum(quotes[1:-1:2] + 1, len(eights) - 1)] == BEFORE_VALUE
    others = np.flatnonzero(~usual)
    inner = split.take(integers(2 * others + 1))
    coded = pa.concat_arrays([texts([first], pa.binary()), inner, texts([last], pa.binary())]).dictionary_encode()
    distinct: list[bytes] = coded.dictionary.to_pylist()
    codes = np.full(len(usual) + 2, len(distinct), dtype=np.int32)
    codes[np.concatenate(([0], others + 1, [len(codes) - 1]))] = numbers_of(coded.indices)
    return codes, [*distinct, b'" value="']


def _sound(structure: Structure) -> bool:
    """Whether events stand in traces, traces in the log, and the chunk ends between them."""
    for within in (structure.in_event, structure.in_trace):
        if within.min() < 0 or within.max() > 1 or within[-1]:
            return False
    at = np.flatnonzero(structure.opened | structure.began)
    return bool((structure.depths[at] == 1 + structure.in_event[at] + structure.in_trace[at]).all())


def _paired(opening: Ints, typed: Ints, codes: Ints, table: dict[str, Ints]) -> bool:
    """Whether each element that holds a key and a value has just these, in this order."""
    if not len(typed):
        return True
    if typed[-1] + 1 >= len(opening):
        return False
    starts = opening[typed]
    attribute = table["attribute"].astype(np.int8)
    lengths = opening[typed + 1] - starts
    return bool(
        (lengths == 2).all()
        and (attribute[codes[starts]] == KEY).all()
        and (attribute[codes[starts + 1]] == VALUE).all()
    )


def _piece(piece: bytes) -> Piece | None:
    """One piece of markup, read strictly."""
    if found := SAME.fullmatch(piece):
        return Piece(same=True, attribute=_attribute(found[1]), typed=False, deeper=0)
    found = BETWEEN.fullmatch(piece)
    if not found or not MIDDLE.fullmatch(found[2]):
        return None
    deeper = 0 if found[1] else 1
    counts = {(b"", b"event"): 0, (b"/", b"event"): 0, (b"", b"trace"): 0, (b"/", b"trace"): 0}
    for tag in TAG.finditer(found[2]):
        if tag[2] is None:
            continue
        step = (tag[1], _local(tag[2]))
        if step in counts:
            counts[step] += 1
            if tag[3] or counts[step] > 1:
                return None
        deeper += 0 if tag[3] else (-1 if tag[1] else 1)
    name = _local(found[3] or b"")
    if name in (b"event", b"trace"):
        return None
    opened, closed, began, finished = counts.values()
    return Piece(
        same=False,
        attribute=_attribute(found[4] or b""),
        typed=name in TYPES,
        deeper=deeper,
        events_opened=opened,
        events_closed=closed,
        traces_opened=began,
        traces_closed=finished,
    )


def _attribute(name: bytes) -> int:
    return {b"key": KEY, b"value": VALUE}.get(name, OTHER)


def _local(name: bytes) -> bytes:
    return name.rpartition(b":")[2]
