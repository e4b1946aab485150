"""Whoever opens a draft's link in another browser proves the address to which it was sent: by a code."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.http import HttpRequest
from django.utils.translation import gettext as _

from backline.people.models import Identifier, Party
from backline.web.portal.models import Draft
from backline.web.ui.slowing import wait_s

CODES = "portal.draft_codes"
LETTERS, LENGTH = "23456789ABCDEFGHJKMNPQRSTVWXYZ", 8
HOLDS = timedelta(minutes=15)
TRIES, CODES_AN_HOUR, HOUR_S = 5, 5, 3600


def has_proven(party: Party | None, address: str) -> bool:
    """Whether the address is theirs, as they showed when they signed in."""
    own = Identifier.objects.filter(party=party, kind="email", value__iexact=address, verified_at__isnull=False)
    return party is not None and own.exists()


def was_sent(request: HttpRequest, draft: Draft) -> bool:
    """Whether this browser waits for a code."""
    return draft.key in request.session.get(CODES, {})


def send_code(request: HttpRequest, draft: Draft, address: str, *, now: datetime) -> str:
    """Send a new code; what is wrong, or nothing."""
    if wait_s("draft code", address.lower(), most=CODES_AN_HOUR, window_s=HOUR_S, now=now):
        return _("Too many tries. Wait some minutes, then try again.")
    code = "".join(secrets.choice(LETTERS) for _number in range(LENGTH))
    body = _("Your code: %(code)s\n\nIt is good for a quarter of an hour. Tell it to nobody.\n\n%(organisation)s")
    send_mail(_("Your code"), body % {"code": code, "organisation": settings.ORGANISATION.name}, None, [address])
    waiting = {"digest": _digest(draft, code), "until": (now + HOLDS).isoformat(), "tries": 0}
    request.session[CODES] = {draft.key: waiting}
    return ""


def give_back(request: HttpRequest, draft: Draft, code: str, *, now: datetime) -> str:
    """What is wrong with the code; nothing where it is the one that was sent."""
    waiting = request.session.get(CODES, {}).get(draft.key)
    if waiting is None or waiting["tries"] >= TRIES or datetime.fromisoformat(waiting["until"]) < now:
        return _("This code is over. Have another one sent.")
    plain = "".join(code.split()).replace("-", "").upper()
    if hmac.compare_digest(waiting["digest"], _digest(draft, plain)):
        del request.session[CODES]
        return ""
    request.session[CODES] = {draft.key: {**waiting, "tries": waiting["tries"] + 1}}
    return _("That is not the code that we sent. Copy it from the e-mail.")


def veiled(address: str) -> str:
    """``n…@example.org``: enough for its owner."""
    name, _at, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"


def _digest(draft: Draft, code: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"{CODES}:{draft.key}:{code}".encode(), "sha256").hexdigest()
