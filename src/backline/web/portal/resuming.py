"""A link by e-mail that leads back to a draft. A stranger may type any address, so few are sent to one, and from one
place."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.forms import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from backline.web.portal import drafting
from backline.web.portal.models import Draft
from backline.web.ui.slowing import place_of, wait_s

TO_ONE_ADDRESS, FROM_ONE_PLACE = 5, 20
"""Links that are sent within an hour"""
HOUR_S = 3600


def send_link(request: HttpRequest, draft: Draft, *, title: str, email: str, now: datetime) -> str:
    """What is wrong; empty when the link was sent."""
    try:
        validate_email(email)
    except ValidationError:
        return _("Enter an e-mail address, like name@example.org.")
    if draft.links_sent >= drafting.MOST_LINKS or _is_beyond(TO_ONE_ADDRESS, email.lower(), now):
        return _("We have sent the link already. Look in your mailbox, also among unwanted mail.")
    if _is_beyond(FROM_ONE_PLACE, place_of(request), now):
        return _("Too many tries. Wait some minutes, then try again.")
    draft.sent_to = [*draft.sent_to, email]
    link = reverse("draft-link", args=[drafting.link_token(draft)])
    subject = _("Go on with: %(title)s") % {"title": title}
    body = _("Your answers are kept for 14 days. Go on here:\n\n%(address)s\n\n%(organisation)s") % {
        "address": settings.ORGANISATION.base_url.rstrip("/") + link,
        "organisation": settings.ORGANISATION.name,
    }
    send_mail(subject, body, None, [email])
    draft.links_sent += 1
    draft.save(update_fields=["links_sent", "sent_to"])
    return ""


def _is_beyond(most: int, whom: str, now: datetime) -> bool:
    """Whether this is one too many for this address or place in this hour."""
    return bool(wait_s(f"links:{most}", whom, most=most, window_s=HOUR_S, now=now))
