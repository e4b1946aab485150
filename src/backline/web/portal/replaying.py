"""A form is carried out once, however often it is sent."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, transaction

from backline.web.portal.models import SentForm


def fresh_token() -> str:
    """What a new form carries."""
    return secrets.token_urlsafe(24)


def place_of(token: str) -> str:
    """Where the form with this token led when it was carried out; empty when it was not yet."""
    row = SentForm.objects.filter(token=token[:64]).first() if token else None
    return row.place if row else ""


def carried_out(*, token: str, place: str, now: datetime) -> None:
    """Note that the form was carried out and led to ``place``."""
    if not token:
        return
    try:
        with transaction.atomic():
            SentForm.objects.create(token=token[:64], place=place, at=now)
    except IntegrityError:
        return


@contextmanager
def claimed(*, token: str, place: str, now: datetime) -> Iterator[bool]:
    """Whether this is the one that carries the form out of all that come at once. What is refused may be sent again."""
    try:
        with transaction.atomic():
            row = SentForm.objects.create(token=token[:64], place=place, at=now) if token else None
    except IntegrityError:
        yield False
        return
    try:
        yield True
    except BaseException:
        if row is not None:
            row.delete()
        raise
