"""A visitor's chat becomes a request: what was said goes with it, as facts to confirm."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backline.cases.adding import add_document
from backline.cases.models import Case
from backline.cases.openings.opening import open_case
from backline.cases.refusals import FactsRefused, NotOpen
from backline.catalogue import versions
from backline.channels.attaching import Given, attach
from backline.channels.chats.models import Chat
from backline.channels.chats.talking import may_answer
from backline.channels.filing import file_message
from backline.channels.hearing import hear
from backline.channels.models import Contact
from backline.documents import contents
from backline.people import identifiers, parties
from backline.people.actors import Actor
from backline.people.models import Party


@transaction.atomic
def become_request(*, chat: Chat, by: Actor, service: str, now: datetime) -> Case:
    """Open a request of this service for the visitor. Raises FactsRefused, NotAllowed, SameAlreadyOpen."""
    may_answer(chat, by)
    if chat.case is not None:
        raise NotOpen(_("This chat is about %(case)s already.") % {"case": chat.case.reference})
    if not service:
        raise FactsRefused({"service": _("Choose what they want.")})
    definition = versions.load_current(service).definition
    party = chat.party or _party_of(chat, now)
    case = open_case(
        type_key=service, by=by, channel="chat", parties={definition.for_: party.pk}, now=now, once=f"chat/{chat.pk}"
    )
    chat.party, chat.case, chat.team = party, case, case.owner
    chat.save(update_fields=["party", "case", "team"])
    case = _filed(chat, case, party, by, now)
    for line in chat.lines.filter(document__isnull=False).select_related("document"):
        if line.document is not None:
            case = add_document(case=case, by=by, document=line.document, now=now, channel="chat")
    return case


def _party_of(chat: Chat, now: datetime) -> Party:
    """Whoever has proved this address; else somebody new, who said that it is theirs."""
    if chat.email and chat.proven_at and (found := parties.find_by_identifier(identifiers.EMAIL, chat.email)):
        return found
    told = {identifiers.EMAIL: chat.email} if chat.email else {}
    proven = bool(chat.proven_at)
    return parties.create_party(
        name=chat.name, language=chat.language, now=now, verified=told if proven else {}, claims={} if proven else told
    )


def _filed(chat: Chat, case: Case, party: Party, by: Actor, now: datetime) -> Case:
    """What was said so far, as one paper of the case, read for its facts."""
    lines = [f"{line.by_name}: {line.text}" for line in chat.lines.all() if line.text]
    text = "\n".join(lines) + "\n"
    contact = Contact.objects.create(
        fingerprint=hashlib.sha256(f"chat\n{chat.key}\n{case.pk}".encode()).hexdigest(), channel="chat", sort="person",
        sender=chat.email, sender_name=chat.name, text=text, raw_sha256=contents.write(text.encode()), taken_at=now,
        subject=_("Chat of %(when)s") % {"when": f"{timezone.localtime(chat.began_at):%d.%m.%Y %H:%M}"},
        result=Contact.Result.TAKEN, party=party, case=case, settled_by=by.id, settled_at=now,
        reason=_("as %(name)s said") % {"name": by.name},
    )  # fmt: skip
    name = f"{contact.subject.replace(':', '.')}.txt"
    attached = attach(contact, [Given(name=name, content=text.encode(), part="words")], by=by.id, now=now)
    file_message(contact, how=contact.reason, attached=attached, now=now, by=by)
    contact.case = hear(contact=contact, attached=attached, by=by, now=now)
    contact.save()
    return Case.objects.get(pk=case.pk)
