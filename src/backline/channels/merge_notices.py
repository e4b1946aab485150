"""The customer is told that two of their requests are one from now on, or two again; in their language, once."""

from __future__ import annotations

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from backline.cases.merging.merging_cases import MERGED_JOB
from backline.cases.models import Case, CaseMerge, CaseParty
from backline.catalogue import versions
from backline.channels import links
from backline.channels.delivering import Delivered, Later, Undeliverable, deliver
from backline.channels.filling import language_of
from backline.channels.html_mail import Button
from backline.channels.models import Message
from backline.channels.writing import write_message
from backline.documents.prose import Block, Prose, Span
from backline.jobs import enqueuing
from backline.people.models import Party
from backline.people.parties import email_of


def tell(ref: str, now: datetime) -> None:
    """The job ``merged``: write to those for whom the request is. It bears to be called twice."""
    number, _colon, undone = ref.partition(":")
    merge = CaseMerge.objects.select_related("kept", "gone").filter(pk=int(number)).first()
    if merge is None or bool(undone) != (merge.undone_at is not None):
        return
    told = [_write(merge, party, now) for party in _customers(merge.kept)]
    if later := [one.after for one in told if isinstance(one, Later)]:
        enqueuing.enqueue(MERGED_JOB, ref, due_at=now + min(later))


def _customers(case: Case) -> list[Party]:
    role = versions.load(case.type_key, case.type_version).definition.for_
    rows = CaseParty.objects.filter(case=case, role=role, until__isnull=True).select_related("party")
    return [row.party for row in rows if email_of(row.party)]


def _write(merge: CaseMerge, party: Party, now: datetime) -> Delivered | Later | Undeliverable:
    """The row first, then the mail."""
    key = f"merge/{merge.pk}{'/undone' if merge.undone_at else ''}/{party.pk}"
    message = Message.objects.filter(key=key).first()
    if message is None:
        language = language_of(party)
        link = links.make_link(case=merge.kept, party=party, now=now)
        with translation.override(language):
            message = write_message(
                key=key, kind=Message.Kind.MESSAGE, case=merge.kept, party=party, to=email_of(party),
                prose=_prose(merge, party, language), language=language,
                button=Button(text=_("See your request"), address=link), now=now,
            )  # fmt: skip
    return deliver(message, now=now)


def _prose(merge: CaseMerge, party: Party, language: str) -> Prose:
    loaded = versions.load(merge.kept.type_key, merge.kept.type_version)
    title = loaded.texts.title(language)
    told = {"title": title, "kept": merge.kept.reference, "gone": merge.gone.reference}
    if merge.undone_at:
        subject = _("Your two requests: %(title)s") % told
        words = [
            _("We had put your requests %(gone)s and %(kept)s for “%(title)s” together. They go on as two again.")
            % told,
            _("Nothing that you told us is lost; you find each of them with us."),
        ]
    else:
        subject = _("Your requests are one now: %(title)s") % told
        words = [
            _("You have two requests with us for “%(title)s”: %(kept)s and %(gone)s. We put them together.") % told,
            _("Everything goes on under %(kept)s. What you told us and sent us for %(gone)s is there, too.") % told,
            _("What we promised you first still holds. If these are two different things, please answer this message."),
        ]
    lines = [_("Hello %(name)s,") % {"name": party.name} if party.name else _("Hello,"), *words]
    blocks = tuple(Block(kind="paragraph", lines=((Span(text=line),),)) for line in lines)
    return Prose(subject=(Span(text=subject),), blocks=blocks)
