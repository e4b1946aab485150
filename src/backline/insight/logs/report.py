"""What of a file was refused, where and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

KEPT = 1000


class LogRefused(Exception):
    """Nothing of the file can be imported; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """One line that was not imported. Line 0 stands for the file as a whole."""

    line: int
    reason: str


@dataclass(kw_only=True)
class Report:
    """Counts all refusals, keeps the first thousand, and notes what was read but should be known."""

    refused: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def refuse(self, line: int, reason: str) -> None:
        """Count one refused event or line."""
        self.refused += 1
        self.reasons[reason.partition(":")[0]] += 1
        if len(self.refusals) < KEPT:
            self.refusals.append(Refusal(line=line, reason=reason))

    def count(self, number: int, reason: str) -> None:
        """Count further refusals whose lines nobody needs."""
        self.refused += number
        self.reasons[reason] += number

    @property
    def full(self) -> bool:
        """Whether no further line is kept, so that finding its number is not worth the time."""
        return len(self.refusals) >= KEPT

    def note(self, text: str) -> None:
        """Say once what a reader of the figures should know."""
        if text not in self.notes:
            self.notes.append(text)
