"""What is wrong with the shape of a request, in the caller's language and at its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backline.web.api.problems import pointer

WORDS: Mapping[str, Promise] = {
    "missing": _("This is missing."),
    "extra_forbidden": _("There is nothing of this name here."),
    "string_type": _("This has to be a text."),
    "string_too_short": _("This is too short."),
    "string_too_long": _("This is too long."),
    "string_pattern_mismatch": _("This is not written as it has to be."),
    "int_type": _("This has to be a whole number."),
    "int_parsing": _("This has to be a whole number."),
    "int_from_float": _("This has to be a whole number."),
    "bool_type": _("This has to be true or false."),
    "bool_parsing": _("This has to be true or false."),
    "list_type": _("This has to be a list."),
    "dict_type": _("This has to be an object."),
    "model_attributes_type": _("This has to be an object."),
    "literal_error": _("This is none of the words that are known here."),
    "greater_than_equal": _("This number is too small."),
    "less_than_equal": _("This number is too large."),
    "date_parsing": _("This has to be a date, like 2026-11-23."),
    "date_from_datetime_parsing": _("This has to be a date, like 2026-11-23."),
    "datetime_parsing": _("This has to be a time with its zone, like 2026-11-23T12:00:00Z."),
    "datetime_from_date_parsing": _("This has to be a time with its zone, like 2026-11-23T12:00:00Z."),
    "timezone_aware": _("This has to be a time with its zone, like 2026-11-23T12:00:00Z."),
    "too_long": _("There are too many of them."),
}
"""By the name that pydantic has for it"""


def field_errors(errors: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Messages by JSON pointer; what stands in the address or a header is named by its name."""
    told: dict[str, str] = {}
    for error in errors:
        told.setdefault(_place(error.get("loc", ())), _words(str(error.get("type", ""))))
    return told


def _words(kind: str) -> str:
    return str(WORDS[kind]) if kind in WORDS else gettext("This can't be read as what it has to be.")


def _place(loc: Sequence[str | int]) -> str:
    """``("body", "data", "facts", "x")`` is ``#/facts/x``; ``("query", "limit")`` is ``limit``."""
    where, *parts = loc or ("body",)
    if where in ("body", "form", "file"):
        return pointer(*parts[1:]) if where == "body" else pointer(*parts)
    return str(parts[-1]) if parts else str(where)
