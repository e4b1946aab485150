"""Customers whose promise needs a system that is down are told so, in their language, once for each outage."""

from __future__ import annotations

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from backline.cases.models import Case, CaseParty
from backline.catalogue import versions
from backline.channels.delivering import deliver
from backline.channels.filling import language_of, show_value
from backline.channels.models import Message, Outage
from backline.channels.outages import concerned
from backline.channels.writing import write_message
from backline.documents.prose import Block, Prose, Span
from backline.people.models import Party
from backline.people.parties import email_of


def tell(ref: str, now: datetime) -> None:
    """The job ``outage``: write to all whom it concerns. It bears to be called twice."""
    outage = Outage.objects.filter(pk=int(ref), ended_at=None, until__gt=now).first()
    if outage is None:
        return
    told: dict[int, list[str]] = {}
    for one in concerned(outage.system):
        told.setdefault(one.case.pk, []).append(one.promise.name)
    for case in Case.objects.filter(pk__in=told).order_by("pk"):
        for party in _customers(case):
            _write(outage, case, party, told[case.pk], now)


def _customers(case: Case) -> list[Party]:
    role = versions.load(case.type_key, case.type_version).definition.for_
    rows = CaseParty.objects.filter(case=case, role=role, until__isnull=True).select_related("party")
    return [row.party for row in rows if email_of(row.party)]


def _write(outage: Outage, case: Case, party: Party, promises: list[str], now: datetime) -> None:
    key = f"outage/{outage.pk}/{case.reference}/{party.pk}"
    message = Message.objects.filter(key=key).first()
    if message is None:
        language = language_of(party)
        with translation.override(language):
            prose = _prose(outage, case, party, promises, language)
        message = write_message(
            key=key, kind=Message.Kind.MESSAGE, case=case, party=party, to=email_of(party), prose=prose,
            language=language, now=now,
        )  # fmt: skip
    deliver(message, now=now)


def _prose(outage: Outage, case: Case, party: Party, promises: list[str], language: str) -> Prose:
    loaded = versions.load(case.type_key, case.type_version)
    until = show_value(outage.until, fact="", loaded=loaded, language=language)
    named = ", ".join(loaded.texts.promise(name, language) for name in promises)
    title = loaded.texts.title(language)
    lines = [
        _("Hello %(name)s,") % {"name": party.name} if party.name else _("Hello,"),
        _("A system that we need for “%(title)s” is out of order, probably until %(until)s.")
        % {"title": title, "until": until},
        _("Your request is safe with us and goes on by itself afterwards; you need not do anything."),
        _("This may be later than we told you: %(promises)s.") % {"promises": named},
        *([outage.say] if outage.say else []),
    ]
    blocks = tuple(Block(kind="paragraph", lines=((Span(text=line),),)) for line in lines)
    return Prose(subject=(Span(text=_("Your request takes longer: %(title)s") % {"title": title}),), blocks=blocks)
