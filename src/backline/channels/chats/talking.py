"""A chat goes to and fro: a customer writes, a colleague takes it and answers, and hands it over or ends it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from backline.cases.adding import reply
from backline.cases.answering import in_team
from backline.cases.changing import change
from backline.cases.models import Case, Want
from backline.cases.refusals import FactsRefused, NotAllowed, NotOpen, Refusal
from backline.cases.said import Said
from backline.cases.storage.happenings import Happening
from backline.catalogue.versions import LoadedType
from backline.channels.answering_asks import answer_asks
from backline.channels.attaching import Given, attach
from backline.channels.chats.models import Chat, ChatLine
from backline.channels.filing import file_message
from backline.channels.models import Contact
from backline.channels.passing_on import pass_on
from backline.documents import contents
from backline.documents.storing import DocumentRefused, store
from backline.jobs import enqueuing
from backline.people import identifiers
from backline.people.actors import Actor
from backline.people.models import Party, Team
from backline.people.refusals import NotAnIdentifier

LONGEST, MOST_LINES = 5000, 500
ANSWER_JOB, PROVE_JOB = "chat answer", "chat address"
NOTED_EVERY, MAIL_AFTER = timedelta(seconds=15), timedelta(seconds=60)
"""How often it is noted that the page is open; whoever has it open sees an answer within seconds, to others it is
mailed"""


def open_chats(by: Actor) -> QuerySet[Chat]:
    """The chats of this colleague's teams, those first that wait longest."""
    rows = Chat.objects.filter(ended_at=None).select_related("case", "party")
    mine = rows if by.has_duty("administrator") else rows.filter(Q(team__in=by.teams) | Q(taken_by=by.id))
    return mine.order_by("waits_since", "said_at")


def begin(*, name: str, email: str, text: str, language: str, now: datetime, file: Given | None = None) -> Chat:
    """A visitor who has no request begins a chat. Their address is asked by a message to it."""
    said = " ".join(name.split())
    wrong = {} if said and len(said) <= 120 else {"name": _("Write your name.")}
    address = ""
    if email.strip():
        try:
            address = identifiers.normal(identifiers.EMAIL, email)
        except NotAnIdentifier as why:
            wrong["email"] = str(why)
    if not text.strip() or len(text) > LONGEST:
        wrong["text"] = _("Write at least a word, and at most %(most)s letters.") % {"most": LONGEST}
    if wrong:
        raise FactsRefused(wrong)
    with transaction.atomic():
        chat = Chat.objects.create(
            key=token_urlsafe(32), team=settings.ORGANISATION.chat.team, name=said, email=address, language=language,
            began_at=now, said_at=now, seen_at=now,
        )  # fmt: skip
        customer_says(chat=chat, text=text, file=file, now=now)
        if address:
            enqueuing.enqueue(PROVE_JOB, str(chat.pk), due_at=now)
    return chat


def chat_about(*, case: Case, party: Party, now: datetime, language: str = "") -> Chat:
    """The open chat of a party about their request, begun where there is none."""
    if known := Chat.objects.filter(case=case, party=party, ended_at=None).first():
        return known
    try:
        with transaction.atomic():
            return Chat.objects.create(
                key=token_urlsafe(32), team=case.owner, name=party.name[:120] or _("Customer"), language=language,
                party=party, case=case, began_at=now, said_at=now, seen_at=now,
            )  # fmt: skip
    except IntegrityError:
        return Chat.objects.get(case=case, party=party, ended_at=None)


@transaction.atomic
def customer_says(
    *, chat: Chat, text: str, now: datetime, file: Given | None = None, channel: str = "chat"
) -> ChatLine:
    """The customer writes, perhaps with a file: taken in as if it had come by e-mail."""
    said = text.strip()
    if (not said and file is None) or len(said) > LONGEST:
        raise FactsRefused({"text": _("Write at least a word, and at most %(most)s letters.") % {"most": LONGEST}})
    if chat.ended_at is not None or chat.lines.count() >= MOST_LINES:
        raise NotOpen(_("This chat is over. Begin another."))
    by = f"party:{chat.party_id}" if chat.party_id else f"chat:{chat.pk}"
    line = ChatLine(chat=chat, mine=True, by=by, by_name=chat.name, text=said, at=now)
    if chat.case is not None and chat.party is not None:
        _into_case(line, chat.case, chat.party, file, channel, now)
    elif file is not None:
        line.document = _stored(file, by, now)
    line.save()
    chat.said_at = chat.seen_at = now
    chat.waits_since = chat.waits_since or now
    chat.save(update_fields=["said_at", "seen_at", "waits_since"])
    return line


