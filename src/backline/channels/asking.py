"""What a case asks of somebody who is not here goes to them by e-mail: all of it in one message, and reminders.

A question that may be answered without an account (a consent) has a link of its own; documents are asked for by reply.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from backline.cases.facts import NoSuchFact, declared
from backline.cases.models import Case, Want
from backline.catalogue import versions
from backline.catalogue.versions import LoadedType
from backline.channels.delivering import deliver
from backline.channels.escalating import escalate
from backline.channels.filling import language_of, show_value
from backline.channels.html_mail import Button
from backline.channels.links import make_link
from backline.channels.models import Message
from backline.channels.sending import recipients
from backline.channels.writing import write_message
from backline.documents.prose import Block, Line, Prose, Span
from backline.people.models import Party
from backline.people.parties import email_of

ASKED = ("ask", "question")


def ask(ref: str, now: datetime) -> None:
    """The job ``ask``: write to the holders of a role what is asked and was not yet written. ref: ``case id:role``."""
    pk, _sep, role = ref.partition(":")
    case = Case.objects.filter(pk=pk).first()
    if case is None:
        return
    open_now = Want.objects.filter(case=case, who=role, kind__in=ASKED, closed_at__isnull=True).order_by("since", "pk")
    for party in recipients(case, [role]):
        wants = list(open_now.exclude(asked_by_message__party=party))
        if wants:
            _write(case, party, wants, kind=Message.Kind.ASK, nth=0, now=now)


def remind(ref: str, now: datetime) -> None:
    """The job ``reminder``: write again what is still open. ref: the want."""
    want = Want.objects.filter(pk=ref, closed_at__isnull=True).select_related("case").first()
    if want is None:
        return
    if want.kind not in ASKED:
        escalate(want, now=now)
        return
    for party in recipients(want.case, [want.who]):
        _write(want.case, party, [want], kind=Message.Kind.REMINDER, nth=want.reminded, now=now)


def _write(case: Case, party: Party, wants: Sequence[Want], *, kind: str, nth: int, now: datetime) -> None:
    to = email_of(party)
    if not to:
        return
    key = f"{kind}/{case.reference}/{party.pk}/{'.'.join(str(want.pk) for want in wants)}/{nth}"[:240]
    message = Message.objects.filter(key=key).first()
    if message is None:
        loaded = versions.load(case.type_key, case.type_version)
        language = language_of(party)
        link = make_link(case=case, party=party, want=_linked(wants, loaded), now=now)
        with translation.override(language):
            prose = _prose(case, party, wants, loaded, language, again=kind == Message.Kind.REMINDER)
            button = Button(text=_("Answer now"), address=link)
        message = write_message(
            key=key, kind=kind, case=case, party=party, to=to, prose=prose, language=language,
            button=button, wants=wants, now=now,
        )  # fmt: skip
    deliver(message, now=now)


def _linked(wants: Sequence[Want], loaded: LoadedType) -> Want | None:
    """The one question that the link leads to; where there are several, it leads to the request."""
    return wants[0] if len(wants) == 1 and wants[0].kind == "ask" else None


def _prose(case: Case, party: Party, wants: Sequence[Want], loaded: LoadedType, language: str, *, again: bool) -> Prose:
    title = loaded.texts.title(language)
    subject = _subject(wants, loaded, language, again=again)
    blocks = [_paragraph(_("Hello %(name)s,") % {"name": party.name} if party.name else _("Hello,"))]
    about = _("We are working on “%(title)s”, reference %(reference)s.") % {"title": title, "reference": case.reference}
    lead = _("To go on, we need one answer from you:") if len(wants) == 1 else _("To go on, we need this from you:")
    blocks += [
        _paragraph(f"{about} {lead}"),
        Block(kind="bullets", lines=tuple(_line(w, loaded, language) for w in wants)),
    ]
    if any(_is_document(want, loaded) for want in wants):
        blocks.append(_paragraph(_("Answer this message and attach the document, or a photo of it. That is enough.")))
    if due := min((want.due for want in wants if want.due), default=None):
        blocks.append(
            _paragraph(
                _("Please answer by %(day)s.") % {"day": show_value(due, fact="", loaded=loaded, language=language)}
            )
        )
    return Prose(subject=(Span(text=subject),), blocks=tuple(blocks))


def _subject(wants: Sequence[Want], loaded: LoadedType, language: str, *, again: bool) -> str:
    """What is to be sent, where it is one document; else what it is about."""
    if len(wants) == 1 and _is_document(wants[0], loaded):
        about = loaded.texts.asked(_path(wants[0]), wants[0].source, language)
        subject = _("Reminder: please send us") if again else _("Please send us")
    else:
        about = loaded.texts.title(language)
        subject = _("Reminder: we need your answer") if again else _("We need your answer")
    return f"{subject}: {about}"


def _line(want: Want, loaded: LoadedType, language: str) -> Line:
    if want.kind == "question":
        return (Span(text=want.title, bold=True),)
    name = _path(want)
    help_text = loaded.texts.help(name, language)
    asked = Span(text=loaded.texts.asked(name, want.source, language), bold=True)
    return (asked, Span(text=f" – {help_text}")) if help_text else (asked,)


def _path(want: Want) -> str:
    """``bills/1/billed`` is told as ``bills.billed``."""
    return ".".join((*want.item.split("/")[::2], want.fact)) if want.item else want.fact


def _is_document(want: Want, loaded: LoadedType) -> bool:
    try:
        return want.kind == "ask" and declared(loaded.definition, want.fact, want.item).type.kind == "document"
    except NoSuchFact:
        return False


def _paragraph(text: str) -> Block:
    return Block(kind="paragraph", lines=((Span(text=text),),))
