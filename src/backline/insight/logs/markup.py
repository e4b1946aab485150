"""XES as machines write it, read many elements at once.

Cut at the values of its attributes, XML of this kind is values and the markup between them, and there are few distinct
pieces of markup however long the file is. So each distinct piece is read once, with a strict grammar, and everything
else is arithmetic over columns. What the grammar does not know (single quotes, text, CDATA, an event without
attributes) is answered with ``None``, and the same bytes go through a usual parser (``elements``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from backline.insight.logs.arrays import Bools, Ints, integers, texts
from backline.insight.logs.arrays import codes as numbers_of
from backline.insight.logs.rows import Rows

TYPES = frozenset({b"string", b"date", b"int", b"float", b"boolean", b"id"})
NAME = rb"[A-Za-z_][\w.:-]*"
HELD = rb"(?:\s+" + NAME + rb"\s*=\s*\"[^\"<]*\")*"
"""Attributes of an element whose values nobody asks for"""
REST = re.compile(rb'"\s*(/?)>')
TAG = re.compile(rb"\s+|<!--(?:(?!-->).)*-->|<(/?)(" + NAME + rb")(" + HELD + rb")\s*(/?)>", re.DOTALL)
OPENED = re.compile(rb"<(" + NAME + rb")\s+key\s*=\s*\"([^\"]*)\" value=\"")
QUOTE = 34
VALUE = b' value="'
BEFORE_VALUE = int.from_bytes(VALUE, "little")


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands between a value and the next one, from quote to quote."""

    key: bytes
    """Of the attribute whose value follows"""
    typed: bool
    """Whether the element that it opens is an attribute in the sense of XES"""
    deeper: int
    """Change of depth before that element"""
    events_opened: int = 0
    events_closed: int = 0
    traces_opened: int = 0
    traces_closed: int = 0

    @property
    def plain(self) -> bool:
        """Whether the next element stands where the one before it stood."""
        return not any((self.deeper, self.events_opened, self.events_closed, self.traces_opened, self.traces_closed))


class Grammar:
    """The pieces of markup known so far."""

    def __init__(self) -> None:
        self._known: dict[bytes, Piece | None] = {}

    def read(self, distinct: list[bytes]) -> list[Piece] | None:
        """What these pieces are, or None when one is beyond this grammar."""
        pieces = []
        for text in distinct:
            if text not in self._known:
                self._known[text] = _piece(text)
            piece = self._known[text]
            if piece is None:
                return None
            pieces.append(piece)
        return pieces


def read_chunk(chunk: bytes, grammar: Grammar, *, depth: int) -> Rows | None:
    """The events of a chunk that begins at this depth and ends between cases; None when it is not plain."""
    quotes = np.flatnonzero(np.frombuffer(chunk, dtype=np.uint8) == QUOTE).astype(np.int32)
    if len(quotes) < 4 or len(quotes) % 2:
        return None
    valued = 2 * _before_values(chunk, quotes)
    if not len(valued):
        return None
    opens, closes = quotes[valued + 2], quotes[valued + 3]
    told = _split(chunk, opens, closes)
    codes, distinct = _markup(chunk, told, opens, closes)
    pieces = grammar.read(distinct)
    if pieces is None:
        return None
    places = _places(pieces, codes, depth)
    if places is None:
        return None
    typed = np.array([piece.typed for piece in pieces])
    found = np.flatnonzero(typed[codes[:-1]] & places.holds[places.of[:-1]])
    stands = places.of[found]
    return Rows(
        traces=int(places.traces[-1]),
        event_trace=np.where(places.in_trace == 1, places.traces - 1, -1)[places.opened],
        event_at=quotes[valued[places.begins[places.opened]]],
        of_event=(places.in_event == 1)[stands],
        owner=(np.where(places.in_event == 1, places.events, places.traces) - 1)[stands],
        keys=_keys(pieces, codes[found]),
        told=told,
        at=2 * found,
        entities=b"&" in chunk,
    )


@dataclass(frozen=True, eq=False)
class Places:
    """Stretches of elements that stand side by side, and where that is, counted from the start of the chunk."""

    begins: Ints
    """The first element of each stretch"""
    of: Ints
    """The stretch of each element, and of the end"""
    events: Ints
    traces: Ints
    in_event: Ints
    in_trace: Ints
    opened: Bools
    """Whether an event opens just before the stretch"""
    holds: Bools
    """Whether it stands directly in an event or a case"""


