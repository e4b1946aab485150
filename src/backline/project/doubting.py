"""Tells the owner of a promise, once and before customers notice, that it is not kept often enough any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from backline.catalogue import versions
from backline.catalogue.reading.texts import Texts
from backline.channels.delivering import deliver
from backline.channels.models import Message
from backline.channels.writing import QUIET_HEADERS, message_id
from backline.insight.models import Doubt
from backline.insight.promises.guarding import blamed_words, percent, span_words
from backline.insight.promises.watching import instead_of
from backline.people.models import Membership, Staff


def tell(doubt: Doubt, now: datetime) -> None:
    """Write to each leader of the owning team; to its members where it has none."""
    for staff in _told(doubt.owner):
        key = f"doubt/{doubt.pk}/{staff.pk}"
        if (address := _address(staff)) and not Message.objects.filter(key=key).exists():
            deliver(_message(doubt, staff, address, key, now), now=now)


def _told(team: str) -> list[Staff]:
    rows = Membership.objects.filter(team__key=team, staff__left_at=None).select_related("staff").order_by("staff")
    leaders = [one.staff for one in rows if one.leads]
    return leaders or [one.staff for one in rows]


def _message(doubt: Doubt, staff: Staff, address: str, key: str, now: datetime) -> Message:
    language = staff.language or settings.LANGUAGE_CODE
    with translation.override(language):
        texts = versions.load_current(doubt.type_key).texts
        told = {"title": texts.title(language), "promise": texts.promise(doubt.promise, language)}
        return Message.objects.create(
            key=key, kind=Message.Kind.REMINDER, to=address, language=language,
            subject=_("In doubt: “%(promise)s” of “%(title)s”") % told,
            text="\n\n".join(_lines(doubt, told, texts)), message_id=message_id(key), headers=dict(QUIET_HEADERS),
            made_at=now,
        )  # fmt: skip


def _lines(doubt: Doubt, told: dict[str, str], texts: Texts) -> Iterator[str]:
    figures = {"share": percent(doubt.share), "level": percent(doubt.level), "cases": doubt.cases}
    yield _("“%(promise)s” of “%(title)s” is not kept often enough any more.") % told
    yield _("Of the last %(cases)s requests it was kept in %(share)s; %(level)s are asked for.") % figures
    if doubt.reason:
        yield _("Most of the time goes into: %(what)s.") % {"what": blamed_words(doubt.reason, texts)}
    instead = instead_of(doubt)
    if instead:
        yield _("Until it holds again, customers are told: within %(within)s.") % {"within": span_words(instead)}
    else:
        yield _("Until it holds again, customers are told that we can't say how long it takes.")
    yield f"{settings.ORGANISATION.base_url.rstrip('/')}/studio/promises/{doubt.type_key}/{doubt.promise}/"


def _address(staff: Staff) -> str:
    account = getattr(staff, "account", None)
    return account.email if account is not None else ""