@transaction.atomic
def colleague_says(*, chat: Chat, by: Actor, text: str, now: datetime) -> ChatLine:
    """A colleague answers. Whoever is not on the page any more gets it by e-mail, where their address is proven."""
    may_answer(chat, by)
    said = text.strip()
    if not said or len(said) > LONGEST:
        raise FactsRefused({"text": _("Write at least a word, and at most %(most)s letters.") % {"most": LONGEST}})
    if chat.ended_at is not None:
        raise NotOpen(_("This chat is over."))
    line = ChatLine.objects.create(chat=chat, by=by.id, by_name=by.name[:120], text=said, at=now)
    if not chat.taken_by:
        chat.taken_by, chat.taken_name = by.id, by.name[:120]
    chat.said_at, chat.waits_since = now, None
    chat.save(update_fields=["said_at", "waits_since", "taken_by", "taken_name"])
    if chat.case is not None:
        _tell(chat.case, {"direction": "out", "text": said, "from": by.name, "documents": []}, by, now)
        _close_tasks(chat, by, said, now)
    enqueuing.enqueue(ANSWER_JOB, str(chat.pk), due_at=now + MAIL_AFTER)
    return line


def take(*, chat: Chat, by: Actor, now: datetime) -> None:
    """Have the chat in hand. Raises NotOpen where a colleague was faster."""
    may_answer(chat, by)
    free = Q(taken_by="") | Q(taken_by=by.id)
    if not Chat.objects.filter(free, pk=chat.pk, ended_at=None).update(taken_by=by.id, taken_name=by.name[:120]):
        raise NotOpen(_("A colleague was faster."))


def hand_over(*, chat: Chat, by: Actor, team: str, note: str, now: datetime) -> None:
    """Give it back, or to another team, with what the next one has to know."""
    may_answer(chat, by)
    if chat.ended_at is not None:
        raise NotOpen(_("This chat is over."))
    if team != chat.team and not Team.objects.filter(key=team).exists():
        raise FactsRefused({"team": _("There is no such team.")})
    chat.team, chat.taken_by, chat.taken_name = team, "", ""
    chat.handed_over = f"{by.name}: {note.strip()}"[:500] if note.strip() else ""
    chat.waits_since = chat.waits_since or now
    chat.save(update_fields=["team", "taken_by", "taken_name", "handed_over", "waits_since"])


def end(*, chat: Chat, by: Actor, now: datetime) -> None:
    """It is over; what was said stays."""
    may_answer(chat, by)
    Chat.objects.filter(pk=chat.pk, ended_at=None).update(ended_at=now, waits_since=None)


def may_answer(chat: Chat, by: Actor) -> None:
    """Raise NotAllowed for those of other teams."""
    if by.kind != "staff" or (not in_team(by, chat.team) and chat.taken_by != by.id):
        raise NotAllowed(_("This is a chat of another team."))


def seen(chat: Chat, now: datetime) -> None:
    """The customer's page is open and shows what was answered. However often it asks, little is written."""
    if now - chat.seen_at >= NOTED_EVERY:
        Chat.objects.filter(pk=chat.pk).update(seen_at=now)
    unseen = chat.lines.filter(mine=False, seen_at=None)
    if unseen.exists():
        unseen.update(seen_at=now)


def _into_case(line: ChatLine, case: Case, party: Party, file: Given | None, channel: str, now: datetime) -> None:
    """Documents answer what the case asks, words answer a worker's question or become a task."""
    raw = contents.write(line.text.encode() or (file.content if file else b""))
    contact = Contact.objects.create(
        fingerprint=uuid4().hex * 2, channel=channel, sort="person", sender_name=line.by_name, text=line.text,
        raw_sha256=raw, taken_at=now, result=Contact.Result.TAKEN, party=party, case=case,
    )  # fmt: skip
    attached = attach(contact, [file] if file else [], by=line.by, now=now)
    for row in attached:
        if row.refusal:
            raise FactsRefused({"file": row.refusal})
        line.document = row.document
    contact.case, refused = answer_asks(case=case, party=party, attached=attached, channel=channel, now=now)
    known = set(Want.objects.filter(case=case, kind="free").values_list("pk", flat=True))
    replied = pass_on(contact, attached, case=contact.case, party=party, now=now)
    line.task = Want.objects.filter(case=case, kind="free").exclude(pk__in=known).first()
    file_message(contact, how=_("in the chat about it"), attached=attached, now=now, words=not replied)
    contact.reason = (refused or _("in the chat about it"))[:500]
    contact.save()


def _stored(file: Given, by: str, now: datetime) -> Any:
    try:
        return store(content=file.content, name=file.name, kind="", by=by, now=now)
    except DocumentRefused as refused:
        raise FactsRefused({"file": str(refused)}) from refused


def _close_tasks(chat: Chat, by: Actor, said: str, now: datetime) -> None:
    """What asked somebody to answer is done with the answer."""
    for line in chat.lines.filter(task__closed_at__isnull=True, task__isnull=False).select_related("task"):
        if line.task is None:
            continue
        try:
            reply(want=line.task, by=by, text=said, now=now, channel="chat")
        except Refusal:  # somebody closed it meanwhile
            continue


def _tell(case: Case, data: Mapping[str, Any], by: Actor, now: datetime) -> None:
    def say(case: Case, loaded: LoadedType) -> Said:
        return Said(after=(Happening(kind="message", data=dict(data), by=by.id, channel="chat"),))

    change(case, say, by=by, channel="chat", now=now)
