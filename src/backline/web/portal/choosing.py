"""What can be chosen, where the choices come from a fact: rows of a system, such as free appointments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from backline.engine import values
from backline.engine.definition import Fact
from backline.engine.evaluation import Evaluation
from backline.engine.values import Row


def rows(fact: Fact, evaluation: Evaluation) -> tuple[Row, ...]:
    """The rows to choose from, as they are known now."""
    if fact.type.choices_from is None:
        return ()
    state = evaluation.facts.get(fact.type.choices_from.text.strip())
    told = state.value if state and state.status == "value" else ()
    return tuple(row for row in told if isinstance(row, Row))


def options(fact: Fact, evaluation: Evaluation, language: str) -> tuple[tuple[str, ...], ...]:
    """Of each: its value, what tells it from the others, and the rest."""
    found = [(row.id, _told(row, language)) for row in rows(fact, evaluation)]
    return tuple((key, told[0], ", ".join(told[1:])) if told else (key, key) for key, told in found)


def words(row: Row, language: str) -> str:
    """A row in a line."""
    return ", ".join(_told(row, language)) or row.id


def _told(row: Row, language: str) -> list[str]:
    """What can be read of a row: when it is first, and not the number by which a system knows it."""
    members = sorted(row.members.values(), key=lambda value: not isinstance(value, date))
    return [text for value in members if value != row.id and (text := _member(value, language))]


def _member(value: Any, language: str) -> str:
    if isinstance(value, datetime):
        local = timezone.localtime(value)
        return f"{formats.date_format(local, _('l j F'))}, {formats.date_format(local, 'H:i')}"
    if isinstance(value, date):
        return formats.date_format(value, _("l j F"))
    if isinstance(value, bool | Row) or value is None:
        return ""
    return value if isinstance(value, str) else values.show(value, language=language)
