"""A case as the API answers it: the same shape as ``backline case show --json``."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field, field_validator

from backline.web.api.paging import Page
from backline.web.api.reading import UNKEEPABLE

Status = Literal["value", "unknown", "absent", "failed", "conflict"]


class Input(Schema):
    """What a caller sends: a name that is not known here is refused, not ignored."""

    model_config = ConfigDict(extra="forbid", str_max_length=20_000)

    @field_validator("*", mode="before")
    @classmethod
    def _keepable(cls, told: Any) -> Any:
        """A form may bring characters that no table can keep; JSON was searched for them before."""
        if isinstance(told, str) and UNKEEPABLE.search(told):
            raise ValueError(told)
        return told


class FactInCase(Schema):
    value: Any = None
    status: Status
    source: str
    by: str = Field(description="Who said it: `party:12`, `staff:3`, `token:4`, `system:...`")


class WantedInCase(Schema):
    fact: str
    source: str = Field(description="`ask`, `work`, `event`, `lookup`, ...")
    who: str = Field(description="A role, a team, an event's name, or a system's operation")


class EffectInCase(Schema):
    action: str
    state: str


class PromiseInCase(Schema):
    name: str
    due: str | None
    state: str


class EntryInCase(Schema):
    sequence: int
    kind: str
    at: str
    words: str
    detail: str
    by: str
    who: str
    channel: str
    data: dict[str, Any]


class CaseShape(Schema):
    """A case: where it stands, what is known, what is waited for."""

    case: str = Field(description="The reference, as people read it out: `HW-4F7K-29`")
    type: str
    version: int = Field(description="The version of the case type; the case's own is the ETag")
    state: Literal["open", "ended", "stuck"]
    outcome: str | None
    facts: dict[str, FactInCase] = Field(description="By name; of a list's item by path, `bills/7f3a/amount`")
    wanted: list[WantedInCase]
    effects: list[EffectInCase]
    promises: list[PromiseInCase]
    wake: str | None = Field(description="When the answer can change by itself")


class WholeCase(CaseShape):
    """A case with its timeline."""

    timeline: list[EntryInCase]


class CaseLine(Schema):
    """A case in a list."""

    case: str
    type: str
    version: int
    title: str
    state: str
    outcome: str | None
    owner: str
    channel: str
    opened_at: str
    ended_at: str | None


class CasePage(Page):
    items: list[CaseLine]


def members(view: Any) -> dict[str, Any]:
    """The members of a view by name, as they are."""
    return {field.name: getattr(view, field.name) for field in fields(view)}
