"""Who calls: a program with a bearer token, or somebody signed in, whose changes carry the token against forgery."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from backline.people import actors, tokens
from backline.people.actors import Actor, NoActor
from backline.people.models import Account
from backline.web.api import problems, slowing
from backline.web.api.problems import Problem
from backline.web.api.refusing import CHALLENGE
from backline.web.ui.slowing import place_of

CHANNEL = "api"
PURPOSE_HEADER = "Look-Purpose"
SAFE = ("GET", "HEAD", "OPTIONS")


class Called(HttpRequest):
    """A request whose caller is known."""

    auth: Actor


def now() -> datetime:
    """The time of this request; the only clock of the API."""
    return timezone.now()


def language() -> str:
    """The caller's language, as Accept-Language or the session say it."""
    return get_language() or settings.LANGUAGE_CODE


def purpose(request: HttpRequest) -> str:
    """For what the caller looks at data, as they say it; it stands in the log that the customer can read."""
    return request.headers.get(PURPOSE_HEADER, "").strip()[:120] or _("Over the API")


def may(scope: str, *, customers: bool = True, colleagues: bool = True) -> dict[str, Any]:
    """What an operation needs: this scope of a token; whether customers and colleagues may call it with a session."""
    return {
        "auth": [BearerToken(scope), Session(customers=customers, colleagues=colleagues)],
        "openapi_extra": {"x-scope": scope, "responses": {"default": {"$ref": "#/components/responses/Problem"}}},
    }


class BearerToken(HttpBearer):
    """``Authorization: Bearer bl_...``"""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """The program that holds the token; raises where it is wrong, so that no session is tried in its stead."""
        at = now()
        by = tokens.authenticate(token.strip(), now=at)
        if by is None:
            slowing.count(f"stranger:{place_of(request)}", "stranger", now=at)
            raise Problem(problems.NOT_SIGNED_IN, headers=CHALLENGE)
        slowing.count(by.id, by.kind, now=at)
        if self.scope not in by.scopes:
            told = _("The token has no scope “%(scope)s”.") % {"scope": self.scope}
            raise Problem(problems.MISSING_SCOPE, told, more={"scope": self.scope})
        return by


class Session(APIKeyCookie):
    """The cookie of somebody signed in on the pages."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, *, customers: bool, colleagues: bool) -> None:
        self.customers, self.colleagues = customers, colleagues
        super().__init__()

    def __call__(self, request: HttpRequest) -> Actor | None:
        """The person signed in; None for nobody."""
        account = request.user
        if not isinstance(account, Account) or not account.is_active:
            return None
        by = _person(account, request)
        slowing.count(f"account:{account.pk}", by.kind, now=now())
        if by.kind == "party" and request.method not in SAFE:
            size = int(request.headers.get("Content-Length") or 0)
            slowing.count_bytes(f"account:{account.pk}", size, now=now())
        if request.method not in SAFE and check_csrf(request) is not None:
            raise Problem(problems.STALE_FORM)
        if not (self.customers if by.kind == "party" else self.colleagues):
            raise Problem(problems.NOT_ALLOWED, _("This is for others: colleagues, or programs with a token."))
        return by

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        """Not used: the session was read by the time we are asked."""
        raise NotImplementedError


def _person(account: Account, request: HttpRequest) -> Actor:
    """The colleague or the customer; a colleague is the customer that they also are with ``Act-As: customer``."""
    if request.headers.get("Act-As", "") == "customer" and account.party is not None:
        return actors.of_party(account.party)
    try:
        return actors.of_account(account)
    except NoActor:
        raise Problem(problems.NOT_ALLOWED, _("This account belongs neither to a customer nor to a colleague."))
