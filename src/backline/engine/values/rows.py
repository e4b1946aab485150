"""Rows: people, documents and records as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from backline.engine.building import quick


@quick
@dataclass(frozen=True, slots=True)
class Row:
    """A person, organisation, document, address or row of a system: its type, its id there, and its members."""

    type: str
    id: str
    members: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def get(self, member: str) -> Any:
        """A member's value, or None where the row does not have it."""
        return self.members.get(member)
