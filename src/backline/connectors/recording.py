"""Records each call with its sensitive arguments masked: one insert, outside the customer's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from backline.connectors.contract import (
    Again,
    Done,
    Found,
    Missing,
    ReadResult,
    Refused,
    Unknown,
    VerifyResult,
    WriteResult,
)
from backline.connectors.declarations import Operation
from backline.connectors.models import Call
from backline.engine.values import encode

MASK = "…"
MASKED_KINDS = frozenset({"e-mail", "phone", "address", "person", "organisation", "document", "signature"})
MOST_TEXT = 200


def record(
    *,
    operation: Operation,
    purpose: str,
    key: str,
    arguments: Mapping[str, Any],
    result: ReadResult | WriteResult | VerifyResult,
    ms: int,
    at: datetime,
) -> None:
    """Keep one call."""
    name, detail = described(result)
    Call.objects.create(
        at=at, system=operation.name.partition(".")[0], operation=operation.name, purpose=purpose, key=key,
        arguments=masked(operation, arguments), result=name, detail=detail[:MOST_TEXT], ms=ms,
    )  # fmt: skip


def masked(operation: Operation, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as they may be kept."""
    kept: dict[str, Any] = {}
    for name, kind in operation.parameters.items():
        value = arguments.get(name)
        hidden = value is not None and (name in operation.sensitive or kind.kind in MASKED_KINDS)
        shown = MASK if hidden else encode(value)
        kept[name] = shown[:MOST_TEXT] if isinstance(shown, str) else shown
    return kept


def described(result: ReadResult | WriteResult | VerifyResult) -> tuple[str, str]:
    """How it ended, in a word and a detail."""
    match result:
        case Found():
            return "found", ""
        case Missing():
            return "missing", f"{result.reason} {result.detail}".strip()
        case Done():
            return "done", ""
        case Refused():
            return "refused", f"{result.code} {result.message}".strip()
        case Again():
            return "again", result.reason
        case Unknown():
            return "unknown", result.reason
        case _:
            return "not done", ""
