"""Who may bring short messages, as the organisation's settings say: one entry a provider and number."""

from __future__ import annotations

import os
from dataclasses import dataclass

from django.conf import settings


class NoSuchSource(LookupError):
    """No provider of this name brings messages here."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """One provider. ``name`` is the end of the address that it posts to: ``/messages/NAME``."""

    name: str
    shape: str
    """backline, twilio, whatsapp"""
    channel: str
    """sms or social"""
    secret: str
    token: str = ""
    """What WhatsApp is to say when it asks whether the address is ours"""


def source_of(name: str) -> Source:
    """The provider of this name. Raises ``NoSuchSource``, also where its secret is not set."""
    for told in settings.ORGANISATION.short_messages:
        if told.name == name and (secret := _environment(told.secret_from)):
            return Source(
                name=name, shape=told.shape, channel=told.channel, secret=secret, token=_environment(told.token_from)
            )
    raise NoSuchSource(name)


def _environment(name: str) -> str:
    return os.environ.get(name, "") if name else ""
