"""A telephone system tells of a call: proved, then kept as one row, whatever comes first and however often."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from backline.channels.calls.models import Call
from backline.channels.calls.noting import keep_posted
from backline.channels.calls.shapes import CallEvent, prove, read
from backline.channels.calls.sources import Source, source_of
from backline.channels.calls.transcripts import TranscriptRefused
from backline.channels.posted import Unreadable
from backline.people.models import Account, Staff

ORDER = {"ringing": 0, "answered": 1, "ended": 2}
"""A call goes on, never back: what was late on its way changes nothing"""


def take_posted(name: str, headers: Mapping[str, str], body: bytes, *, url: str, now: datetime) -> int:
    """Keep what the telephone system posted; answers how many events told something new.

    Raises NoSuchTelephony, NotSigned and Unreadable; then nothing was kept.
    """
    source = source_of(name)
    prove(source, {key.lower(): value for key, value in headers.items()}, body, url=url, now=now)
    try:
        found = read(source, body)
    except TranscriptRefused as refused:
        raise Unreadable(str(refused)) from refused
    return sum(_take(source, one, now) for one in found)


@transaction.atomic
def _take(source: Source, told: CallEvent, now: datetime) -> bool:
    known = Call.objects.select_for_update().filter(source=source.name, call_id=told.id).first()
    call = known or _begun(source, told, now)
    new = known is None
    if told.event in ORDER:
        new |= _goes_on(call, told, now)
    new |= _completed(call, source, told)
    call.save()
    if told.transcript is not None:
        new |= keep_posted(call, told.transcript, now=now)
    return new


def _begun(source: Source, told: CallEvent, now: datetime) -> Call:
    try:
        with transaction.atomic():
            state = "ended" if told.event == "transcript" else "ringing"
            return Call.objects.create(source=source.name, call_id=told.id, state=state, began_at=told.at or now)
    except IntegrityError:
        return Call.objects.select_for_update().get(source=source.name, call_id=told.id)


def _goes_on(call: Call, told: CallEvent, now: datetime) -> bool:
    if ORDER[told.event] <= ORDER[call.state]:
        return False
    call.state = told.event
    if told.event == "answered":
        call.answered_at = told.at or now
    else:
        call.ended_at = told.at or now
    return True


def _completed(call: Call, source: Source, told: CallEvent) -> bool:
    """What an event tells beyond its state; the telephone that rings last is the one that matters while it rings."""
    before = (call.number, call.name, call.staff_id, call.recording)
    call.number, call.name = call.number or told.number, call.name or told.name
    call.recording = told.recording or call.recording
    staff = _at(source, told.to)
    if staff is not None and call.opened_at is None:
        call.staff = staff
    return before != (call.number, call.name, call.staff_id, call.recording)


def _at(source: Source, told: str) -> Staff | None:
    """The colleague at this telephone: by the extension in the settings, or by their address."""
    address = source.extensions.get(told, told)
    if "@" not in address:
        return None
    account = Account.objects.filter(email__iexact=address, staff__left_at__isnull=True).select_related("staff").first()
    return account.staff if account else None