def _places(pieces: list[Piece], codes: Ints, depth: int) -> Places | None:
    """None where events don't stand in traces, traces not in the log, or the chunk does not end between them."""
    moving = np.array([not piece.plain for piece in pieces])[codes]
    moving[0] = moving[-1] = True
    begins = np.flatnonzero(moving)
    first = codes[begins]

    def summed(name: str) -> Ints:
        return np.cumsum(np.array([getattr(piece, name) for piece in pieces], dtype=np.int32)[first], dtype=np.int32)

    events, traces, depths = summed("events_opened"), summed("traces_opened"), depth + summed("deeper")
    in_event, in_trace = events - summed("events_closed"), traces - summed("traces_closed")
    inside = in_event + in_trace
    for within in (in_event, in_trace):
        if within.min() < 0 or within.max() > 1 or within[-1]:
            return None
    opened, began = np.diff(events, prepend=0) > 0, np.diff(traces, prepend=0) > 0
    direct = depths == 1 + inside
    if depths[-1] > 1 or not direct[opened | began].all():
        return None
    of = np.cumsum(moving, dtype=np.int32) - 1
    return Places(begins, of, events, traces, in_event, in_trace, opened, direct & (inside > 0))


def _before_values(chunk: bytes, quotes: Ints) -> Ints:
    """Which pairs of quotes stand just before a value: the same eight bytes part them from its quote."""
    eights = np.ndarray(shape=(max(1, len(chunk) - 7),), dtype="<u8", buffer=chunk, strides=(1,))
    return np.flatnonzero(eights[np.minimum(quotes[1:-1:2] + 1, len(eights) - 1)] == BEFORE_VALUE)


def _split(chunk: bytes, opens: Ints, closes: Ints) -> pa.Array:
    """The chunk cut without copying it: value, markup with its two quotes, value, and so on."""
    bounds = np.empty(2 * len(opens), dtype=np.int32)
    bounds[0::2], bounds[1::2] = opens + 1, closes
    return pa.Array.from_buffers(pa.binary(), len(bounds) - 1, [None, pa.py_buffer(bounds), pa.py_buffer(chunk)])


def _markup(chunk: bytes, split: pa.Array, opens: Ints, closes: Ints) -> tuple[Ints, list[bytes]]:
    """Which piece stands before each value and at the end, and the distinct pieces.

    The first is read as if an element had just ended.
    """
    inner = split.take(integers(np.arange(1, len(split), 2))).dictionary_encode()
    distinct: list[bytes] = inner.dictionary.to_pylist()
    codes = np.concatenate(([len(distinct)], numbers_of(inner.indices), [len(distinct) + 1]))
    return codes, [*distinct, b'"/>' + chunk[: opens[0] + 1], chunk[closes[-1] :]]


def _keys(pieces: list[Piece], codes: Ints) -> pa.DictionaryArray:
    """The key of each element that holds a value."""
    names = list(dict.fromkeys(piece.key for piece in pieces))
    numbers = np.array([names.index(piece.key) for piece in pieces], dtype=np.int32)
    return pa.DictionaryArray.from_arrays(integers(numbers[codes]), texts(names, pa.binary()))


def _piece(text: bytes) -> Piece | None:
    """One piece of markup, read strictly: whole tags, then one that holds a key and a value."""
    begun = REST.match(text)
    if not begun:
        return None
    at, deeper = begun.end(), 0 if begun[1] else 1
    counts = {(b"", b"event"): 0, (b"/", b"event"): 0, (b"", b"trace"): 0, (b"/", b"trace"): 0}
    while tag := TAG.match(text, at):
        at = tag.end()
        if tag[2] is None:
            continue
        name = _local(tag[2])
        step = (tag[1], name)
        if (name in TYPES and tag[3]) or (step in counts and (tag[4] or not _comes_next(step, counts))):
            return None
        if step in counts:
            counts[step] = 1
        deeper += 0 if tag[4] else (-1 if tag[1] else 1)
    last = OPENED.fullmatch(text, at)
    if at < len(text) and not last:
        return None
    name, key = (_local(last[1]), last[2]) if last else (b"", b"")
    opened, closed, began, finished = counts.values()
    return Piece(key, name in TYPES, deeper, opened, closed, began, finished)


def _comes_next(step: tuple[bytes, bytes], counts: dict[tuple[bytes, bytes], int]) -> bool:
    """One may end and the next begin; that more happens between two values needs a closer look."""
    closes, name = step
    return not counts[step] and not (closes and counts[b"", name])


def _local(name: bytes) -> bytes:
    return name.rpartition(b":")[2]
