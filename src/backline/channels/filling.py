"""Holes of a template filled for one reader: values in their language, and what every letter may say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format

from backline.cases.facts import NoSuchFact, declared
from backline.cases.models import Case
from backline.catalogue.versions import LoadedType
from backline.documents import prose
from backline.documents.prose import Prose
from backline.engine import values
from backline.engine.values import Row
from backline.people.models import Party


def language_of(party: Party | None) -> str:
    """The language in which a party reads, of those that the organisation writes."""
    offered: tuple[str, ...] = settings.ORGANISATION.languages
    wanted = party.language if party else ""
    return next((one for one in (wanted, wanted.partition("-")[0]) if one in offered), offered[0])


def fill_template(
    *,
    subject: str,
    body: str,
    payload: Mapping[str, Any],
    loaded: LoadedType,
    case: Case,
    party: Party,
    link: str,
    language: str,
    now: datetime,
) -> Prose:
    """Subject and body with all holes filled. Raises ``prose.HoleEmpty``."""
    template = prose.parse(f"Subject: {subject}\n\n{body}")
    always = {
        "case": case.reference,
        "today": today(now, language),
        "organisation": settings.ORGANISATION.name,
        "recipient": party.name or _friend(language),
        "link": link,
    }
    shown = {hole: _shown(hole, payload, loaded, language) for hole in template.holes() if hole not in always}
    return prose.fill(template, {**{hole: text for hole, text in shown.items() if text is not None}, **always})


def show_value(value: Any, *, fact: str, loaded: LoadedType, language: str) -> str:
    """A fact's value as people read it."""
    try:
        kind = declared(loaded.definition, fact).type
    except NoSuchFact:
        return _plain(value, language)
    if kind.kind == "choice" and isinstance(value, str):
        return loaded.texts.choice(fact, value, language)
    if kind.kind == "choices" and isinstance(value, tuple):
        return ", ".join(loaded.texts.choice(fact, one, language) for one in value)
    return _plain(value, language)


def today(now: datetime, language: str) -> str:
    """The date where the organisation is."""
    with translation.override(language):
        local = now.astimezone(ZoneInfo(settings.ORGANISATION.time_zone)).date()
        return date_format(local, "j F Y" if language.startswith("en") else "DATE_FORMAT")


def _shown(hole: str, payload: Mapping[str, Any], loaded: LoadedType, language: str) -> str | None:
    """The text for a hole, or None where its fact has no value."""
    fact, _, member = hole.partition(".")
    value = payload.get(fact)
    if member and isinstance(value, Row):
        value = value.get(member)
    if value is None:
        return None
    return show_value(value, fact=fact if not member else hole, loaded=loaded, language=language)


def _plain(value: Any, language: str) -> str:
    return values.show(value, language=language, zone=settings.ORGANISATION.time_zone)


def _friend(language: str) -> str:
    with translation.override(language):
        return translation.gettext("customer")
