"""What no model foresaw: a task, a question, a note, a document, another participant."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from backline.cases.answering import in_team
from backline.cases.authority import roles_held, writes
from backline.cases.changing import change
from backline.cases.models import Case, Want
from backline.cases.refusals import FactsRefused, NotAllowed, NotOpen
from backline.cases.said import Said
from backline.cases.storage.happenings import Data, Happening
from backline.cases.storage.recording import Also
from backline.cases.wanting import ASK_JOB
from backline.catalogue import versions
from backline.catalogue.versions import LoadedType
from backline.documents.models import Document
from backline.jobs import enqueuing
from backline.people.actors import Actor
from backline.people.models import Party


def add_task(
    *,
    case: Case,
    by: Actor,
    title: str,
    now: datetime,
    team: str = "",
    detail: str = "",
    due: datetime | None = None,
    channel: str = "workbench",
    source: str = "",
) -> Want:
    """Add a task for a team (the case's owner without one). ``source`` is ``read`` where it checks what was read."""
    _must_write(by, case)
    want = Want(kind="free", team=team or case.owner, who=team or case.owner, title=_required("title", title, 300))
    want.detail, want.due, want.source = detail.strip(), due, source
    return _opened(want, "task added", {}, case=case, by=by, channel=channel, now=now)


def ask_colleague(
    *,
    case: Case,
    by: Actor,
    question: str,
    now: datetime,
    colleague: str = "",
    team: str = "",
    channel: str = "workbench",
) -> Want:
    """Ask a colleague (an actor's id) or a team something without handing the work to them."""
    _must_write(by, case)
    want = Want(kind="colleague", who=colleague or team, team=team, title=_required("question", question, 300))
    want.taken_by = colleague
    return _opened(want, "colleague asked", {}, case=case, by=by, channel=channel, now=now)


def ask_customer(
    *,
    case: Case,
    by: Actor,
    question: str,
    now: datetime,
    role: str = "",
    due: datetime | None = None,
    channel: str = "workbench",
) -> Want:
    """Ask those in a role (whom the case is for, without one) something in the worker's own words."""
    _must_write(by, case)
    definition = versions.load(case.type_key, case.type_version).definition
    asked = role or definition.for_
    if not case.snapshot["parties"].get(asked):
        raise NotOpen(_("Nobody has this role in the request."))
    want = Want(kind="question", who=asked, title=_required("question", question, 300), due=due)
    return _opened(want, "customer asked", {"role": asked}, case=case, by=by, channel=channel, now=now)


def reply(*, want: Want, by: Actor, text: str, now: datetime, channel: str) -> Want:
    """Answer a task, a question of a worker, or a question to a colleague, in one's own words."""
    _may_reply(by, want, now)
    said = _required("text", text, 5000)

    def also(case: Case) -> None:
        rows = Want.objects.filter(pk=want.pk, closed_at__isnull=True)
        if not rows.update(closed_at=now, closed_by=by.id, closed="answered", answer={"text": said}):
            raise NotOpen(_("This was answered before."))

    data = {"want": want.pk, "title": want.title, "text": said, "name": by.name, "kind": want.kind}
    told = [Happening(kind="replied", data=data), *_done_by_hand(want, by, said)]

    def say(case: Case, loaded: LoadedType) -> Said:
        return Said(after=tuple(told))

    change(Case.objects.get(pk=want.case_id), say, by=by, channel=channel, now=now, also=also)
    return Want.objects.select_related("case").get(pk=want.pk)


def add_note(*, case: Case, by: Actor, text: str, now: datetime, channel: str = "workbench") -> Case:
    """Write down something for colleagues; customers do not see it."""
    _must_write(by, case)
    data = {"text": _required("text", text, 5000), "name": by.name}
    return _tell(case, Happening(kind="noted", data=data), None, by=by, channel=channel, now=now)


def add_document(
    *, case: Case, by: Actor, document: Document, now: datetime, channel: str, note: str = "", shown: bool = True
) -> Case:
    """File a document in the case that no fact asked for; ``shown`` to the customer or to colleagues only."""
    if by.kind == "party":
        definition = versions.load(case.type_key, case.type_version).definition
        if not roles_held(by, case, definition, now=now):
            raise NotAllowed(_("You don't take part in this request."))
    else:
        _must_write(by, case)
    data = {
        "document": document.pk,
        "name": document.name,
        "kind": document.kind,
        "pages": document.pages,
        "note": note.strip(),
        "shown": shown,
        "by": by.name,
    }
    return _tell(case, Happening(kind="document", data=data), None, by=by, channel=channel, now=now)


def add_participant(
    *, case: Case, by: Actor, party: Party, role: str, now: datetime, channel: str = "workbench"
) -> Case:
    """Have somebody take part in a role of the case type, or in one that no model foresaw (they see and are told)."""
    _must_write(by, case)
    if party.pk in case.snapshot["parties"].get(role, ()):
        return case
    joined = Happening(kind="joined", data={"role": _required("role", role, 64), "party": party.pk})
    return _tell(case, joined, None, by=by, channel=channel, now=now)


def _done_by_hand(want: Want, by: Actor, evidence: str) -> list[Happening]:
    """An action that people do is done when they say so; what they say is its proof."""
    if want.kind != "free" or not want.match:
        return []
    proof = {"by": by.id, "name": by.name, "evidence": evidence}
    return [Happening(kind="done", data={"key": want.match, "action": want.match.split("/")[1], "proof": proof})]


def _opened(want: Want, kind: str, data: Data, *, case: Case, by: Actor, channel: str, now: datetime) -> Want:
    """Write a want that no model foresaw, and tell it."""
    want.since, want.asked_by = now, by.id

    def also(case: Case) -> None:
        want.case = case
        want.save(force_insert=True)
        if want.kind == "question":
            enqueuing.enqueue(ASK_JOB, f"{case.pk}:{want.who}", due_at=now)

    told = {"title": want.title, "detail": want.detail, "team": want.team, "who": want.who, "name": by.name, **data}
    _tell(case, Happening(kind=kind, data=told), also, by=by, channel=channel, now=now)
    return want


def _tell(case: Case, happening: Happening, also: Also | None, *, by: Actor, channel: str, now: datetime) -> Case:
    def say(case: Case, loaded: LoadedType) -> Said:
        return Said(after=(happening,))

    return change(Case.objects.get(pk=case.pk), say, by=by, channel=channel, now=now, also=also, at_once=False)


def _must_write(by: Actor, case: Case) -> None:
    if not writes(by, case):
        raise NotAllowed(_("This request is with another team."))


def _may_reply(by: Actor, want: Want, now: datetime) -> None:
    if want.kind == "question":
        definition = versions.load(want.case.type_key, want.case.type_version).definition
        held = roles_held(by, want.case, definition, now=now)
        if want.who not in held and not writes(by, want.case):
            raise NotAllowed(_("This question is for somebody else."))
    elif want.kind == "colleague":
        if by.id != want.who and not (want.team and in_team(by, want.team)):
            raise NotAllowed(_("This question is for somebody else."))
    elif want.kind != "free":
        raise NotOpen(_("This can't be answered in your own words."))
    elif not in_team(by, want.team):
        raise NotAllowed(_("This is a task of another team."))


def _required(name: str, text: str, longest: int) -> str:
    said = text.strip()
    if not said:
        raise FactsRefused({name: _("Please write something.")})
    if len(said) > longest:
        raise FactsRefused({name: _("This is too long: at most %(most)s characters.") % {"most": longest}})
    return said
