"""What the doors of this room refuse, in the words of the person who meets it."""

from __future__ import annotations


class Refusal(Exception):
    """What was asked can't be done; the message says why."""


class NotAllowed(Refusal):
    """The actor has no right to do this."""


class IdentifierTaken(Refusal):
    """Another party has this identifier verified."""


class NotAnIdentifier(Refusal):
    """The value can't be an identifier of that kind."""
