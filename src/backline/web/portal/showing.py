"""A value in words, for the person who reads the page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from backline.catalogue.reading.texts import Texts
from backline.engine import values
from backline.engine.definition import Fact
from backline.engine.values import Row
from backline.web.portal import choosing


def value_words(fact: Fact, value: Any, texts: Texts, language: str) -> str:
    """The value of a fact; empty where there is none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if fact.type.kind == "choice" and isinstance(value, str):
        return texts.choice(fact.name, value, language)
    if fact.type.kind == "choices":
        return ", ".join(texts.choice(fact.name, one, language) for one in value)
    return any_words(value, language)


def any_words(value: Any, language: str) -> str:
    """A value of which the fact is not known."""
    if isinstance(value, datetime):
        local = timezone.localtime(value)
        return f"{formats.date_format(local, _('l j F Y'))}, {formats.date_format(local, 'H:i')}"
    if isinstance(value, date):
        return formats.date_format(value, _("j F Y"))
    if isinstance(value, Row):
        return _row_words(value, language)
    if isinstance(value, str):
        return value
    return values.show(value, language=language)


def _row_words(row: Row, language: str) -> str:
    if row.type == "address":
        place = " ".join(str(row.get(part) or "") for part in ("postcode", "city")).strip()
        return "\n".join(line for line in (row.get("street"), place, row.get("country")) if line)
    return str(row.get("name") or "") or choosing.words(row, language)
