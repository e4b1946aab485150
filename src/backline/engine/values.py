"""What a fact can hold: exact, immutable, comparable values, and how they are read, shown and stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An exact amount in one currency (ISO 4217)."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Row:
    """A person, organisation, document, address or row of a system: its type, its id there, and its members."""

    type: str
    id: str
    members: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def get(self, member: str) -> Any:
        """A member's value, or None where the row does not have it."""
        return self.members.get(member)
