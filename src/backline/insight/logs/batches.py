"""The one shape that every reader yields: a batch of events in columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

LONGEST = 100_000
"""Characters of a case, activity, resource or fact; an event with a longer one is refused"""

EVENTS = pa.schema(
    [
        ("case_name", pa.string()),
        ("activity", pa.string()),
        ("resource", pa.string()),
        ("moment", pa.timestamp("us")),
        ("lifecycle", pa.string()),
        ("place", pa.int64()),
    ]
)
"""``moment`` is UTC; ``place`` is the event's number in the file, from 0; resource and lifecycle may be null"""

CASE_FACTS = pa.schema([("case_name", pa.string()), ("key", pa.string()), ("value", pa.string())])
EVENT_FACTS = pa.schema([("place", pa.int64()), ("key", pa.string()), ("value", pa.string())])


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Some thousands of events, and what else was told of their cases and of themselves."""

    events: pa.Table
    case_facts: pa.Table | None = None
    event_facts: pa.Table | None = None


class Reader(Protocol):
    """Reads one file; what it can't read it tells its report."""

    kind: str

    def batches(self) -> Iterator[Batch]:
        """The events, in the order of the file."""
        ...
