"""A form is carried out once, however often it is sent."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from backline.web.portal.models import SentForm


def fresh_token() -> str:
    """What a new form carries."""
    return secrets.token_urlsafe(24)


@dataclass
class Claim:
    """One form in one hand: who ``first`` came with it carries it out, everybody else is led to ``place``."""

    first: bool
    place: str
    refused: bool = False
    """Set by the one who was first where nothing was done, so that the form may be sent again."""


@contextmanager
def claimed(*, token: str, place: str, now: datetime) -> Iterator[Claim]:
    """Who carries the form out of all that come at once. What fails or is refused may be sent again."""
    try:
        with transaction.atomic():
            row = SentForm.objects.create(token=token[:64], place=place, at=now) if token else None
    except IntegrityError:
        done = SentForm.objects.filter(token=token[:64]).first()
        yield Claim(first=False, place=done.place if done else place)
        return
    claim = Claim(first=True, place=place)
    try:
        yield claim
    except BaseException:
        claim.refused = True
        raise
    finally:
        if row is not None and claim.refused:
            row.delete()
