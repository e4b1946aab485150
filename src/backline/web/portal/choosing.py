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


def options(fact: Fact, evaluation: Evaluation, language: str) -> tuple[tuple[str, str], ...]:
    """Value and words of each."""
    return tuple((row.id, words(row, language)) for row in rows(fact, evaluation))


def words(row: Row, language: str) -> str:
    """A row in a line: when it is, then the rest that can be read."""
    told = [_member(value, language) for value in row.members.values()]
    return ", ".join(text for text in told if text) or row.id


def _member(value: Any, language: str) -> str:
    if isinstance(value, datetime):
        local = timezone.localtime(value)
        return f"{formats.date_format(local, _('l j F'))}, {formats.date_format(local, 'H:i')}"
    if isinstance(value, date):
        return formats.date_format(value, _("l j F"))
    if isinstance(value, bool | Row) or value is None:
        return ""
    return value if isinstance(value, str) else values.show(value, language=language)
