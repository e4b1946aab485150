"""Links in messages: signed, for one party and one purpose, for a time. Looking at one changes nothing.

A page shows what ``resolve`` answers; only a POST calls ``use``: a mail scanner that follows a link does nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db.models import Q

from backline.cases.merging.merged_cases import standing_for
from backline.cases.models import Case, Want
from backline.channels.models import Link
from backline.people.models import Party

SALT = "backline.channels.link"
LASTS = timedelta(days=60)
Purpose = Link.Purpose


class LinkRefused(Exception):
    """The link opens nothing; ``reason`` is ``forged``, ``expired``, ``used`` or ``closed``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def make_link(*, case: Case, party: Party, want: Want | None = None, now: datetime, lasts: timedelta = LASTS) -> str:
    """The address of a new link: to answer ``want``, or to see the case."""
    link = draft_link(case=case, party=party, want=want, now=now, lasts=lasts)
    link.save(force_insert=True)
    return address_of(link)


def draft_link(
    *,
    case: Case,
    party: Party,
    want: Want | None = None,
    now: datetime,
    lasts: timedelta = LASTS,
    named: str = "",
) -> Link:
    """A link that is not saved yet. What is ``named`` alike (a message that is sent again) gets the same link."""
    return Link(
        key=_secret_of(named) if named else secrets.token_hex(16),
        purpose=Purpose.ANSWER if want else Purpose.CASE,
        case=case,
        party=party,
        want=want,
        made_at=now,
        expires_at=now + lasts,
    )


def address_of(link: Link) -> str:
    """Where a link leads."""
    return f"{settings.ORGANISATION.base_url.rstrip('/')}/link/{token_of(link)}"


def token_of(link: Link) -> str:
    """What stands in the address."""
    return signing.Signer(salt=SALT).sign(link.key).replace(":", ".")


def resolve(token: str, *, now: datetime) -> Link:
    """The link that a token names, with its case, party and question. Changes nothing. Raises ``LinkRefused``."""
    link = _led_on(_named(token))
    if link.expires_at <= now:
        raise LinkRefused("expired")
    if link.used_at is not None:
        raise LinkRefused("used")
    if link.want is not None and link.want.closed_at is not None:
        raise LinkRefused("closed")
    return link


def use(token: str, *, now: datetime) -> Link:
    """Use up a link that answers a question: of two who come at once, one gets it. Raises ``LinkRefused``.

    Call it in the transaction, or just before the door, that takes the answer; ``give_back`` when the door refuses.
    """
    link = resolve(token, now=now)
    if link.purpose == Purpose.ANSWER:
        won = Link.objects.filter(pk=link.pk, used_at__isnull=True).update(used_at=now)
        if not won:
            raise LinkRefused("used")
        link.used_at = now
    return link


def give_back(link: Link) -> None:
    """The answer was refused (a check did not hold): the link may be used again."""
    Link.objects.filter(pk=link.pk).update(used_at=None)


def revoke(*, case: Case, party: Party, now: datetime) -> int:
    """End all links of a party in a case; answers how many."""
    return Link.objects.filter(Q(expires_at__gt=now), case=case, party=party).update(expires_at=now)


def _led_on(link: Link) -> Link:
    """Where the request goes on in another one: to that, and to the same question there."""
    if link.case.merged_into_id is None:
        return link
    link.case = standing_for(link.case)
    if link.want is not None:
        same = {name: getattr(link.want, name) for name in ("kind", "fact", "item", "who")}
        there = Want.objects.filter(case=link.case, closed_at=None, **same).select_related("case").first()
        link.want = there or link.want
    return link


def _named(token: str) -> Link:
    try:
        key = signing.Signer(salt=SALT).unsign(token.replace(".", ":", 1))
    except signing.BadSignature:
        raise LinkRefused("forged")
    link = Link.objects.select_related("case", "party", "want").filter(key=key).first()
    if link is None:
        raise LinkRefused("forged")
    return link


def _secret_of(name: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"{SALT}:{name}".encode(), hashlib.sha256).hexdigest()[:32]
