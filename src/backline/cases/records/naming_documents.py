"""A colleague says what a document of a case is; every open case that holds it as a fact goes on with that."""

from __future__ import annotations

from datetime import datetime

from backline.cases.asserting import assert_facts
from backline.cases.authority import writes
from backline.cases.facts import path
from backline.cases.models import Case
from backline.cases.refusals import FactsRefused, NotAllowed
from backline.cases.storage.snapshotting import snapshot
from backline.documents.models import Document
from backline.documents.naming_kinds import NoSuchKind, learn_kinds, name_kind
from backline.engine.record import Assertion
from backline.engine.values import Row
from backline.jobs import enqueuing
from backline.people.actors import Actor

LEARN_JOB = "learn kinds"


def name_document(*, case: Case, document: Document, kind: str, by: Actor, channel: str, now: datetime) -> Case:
    """Say what it is. Raises NotAllowed, and FactsRefused for a kind that there is not."""
    if not writes(by, case):
        raise NotAllowed
    try:
        news = name_kind(document=document, kind=kind, by=by.id, now=now)
    except NoSuchKind as unknown:
        raise FactsRefused({"kind": str(unknown)})
    enqueuing.enqueue(LEARN_JOB, "", due_at=now)
    said = {path(one.fact, one.item): str(document.pk) for one in snapshot(case).assertions if _is_it(one, document)}
    if not news or not said or case.state == "ended":
        return case
    return assert_facts(case=case, by=by, channel=channel, facts=said, correct=True, now=now)


def learn(_ref: str, now: datetime) -> None:
    """The job: learn from what people named."""
    learn_kinds(now=now)


def _is_it(said: Assertion, document: Document) -> bool:
    value = said.value
    return isinstance(value, Row) and (value.type, value.id) == ("document", str(document.pk))
