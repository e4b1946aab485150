"""Which telephone systems tell us of calls, as the organisation's settings say."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings


class NoSuchTelephony(LookupError):
    """No telephone system of this name posts here."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """One telephone system. ``name`` is the end of the address that it posts to: ``/calls/NAME``."""

    name: str
    shape: str
    """backline, twilio"""
    secret: str
    extensions: Mapping[str, str]
    """Colleagues' addresses by what the system calls their telephones"""


def source_of(name: str) -> Source:
    """The telephone system of this name. Raises ``NoSuchTelephony``, also where its secret is not set."""
    for told in settings.ORGANISATION.telephony:
        if told.name == name and told.secret_from and (secret := os.environ.get(told.secret_from, "")):
            return Source(name=name, shape=told.shape, secret=secret, extensions=told.extensions)
    raise NoSuchTelephony(name)
