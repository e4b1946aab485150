"""XES as machines write it, read many elements at once.

Split at its double quotes, XML of this kind is values and the markup between them, and there are few distinct pieces of
markup however long the file is. So each distinct piece is read once, with a strict grammar, and everything else is
arithmetic over columns. What the grammar does not know (single quotes, text, CDATA, an event without attributes) is
answered with ``None``, and the same bytes go through a usual parser (``elements``).
"""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from backline.insight.logs.arrays import Ints, integers, texts
from backline.insight.logs.rows import Rows

TYPES = frozenset({b"string", b"date", b"int", b"float", b"boolean", b"id"})
NAME = rb"[A-Za-z_][\w.:-]*"
SAME = re.compile(rb'"\s+(' + NAME + rb')\s*=\s*"')
BETWEEN = re.compile(rb'"\s*(/?)>((?:[^"])*?)(?:<(' + NAME + rb")\s+(" + NAME + rb')\s*=\s*")?', re.DOTALL)
MIDDLE = re.compile(rb"(?:\s+|<!--(?:(?!-->).)*-->|</?" + NAME + rb"\s*/?>)*", re.DOTALL)
TAG = re.compile(rb"<!--.*?-->|<(/?)(" + NAME + rb")\s*(/?)>", re.DOTALL)
KEY, VALUE, OTHER = 0, 1, 2


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

    def table(self, distinct: list[bytes]) -> npt.NDArray[np.int64] | None:
        """One row a piece, or None when one is beyond this grammar."""
        rows = []
        for piece in distinct:
            if piece not in self._known:
                self._known[piece] = _piece(piece)
            known = self._known[piece]
            if known is None:
                return None
            rows.append(astuple(known))
        return np.array(rows, dtype=np.int64).T


def read_chunk(chunk: bytes, grammar: Grammar, *, depth: int) -> tuple[Rows, int] | None:
    """The events of a chunk that begins and ends between cases, and the depth at its end; None when it is not plain."""
    content = np.frombuffer(chunk, dtype=np.uint8)
    quotes = np.flatnonzero(content == 34)
    if len(quotes) == 0 or len(quotes) % 2:
        return None
    count = len(quotes) // 2
    markup = _markup(chunk, quotes)
    coded = markup.dictionary_encode()
    table = grammar.table(coded.dictionary.to_pylist())
    if table is None:
        return None
    same, attribute, typed, deeper, opened, closed, began, finished = table[:, coded.indices.to_numpy()]
    depths = depth + np.cumsum(deeper)
    events, traces = np.cumsum(opened), np.cumsum(began)
    in_event, in_trace = events - np.cumsum(closed), traces - np.cumsum(finished)
    if not _sound(depths, in_event, in_trace, opened, began):
        return None
    starts = np.flatnonzero((same[:count] == 0) & (typed[:count] == 1))
    if len(starts) and not _paired(starts, same, attribute, count):
        return None
    direct = depths[starts] == 1 + in_trace[starts] + in_event[starts]
    starts = starts[direct & ((in_event[starts] == 1) | (in_trace[starts] == 1))]
    keys = _values(chunk, quotes, starts).dictionary_encode()
    if b"<" in b"".join(keys.dictionary.to_pylist()):
        return None
    opening = np.flatnonzero(opened)
    rows = Rows(
        traces=int(traces[-1]),
        event_trace=np.where(in_trace[opening] == 1, traces[opening] - 1, -1),
        event_at=quotes[np.minimum(2 * opening, len(quotes) - 1)],
        of_event=in_event[starts] == 1,
        owner=np.where(in_event[starts] == 1, events[starts], traces[starts]) - 1,
        keys=keys,
        values=_values(chunk, quotes, starts + 1),
    )
    return rows, int(depths[-1])


def _markup(chunk: bytes, quotes: Ints) -> pa.Array:
    """The pieces between values with the quotes around them; the first as if an element had just ended."""
    first = b'"/>' + chunk[: quotes[0] + 1]
    last = chunk[quotes[-1] :]
    starts, ends = quotes[1:-1:2], quotes[2::2] + 1
    bounds = np.empty(2 * len(starts) + 1, dtype=np.int64)
    bounds[0:-1:2], bounds[1::2] = starts, ends
    bounds[-1] = ends[-1] if len(ends) else 0
    inner = pa.Array.from_buffers(
        pa.large_binary(), len(bounds) - 1, [None, pa.py_buffer(bounds), pa.py_buffer(chunk)]
    ).take(integers(np.arange(0, 2 * len(starts), 2)))
    return pa.concat_arrays([texts([first], pa.large_binary()), inner, texts([last], pa.large_binary())])


def _values(chunk: bytes, quotes: Ints, which: Ints) -> pa.Array:
    """The values after these pieces, without their quotes."""
    bounds = quotes.copy()
    bounds[0::2] += 1
    split = pa.Array.from_buffers(pa.large_binary(), len(bounds) - 1, [None, pa.py_buffer(bounds), pa.py_buffer(chunk)])
    return split.take(integers(2 * which)).cast(pa.binary())


def _sound(depths: Ints, in_event: Ints, in_trace: Ints, opened: Ints, began: Ints) -> bool:
    """Whether events stand in traces, traces in the log, and the chunk ends between them."""
    if in_event.min() < 0 or in_event.max() > 1 or in_trace.min() < 0 or in_trace.max() > 1:
        return False
    opening = (opened | began) == 1
    straight = depths[opening] == 1 + in_event[opening] + in_trace[opening]
    return bool(straight.all() and in_event[-1] == 0 and in_trace[-1] == 0)


def _paired(starts: Ints, same: Ints, attribute: Ints, count: int) -> bool:
    """Whether each element that holds a key and a value has just these, in this order."""
    if starts[-1] + 1 >= count:
        return False
    second = starts + 1
    ended = same[np.minimum(second + 1, count)] == 0
    return bool(
        (attribute[starts] == KEY).all()
        and (attribute[second] == VALUE).all()
        and (same[second] == 1).all()
        and ended.all()
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
