"""An e-mail comes in: told apart, matched to its case, taken as facts and a message, or given to a person. Once.

    raw -> parse -> known? -> keep the original -> what sort? -> whose, which case? -> documents -> facts -> timeline

Nothing is lost: the original is on disk before anything else is done, and a message that could not be taken stays a
contact that a person sees. Nothing is answered twice, and a machine is never answered at all.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from backline.channels.answering_asks import answer_asks
from backline.channels.attaching import Given, attach
from backline.channels.filing import file_message
from backline.channels.mail import bouncing, polite
from backline.channels.mail.matching import Match, known_sender, match
from backline.channels.mail.parsing import ParsedMail, parse
from backline.channels.mail.reply_cutting import cut_reply
from backline.channels.mail.telling_apart import may_be_answered, sort_of
from backline.channels.models import Contact
from backline.channels.passing_on import pass_on
from backline.documents import contents

log = logging.getLogger(__name__)
CLAIM = timedelta(minutes=5)
Result = Contact.Result


class MessageTooLarge(Exception):
    """The message is larger than is taken; nothing of it was kept."""


def take_message(raw: bytes, *, now: datetime, recipients: tuple[str, ...] = (), channel: str = "email") -> Contact:
    """Take a message as it came over the wire. ``recipients``: those of the envelope, where they are known.

    The same message again answers the same contact, ``repeated``. Raises ``MessageTooLarge`` alone.
    """
    if len(raw) > settings.ORGANISATION.limits.message_bytes:
        raise MessageTooLarge(_("The message is too large."))
    mail = parse(raw)
    contact, made = _contact(raw, mail, recipients, now=now, channel=channel)
    contact.repeated = not made
    if contact.result == Result.TAKING and _claimed(contact, now):
        _take_or_ask(contact, mail, now)
    return contact


def resume_left(*, now: datetime) -> int:
    """Go on with messages that a process left when it died; answers how many."""
    nobody = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now)
    left = Contact.objects.filter(nobody, result=Result.TAKING, channel="email")
    resumed = 0
    for contact in left.filter(taken_at__lt=now - CLAIM).select_related("case", "party")[:20]:
        if _claimed(contact, now):
            _take_or_ask(contact, parse(contents.read(contact.raw_sha256)), now)
            resumed += 1
    return resumed


def _take_or_ask(contact: Contact, mail: ParsedMail, now: datetime) -> None:
    """Take it; what goes wrong here is shown to a person with the message, and does not come back for ever."""
    try:
        _take(contact, mail, now)
    except Exception as wrong:
        log.exception("contact %s", contact.pk)
        why = _("It could not be taken by itself (%(what)s).") % {"what": type(wrong).__name__}
        _settle(contact, Result.ASKED, why)


def fingerprint(raw: bytes, mail: ParsedMail) -> str:
    """What makes two deliveries the same message: all that its sender wrote, not what servers on the way added."""
    _head, _gap, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    named = [mail.message_id, mail.header("from"), mail.header("date"), mail.header("subject"), mail.header("to")]
    return hashlib.sha256("\n".join(named).encode(errors="replace") + b"\n\n" + body.rstrip(b"\n")).hexdigest()


def _contact(
    raw: bytes, mail: ParsedMail, recipients: tuple[str, ...], *, now: datetime, channel: str
) -> tuple[Contact, bool]:
    """The row of this message, and whether it is new."""
    mark = fingerprint(raw, mail)
    known = Contact.objects.filter(fingerprint=mark).select_related("case", "party").first()
    if known:
        return known, False
    raw_sha256 = contents.write(raw)
    try:
        with transaction.atomic():
            made = Contact.objects.create(
                fingerprint=mark,
                recipients=list(recipients),
                channel=channel,
                sender=mail.sender[:320],
                sender_name=mail.sender_name[:200],
                subject=mail.subject,
                text=cut_reply(mail.text),
                message_id=mail.message_id[:250],
                raw_sha256=raw_sha256,
                sent_at=mail.sent_at,
                taken_at=now,
            )
            return made, True
    except IntegrityError:
        return Contact.objects.select_related("case", "party").get(fingerprint=mark), False


def _claimed(contact: Contact, now: datetime) -> bool:
    """Whether this process may take it; a claim that was left by a process that died runs out."""
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now)
    return bool(Contact.objects.filter(free, pk=contact.pk, result=Result.TAKING).update(claimed_until=now + CLAIM))


def _take(contact: Contact, mail: ParsedMail, now: datetime) -> None:
    contact.sort = sort_of(mail, own_addresses=frozenset({settings.ORGANISATION.mail.sender.lower()}))
    if not mail.headers:
        _settle(contact, Result.REFUSED, _("This is not a message: it has no head."))
    elif contact.sort == "loop":
        _settle(contact, Result.REFUSED, _("It is a message of our own that came back."))
    elif contact.sort == "bounce":
        bouncing.take_bounce(contact, mail, now=now)
        _settle(contact, contact.result, contact.reason)
    else:
        found = match(mail, recipients=tuple(contact.recipients), now=now)
        contact.party, contact.case = found.party, found.case
        _take_matched(contact, mail, found, now) if found.case else _take_unmatched(contact, mail, found, now)


def _take_matched(contact: Contact, mail: ParsedMail, found: Match, now: datetime) -> None:
    """Into the case: documents answer what is asked, the text is a message. A machine's answer answers nothing."""
    if found.case is None or found.party is None:
        return
    attached = attach(contact, _given(mail), by=f"party:{found.party.pk}", now=now)
    if contact.sort != "person":
        file_message(contact, how=found.how, attached=attached, now=now, meant=found.meant)
        return _settle(contact, Result.TAKEN, _automatic(contact))
    contact.case, refused = answer_asks(
        case=found.case, party=found.party, attached=attached, channel=contact.channel, now=now
    )
    replied = pass_on(contact, attached, case=contact.case, party=found.party, now=now)
    file_message(contact, how=found.how, attached=attached, now=now, words=not replied, meant=found.meant)
    polite.tell_what_was_refused(contact, attached, refused, mail, now=now)
    _settle(contact, Result.TAKEN, "; ".join(filter(None, (refused or found.how, *mail.faults))))


def _take_unmatched(contact: Contact, mail: ParsedMail, found: Match, now: datetime) -> None:
    """A person has to see it; a machine's message is only kept."""
    if contact.sort != "person":
        _settle(contact, Result.REFUSED, _automatic(contact))
        return
    attach(contact, _given(mail), by=f"party:{found.party.pk}" if found.party else "system:backline", now=now)
    if may_be_answered(mail, "person"):
        polite.say_that_it_came(contact, known=known_sender(mail.sender), now=now)
    _settle(contact, Result.ASKED, "; ".join((found.how, *mail.faults)))


def _given(mail: ParsedMail) -> list[Given]:
    return [Given(name=one.name, content=one.content, part=one.part) for one in mail.attachments]


def _automatic(contact: Contact) -> str:
    return {
        "auto-reply": _("It was written by a machine: an automatic reply."),
        "bulk": _("It was sent to many."),
    }.get(contact.sort, "")


def _settle(contact: Contact, result: str, reason: str) -> None:
    contact.result, contact.reason, contact.claimed_until = result, reason[:500], None
    contact.save()
