"""Chats and calls that never became part of a request are not kept for ever, nor once their person is forgotten."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Q

from backline.channels.models import Call, Chat, ChatLine, Contact, ContactDocument
from backline.documents import destroying as documents
from backline.people import identifiers
from backline.people.models import Identifier, Party


def forget_talks(*, before: datetime) -> int:
    """Remove those without a case in which nothing was said since then; answers how many."""
    return _forget(Q(said_at__lt=before), Q(began_at__lt=before))


def forget_talks_of(party: Party) -> int:
    """Remove those of this person without a case, also chats that were begun with an address of theirs."""
    own = Identifier.objects.filter(party=party)
    addresses = own.filter(kind=identifiers.EMAIL).values("value")
    numbers = own.filter(kind=identifiers.PHONE).values("value")
    return _forget(
        Q(party=party) | Q(party=None, email__in=addresses), Q(party=party) | Q(party=None, number__in=numbers)
    )


@transaction.atomic
def _forget(chats_that: Q, calls_that: Q) -> int:
    chats = Chat.objects.filter(chats_that, case=None)
    calls = Call.objects.filter(calls_that, case=None)
    transcripts = [
        contact
        for source, call_id in calls.values_list("source", "call_id")
        for contact in Contact.objects.filter(channel="call", case=None, message_id=call_id)
        if contact.recipients == [source]
    ]
    gone = set(ChatLine.objects.filter(chat__in=chats, document__isnull=False).values_list("document", flat=True))
    papers = ContactDocument.objects.filter(contact__in=transcripts, document__isnull=False)
    gone |= set(papers.values_list("document", flat=True))
    papers.delete()
    count = chats.count() + calls.count()
    chats.delete()
    calls.delete()
    Contact.objects.filter(pk__in=[contact.pk for contact in transcripts]).delete()
    hashes = {*documents.forget(gone), *(contact.raw_sha256 for contact in transcripts)}
    hashes -= {"", *Contact.objects.filter(raw_sha256__in=hashes).values_list("raw_sha256", flat=True)}
    transaction.on_commit(partial(documents.remove_contents, tuple(hashes)))
    return count
