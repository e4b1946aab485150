"""Identifiers in one spelling, so that the same address or number is found however it was typed."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from backline.people.refusals import NotAnIdentifier

EMAIL, PHONE = "email", "phone"
_MARKS = re.compile(r"[\s().\-/]")
_PHONE = re.compile(r"\+?[0-9]{4,20}")


def normal(kind: str, value: str) -> str:
    """``value`` as it is stored and searched; raises ``NotAnIdentifier`` where it can't be one of that kind."""
    if kind == EMAIL:
        return _email(value)
    if kind == PHONE:
        return _phone(value)
    text = value.strip()
    if not text or len(text) > 254:
        raise NotAnIdentifier(_("The number in %(system)s is missing or too long.") % {"system": kind})
    return text


def kind_of(value: str) -> str:
    """The kind that a bare value most likely has: an e-mail address, else a phone number."""
    return EMAIL if "@" in value else PHONE


def _email(value: str) -> str:
    address = value.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise NotAnIdentifier(_("“%(value)s” is not an e-mail address.") % {"value": value.strip()[:100]})
    if len(address) > 254:
        raise NotAnIdentifier(_("This e-mail address is too long."))
    return address


def _phone(value: str) -> str:
    number = _MARKS.sub("", value)
    number = f"+{number[2:]}" if number.startswith("00") else number
    if not _PHONE.fullmatch(number):
        raise NotAnIdentifier(_("“%(value)s” is not a phone number.") % {"value": value.strip()[:100]})
    return number
