"""XES of any spelling, read element by element; slower than ``markup``, and it says where a file is broken."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

import numpy as np
import pyarrow as pa

from backline.insight.logs.rows import Rows

TYPES = frozenset({"string", "date", "int", "float", "boolean", "id"})
DECLARED = re.compile(rb"<\?xml[^>]*\?>")
UNKNOWN_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9a-fA-F]+);)")


@dataclass
class Elements:
    """Collects what a chunk holds; ``broken`` is the byte at which it stopped being XML, and why."""

    traces: int = 0
    event_trace: list[int] = field(default_factory=list)
    event_at: list[int] = field(default_factory=list)
    of_event: list[bool] = field(default_factory=list)
    owner: list[int] = field(default_factory=list)
    keys: list[bytes] = field(default_factory=list)
    values: list[bytes] = field(default_factory=list)
    broken: tuple[int, str] | None = None
    depth: int = 0
    _path: list[str] = field(default_factory=list)

    def rows(self) -> Rows:
        """The same columns as ``markup`` makes."""
        return Rows(
            traces=self.traces,
            event_trace=np.array(self.event_trace, dtype=np.int64),
            event_at=np.array(self.event_at, dtype=np.int64),
            of_event=np.array(self.of_event, dtype=bool),
            owner=np.array(self.owner, dtype=np.int64),
            keys=pa.array(self.keys, pa.binary()).dictionary_encode(),
            told=pa.array(self.values, pa.binary()),
            at=np.arange(len(self.values)),
        )


def read_chunk(chunk: bytes, *, depth: int) -> Elements:
    """What a chunk holds that begins outside of all elements (depth 0) or within the log (depth 1).

    An event that is unfinished where the XML breaks is left out.
    """
    found = Elements()
    parser = expat.ParserCreate(encoding=None if depth == 0 else "utf-8")
    wrapper = b"<log>" if depth else b""

    def start(name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        found._path.append(local)
        _begin(found, local, attributes, parser.CurrentByteIndex - len(wrapper) + len(name) + 1)

    def end(_name: str) -> None:
        found._path.pop()

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        # An entity that a document type declared is never expanded: what would refer to it is read as it is written.
        parser.Parse(wrapper, False)
        parser.Parse(UNKNOWN_ENTITY.sub(b"&amp;", chunk), False)
    except expat.ExpatError as wrong:
        if found._path or "junk" not in str(wrong):
            found.broken = (parser.ErrorByteIndex - len(wrapper), expat.errors.messages[wrong.code])
            _drop_unfinished(found)
    found.depth = len(found._path)
    return found


def _begin(found: Elements, local: str, attributes: dict[str, str], at: int) -> None:
    path = found._path
    if local == "trace":
        found.traces += 1
    elif local == "event":
        found.event_trace.append(found.traces - 1 if "trace" in path else -1)
        found.event_at.append(at)
    elif local in TYPES and len(path) > 1 and path[-2] in ("trace", "event") and "key" in attributes:
        of_event = path[-2] == "event"
        found.of_event.append(of_event)
        found.owner.append(len(found.event_trace) - 1 if of_event else found.traces - 1)
        found.keys.append(attributes["key"].encode())
        found.values.append(_escaped(attributes.get("value", "")))


def _escaped(value: str) -> bytes:
    """As it would stand in the file, since entities are read in one place."""
    return value.replace("&", "&amp;").encode()


def _drop_unfinished(found: Elements) -> None:
    if "event" not in found._path:
        return
    last = len(found.event_trace) - 1
    kept = [index for index, owner in enumerate(found.owner) if not (found.of_event[index] and owner == last)]
    for name in ("of_event", "owner", "keys", "values"):
        setattr(found, name, [getattr(found, name)[index] for index in kept])
    found.event_trace.pop()
    found.event_at.pop()
