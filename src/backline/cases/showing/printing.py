"""A case as JSON, in the shape that the command line and the API answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from backline.cases.showing.views import CaseView
from backline.engine import values

Json = dict[str, Any]


def as_json(view: CaseView, *, timeline: bool = False) -> Json:
    """Reference, type, state, outcome, facts, what is wanted, effects, promises, and when to look again."""
    told: Json = {
        "case": view.reference,
        "type": view.type_key,
        "version": view.type_version,
        "state": view.state,
        "outcome": view.outcome or None,
        "facts": {fact.path: _fact(fact.status, fact.value, fact.source, fact.by) for fact in view.facts},
        "wanted": [{"fact": w.path, "source": w.source.partition("#")[0], "who": w.who} for w in view.wanted],
        "effects": [{"action": effect.action, "state": effect.state} for effect in view.effects],
        "promises": [{"name": p.name, "due": _time(p.due), "state": p.state} for p in view.promises],
        "wake": _time(view.wake),
    }
    if timeline:
        told["timeline"] = [_entry(asdict(entry)) for entry in view.timeline]
    return told


def _fact(status: str, value: object, source: str, by: str) -> Json:
    return {"value": values.encode(value) if status == "value" else None, "status": status, "source": source, "by": by}


def _entry(entry: Mapping[str, Any]) -> Json:
    kept = ("sequence", "kind", "at", "words", "detail", "by", "who", "channel", "data")
    return {name: _time(entry[name]) if name == "at" else entry[name] for name in kept}


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
