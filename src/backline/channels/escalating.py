"""A task or an exception that waits too long is told to whoever has it in hand and to the leaders of its team."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from backline.cases.models import Want
from backline.catalogue import versions
from backline.channels.delivering import deliver
from backline.channels.models import Message
from backline.channels.writing import QUIET_HEADERS, message_id, subject_with
from backline.people.models import Membership, Staff


def escalate(want: Want, *, now: datetime) -> None:
    """Write to each of them once for this reminder."""
    for staff in _told(want):
        key = f"escalation/{want.pk}/{want.reminded}/{staff.pk}"
        message = Message.objects.filter(key=key).first() or _message(want, staff, key, now)
        deliver(message, now=now)


def _told(want: Want) -> Iterator[Staff]:
    """Who has it in hand, and who leads the team; nobody twice."""
    kind, _colon, number = want.taken_by.partition(":")
    in_hand = Staff.objects.filter(pk=number, left_at=None) if kind == "staff" and number.isdigit() else []
    leaders = Membership.objects.filter(team__key=want.team, leads=True, staff__left_at=None).select_related("staff")
    found = {staff.pk: staff for staff in (*in_hand, *(one.staff for one in leaders))}
    return iter([staff for staff in found.values() if _address(staff)])


def _message(want: Want, staff: Staff, key: str, now: datetime) -> Message:
    language = staff.language or settings.LANGUAGE_CODE
    loaded = versions.load(want.case.type_key, want.case.type_version)
    with translation.override(language):
        about = want.title or _about(want, language)
        subject = _("Waits for your team: %(what)s") % {"what": about}
        lines = [
            _("“%(what)s” in “%(title)s” has waited since %(since)s.")
            % {"what": about, "title": loaded.texts.title(language), "since": f"{want.since:%Y-%m-%d %H:%M} UTC"},
            f"{settings.ORGANISATION.base_url.rstrip('/')}/work/tasks/{want.pk}",
        ]
    return Message.objects.create(
        key=key, kind=Message.Kind.REMINDER, case=want.case, to=_address(staff), language=language,
        subject=subject_with(subject, want.case.reference), text="\n\n".join(lines), message_id=message_id(key),
        headers=dict(QUIET_HEADERS), made_at=now,
    )  # fmt: skip


def _about(want: Want, language: str) -> str:
    texts = versions.load(want.case.type_key, want.case.type_version).texts
    if want.kind == "exception":
        return texts.action(want.fact.rpartition("/")[2], language)
    return texts.label(want.fact, language)


def _address(staff: Staff) -> str:
    account = getattr(staff, "account", None)
    return account.email if account is not None else ""
