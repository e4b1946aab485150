"""The one contract of every connector: what it is asked, and the few answers that there are.

A connector receives a payload and returns a result; it never sees a case. It raises nothing for what a system does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from backline.connectors.declarations import Operation
from backline.engine.definition import ValueType

MissingReason = Literal["none", "late", "down", "broken", "paused", "refused"]
"""none: there is no such row · late, down, paused: not now · broken: an answer that is not as declared"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What a read returned, encoded (``engine.values.encode``), and its declared type."""

    value: Any
    type: ValueType


@dataclass(frozen=True, kw_only=True, slots=True)
class Missing:
    """A read that gave no value. ``for_now``: asking again later may help."""

    reason: MissingReason
    detail: str = ""
    for_now: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """The system of record has it: read back by its key. ``proof`` is the row or answer that says so, encoded."""

    gives: Mapping[str, Any] = field(default_factory=dict)
    types: Mapping[str, ValueType] = field(default_factory=dict)
    proof: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class NotDone:
    """The system of record answered, and has no such write: it may be made (again)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """For good, with a reason: a declared business refusal, or ``rejected``, ``not_found``, ``broken``."""

    code: str
    message: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Again:
    """Nothing was written; it may be sent again with the same key after the pause."""

    after_s: float
    reason: str = ""
    tried: bool = True
    """False: the system was not even asked, since a person said that it is down"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unknown:
    """It may have been written or not. Only ``verify`` settles it; nothing is sent again before."""

    reason: str = ""
    answered: bool = False
    """The system is well, it only does not say yet: such as a batch that was not acknowledged so far"""
    after_s: float = 0.0
    """Before that, asking again is not worth it"""


@dataclass(frozen=True, kw_only=True, slots=True)
class ForAPerson:
    """No question to the system can settle it: nothing can be read back, or it is there more often than once."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Rehearsed:
    """What a write would send, step by step and without the values; nothing was sent."""

    steps: tuple[str, ...]


ReadResult = Found | Missing
WriteResult = Done | Refused | Again | Unknown | ForAPerson
VerifyResult = Done | NotDone | Refused | Unknown | ForAPerson
"""Refused: the system took it, and said no later"""
RehearseResult = Rehearsed | Done | Refused | Unknown | ForAPerson
"""Done: it was written before · Refused: the system would say no, as far as can be told without writing"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """How a system answers a question without any effect."""

    system: str
    title: str
    kind: str
    ok: bool
    ms: int
    detail: str = ""


class UnknownOperation(LookupError):
    """No file in ``connectors/`` declares this operation, or it is not of the kind asked for."""


class Connector(Protocol):
    """One system, reached in one way. ``arguments`` are values of the engine by parameter."""

    def read(self, operation: Operation, arguments: Mapping[str, Any], *, deadline_s: float) -> ReadResult:
        """Ask, changing nothing."""

    def write(self, operation: Operation, arguments: Mapping[str, Any], *, key: str, deadline_s: float) -> WriteResult:
        """Make the change once for this key, and prove it by reading it back."""

    def verify(
        self, operation: Operation, arguments: Mapping[str, Any], *, key: str, deadline_s: float
    ) -> VerifyResult:
        """Whether the change with this key is there."""

    def rehearse(
        self, operation: Operation, arguments: Mapping[str, Any], *, key: str, deadline_s: float
    ) -> RehearseResult:
        """The dry run of a write: asks at most what changes nothing, and says what would be sent."""

    def check(self, *, deadline_s: float) -> str:
        """Reach the system without any effect: an empty text when it answers, else what is wrong."""

    def close(self) -> None:
        """Let go of connections."""
