"""What an organisation declares of a system: records, operations, settings. Frozen values, already checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backline.connectors.places import Node
from backline.engine.definition import Place, RecordType, ValueType
from backline.engine.values import Money


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """A business reason not to write: its code, the kind's own condition, and the words for it."""

    code: str
    condition: Any
    say: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """One thing that may be asked of a system. ``read``, ``write`` and ``verify`` hold what the kind made of them."""

    name: str
    place: Place
    label: str = ""
    parameters: Mapping[str, ValueType] = field(default_factory=dict)
    returns: ValueType | None = None
    gives: Mapping[str, ValueType] = field(default_factory=dict)
    read: Any = None
    write: Any = None
    verify: Any = None
    refusals: tuple[Refusal, ...] = ()
    sensitive: frozenset[str] = frozenset()
    costs: Money | None = None
    """What one call costs"""
    within_s: float = 10.0
    settles_s: float | None = None
    """The system knows no keys, and may still be at work on a write for so long after it was sent"""

    @property
    def writes(self) -> bool:
        """Whether it changes the system."""
        return self.write is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Where a system is and how it is reached; secrets already taken from where they are kept."""

    url: str
    secret: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    currency: str = "EUR"
    zone: str = "UTC"
    connect_s: float = 2.0
    within_s: float = 10.0
    failures: int = 5
    pause_s: float = 30.0
    trials: int = 1
    """How many may try at once when the breaker's pause is over"""
    at_once: int = 16
    """How many calls may run at the same time"""
    of_all: bool = False
    """``at_once`` was said, and holds for all processes together; else it is what one of them does"""
    rate: float = 0.0
    """How many calls may begin in a second; 0: as many as there are"""
    key_header: str = "Idempotency-Key"
    own: Any = field(default=None, repr=False)
    """What the kind made of its own settings"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wake:
    """What a change in the system wakes. Nothing of what came in counts but the places where a value is found."""

    read: str = ""
    """The operation that says how it stands now"""
    arguments: Mapping[str, str] = field(default_factory=dict)
    """Its parameters -> where in the message their values stand (``data.order_no``)"""
    event: str = ""
    """The event that case types wait for or begin with"""
    match: str = ""
    """Where the value stands by which cases are found"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hook:
    """Webhooks that the system sends: how they are signed, and what each wakes."""

    scheme: str
    secrets: tuple[str, ...] = field(repr=False)
    """Each counts, so that one can follow the other"""
    header: str = "X-Signature"
    within_s: float = 300.0
    """How old a signed time may be"""
    type: str = "type"
    """Where the name of the event stands"""
    events: Mapping[str, Wake] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """A list of what is new, which is asked for again and again from where it ended."""

    read: str
    every_s: float
    cursor: str
    """The member of a row from which the next list goes on"""
    wake: Wake


@dataclass(frozen=True, kw_only=True, slots=True)
class System:
    """One system of record as its file declares it."""

    name: str
    title: str
    kind: str
    file: Path
    settings: Settings
    records: Mapping[str, RecordType] = field(default_factory=dict)
    """By their full name, ``clinic.slot``"""
    operations: Mapping[str, Operation] = field(default_factory=dict)
    hook: Hook | None = None
    changes: Mapping[str, Changes] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """What a kind made of an operation's nodes: its own statements or requests."""

    read: Any = None
    write: Any = None
    verify: Any = None
    refusals: tuple[Refusal, ...] = ()
    parameters: Mapping[str, ValueType] | None = None
    """Where the kind knows them better than the file does, as from a description of the service"""
    returns: ValueType | None = None
    gives: Mapping[str, ValueType] | None = None
    records: Mapping[str, RecordType] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """An operation as far as every kind reads it alike; the kind makes the rest of the nodes."""

    name: str
    parameters: Mapping[str, ValueType]
    read: Node | None
    write: Node | None
    verify: Node | None
    refuse: Node | None
    node: Node
    """The whole operation"""
    own: Any = None
    """What the kind made of its own settings"""
    system: str
    settings: Settings
    returns: ValueType | None
    gives: Mapping[str, ValueType]
    records: Mapping[str, RecordType]
