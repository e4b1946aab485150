"""What came in and went out for a case that is destroyed: that it did, and when, stays."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from backline.cases.models import Case
from backline.channels.models import Call, Chat, ChatLine, Contact, ContactDocument, Link, Message
from backline.documents.destroying import remove_contents


def forget_case(case: Case) -> None:
    """Empty the messages and contacts of this case, and end its links. The originals go after the commit."""
    contacts = Contact.objects.filter(case=case)
    originals = tuple(contacts.values_list("raw_sha256", flat=True))
    ContactDocument.objects.filter(contact__in=contacts).delete()
    contacts.update(sender="", sender_name="", subject="", text="", message_id="", recipients=[], party=None)
    contacts.update(raw_sha256="")
    for message in Message.objects.filter(case=case):
        message.documents.clear()
        message.wants.clear()
    Message.objects.filter(case=case).update(to="", subject="", text="", html="", headers={}, token="", party=None)
    Link.objects.filter(case=case).delete()
    Call.objects.filter(case=case).update(number="", name="", checked=[], recording="", party=None)
    ChatLine.objects.filter(chat__case=case).delete()
    Chat.objects.filter(case=case).delete()
    still = set(Contact.objects.filter(raw_sha256__in=originals).values_list("raw_sha256", flat=True))
    transaction.on_commit(partial(remove_contents, tuple(set(originals) - still - {""})))
