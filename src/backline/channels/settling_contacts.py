"""A person says where a contact belongs, or that it needs nothing."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from backline.cases.models import Case
from backline.cases.refusals import NotAllowed, NotOpen
from backline.channels.answering_asks import answer_asks
from backline.channels.calls.noting import put_in_case
from backline.channels.filing import file_message
from backline.channels.hearing import SPOKEN
from backline.channels.models import Call, Contact, Message
from backline.channels.returning import letter_of, take_back
from backline.people.actors import Actor
from backline.people.models import Party

Result = Contact.Result


def attach_contact(*, contact: Contact, case: Case, party: Party, by: Actor, now: datetime) -> Contact:
    """The contact belongs to this case and came from this party: its documents answer, its text is filed."""
    _may_settle(contact, by)
    contact.case, contact.party = case, party
    attached = list(contact.attached.select_related("document"))
    if contact.channel in SPOKEN:
        return put_in_case(contact, case=case, party=party, by=by, call=_call_of(contact), now=now)
    contact.case, refused = answer_asks(case=case, party=party, attached=attached, channel=contact.channel, now=now)
    file_message(contact, how=_("by %(name)s") % {"name": by.name}, attached=attached, now=now)
    return _settled(contact, Result.TAKEN, refused or _("by %(name)s") % {"name": by.name}, by, now)


def return_contact(*, contact: Contact, case: Case, party: Party, by: Actor, now: datetime) -> Contact:
    """The contact is our latest letter to this party, which came back: it can be sent again to the right address."""
    _may_settle(contact, by)
    letter = letter_of(case=case, party=party)
    if letter is None:
        raise NotOpen(_("No letter to %(name)s is on its way in this request.") % {"name": party.name})
    contact.party = party
    reason = _("The letter came back by post, as %(name)s saw.") % {"name": by.name}
    take_back(letter, contact=contact, state=Message.State.RETURNED, reason=reason, now=now)
    return _settled(contact, Result.TAKEN, reason, by, now)


def dismiss_contact(*, contact: Contact, by: Actor, reason: str, now: datetime) -> Contact:
    """Nothing has to be done with it; the original stays."""
    _may_settle(contact, by)
    return _settled(contact, Result.REFUSED, reason, by, now)


def _call_of(contact: Contact) -> Call | None:
    source = contact.recipients[0] if contact.recipients else ""
    return Call.objects.filter(source=source, call_id=contact.message_id).first() if source else None


def _may_settle(contact: Contact, by: Actor) -> None:
    if by.kind not in ("staff", "system") and not by.has_duty("administrator"):
        raise NotAllowed(_("Only colleagues can say where a message belongs."))
    if contact.result != Result.ASKED:
        raise NotOpen(_("Somebody has dealt with this message already."))


def _settled(contact: Contact, result: str, reason: str, by: Actor, now: datetime) -> Contact:
    contact.result, contact.reason, contact.settled_by, contact.settled_at = result, reason[:500], by.id, now
    contact.save()
    return contact
