"""API tokens: issued once, recognised by their digest, revoked."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from backline.people.actors import Actor, of_token
from backline.people.models import Token
from backline.people.refusals import NotAllowed, Refusal
from backline.people.staffing import ADMINISTRATOR

SCOPES: tuple[str, ...] = (
    "cases:read",
    "cases:write",
    "contacts:write",
    "types:read",
    "types:write",
    "people:read",
    "people:write",
)
_MARK = "bl_"
_NOTED_EVERY = timedelta(minutes=1)
"""Last use is noted no more often, so that a busy program does not write on each request"""


class TokenRefused(Refusal):
    """The token can't be issued as asked."""


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A new token; ``secret`` is shown once and is nowhere stored."""

    token: Token
    secret: str


def issue(
    *, by: Actor, name: str, scopes: Collection[str], now: datetime, expires_at: datetime | None = None
) -> Issued:
    """A new token with these scopes."""
    _only_administrators(by)
    if not name.strip():
        raise TokenRefused(_("A token needs a name that says which program holds it."))
    if unknown := sorted(set(scopes) - set(SCOPES)):
        known = {"scope": unknown[0], "scopes": ", ".join(SCOPES)}
        raise TokenRefused(_("There is no scope “%(scope)s”; there are %(scopes)s.") % known)
    if expires_at is not None and expires_at <= now:
        raise TokenRefused(_("The token would have expired already."))
    prefix = _MARK + secrets.token_hex(4)
    secret = f"{prefix}_{secrets.token_urlsafe(32)}"
    token = Token.objects.create(
        name=name.strip()[:120],
        prefix=prefix,
        digest=_digest(secret),
        scopes=sorted(set(scopes)),
        created_by=by.id,
        created_at=now,
        expires_at=expires_at,
    )
    return Issued(token=token, secret=secret)


def revoke(*, by: Actor, token: Token, now: datetime) -> Token:
    """The token is good for nothing from now on; revoking again changes nothing."""
    _only_administrators(by)
    Token.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now, revoked_by=by.id)
    token.refresh_from_db()
    return token


def authenticate(secret: str, *, now: datetime) -> Actor | None:
    """The program that holds this token; None where it is unknown, expired or revoked."""
    prefix = secret[: len(_MARK) + 8]
    token = Token.objects.filter(_unexpired(now), prefix=prefix, revoked_at__isnull=True).first()
    if token is None or not hmac.compare_digest(token.digest, _digest(secret)):
        return None
    if token.last_used_at is None or token.last_used_at <= now - _NOTED_EVERY:
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
    return of_token(token)


def is_good(number: int, *, scope: str, now: datetime) -> bool:
    """Whether a token still opens something with this scope: neither revoked nor expired."""
    token = Token.objects.filter(_unexpired(now), pk=number, revoked_at__isnull=True).first()
    return token is not None and scope in token.scopes


def _unexpired(now: datetime) -> Q:
    return Q(expires_at__isnull=True) | Q(expires_at__gt=now)


def _only_administrators(by: Actor) -> None:
    if not by.has_duty(ADMINISTRATOR):
        raise NotAllowed(_("Only an administrator can do this."))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
