"""A delivery report: the message that did not arrive is marked, its case is told, and nobody is answered."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from backline.channels.mail.bounces import Bounce, read_bounce
from backline.channels.mail.parsing import ParsedMail
from backline.channels.models import Contact, Message
from backline.channels.returning import take_back

Result = Contact.Result


def take_bounce(contact: Contact, mail: ParsedMail, *, now: datetime) -> None:
    """Record on the message and the case that it came back; the contact says what was done."""
    bounce = read_bounce(mail)
    message = _message(bounce)
    if message is None:
        contact.result, contact.reason = Result.REFUSED, _("It reports on a message that we did not send.")
        return
    contact.case, contact.party = message.case, message.party
    contact.result = Result.TAKEN
    if not bounce.for_good:
        contact.reason = _("The message to %(to)s is delayed.") % {"to": message.to}
        return
    contact.reason = _("The message to %(to)s came back: %(why)s") % {"to": message.to, "why": bounce.reason}
    take_back(message, contact=contact, state=Message.State.BOUNCED, reason=bounce.reason, now=now)


def _message(bounce: Bounce) -> Message | None:
    """The message that it is about, by an identifier that only who got it can know."""
    sent = Message.objects.filter(message_id__in=bounce.message_ids[:50], sent_at__isnull=False)
    return sent.select_related("case", "party").first()
