"""Values put into what is sent: alone as themselves, within a text as text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from backline.connectors import holes
from backline.connectors.holes import HOLE
from backline.engine.values import Money, Row


def filled(template: Any, names: Mapping[str, Any], whole: Mapping[str, Any]) -> Any:
    """The template with its holes filled: ``names`` are flat (``slot.id``), ``whole`` the arguments themselves."""
    if isinstance(template, dict):
        return {key: filled(one, names, whole) for key, one in template.items()}
    if isinstance(template, list):
        return [filled(one, names, whole) for one in template]
    if alone := HOLE.fullmatch(template):
        return _value(whole[alone[1]] if alone[1] in whole else names.get(alone[1]))
    return holes.filled(template, names, text=_text)


def _value(value: Any) -> Any:
    if isinstance(value, Money):
        return value.amount
    if isinstance(value, Row):
        return value.id
    return list(value) if isinstance(value, tuple) else value


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime | date) else str(_value(value))
