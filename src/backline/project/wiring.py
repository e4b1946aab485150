"""What the rooms below get from the rooms above: who performs what, and what wakes whom. Explicit tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from django.conf import settings

from backline.cases import last_known
from backline.cases.effects.performing import perform
from backline.cases.fittings import Fittings, SettlingRules
from backline.cases.merging.merging_cases import MERGED_JOB
from backline.cases.openings import opening_by_clock
from backline.cases.openings.opening_others import open_other
from backline.cases.records import naming_documents
from backline.cases.waking import wake_case
from backline.channels import asking, making, merge_notices, outage_notices, outages, sending
from backline.channels.calls import noting as calls
from backline.channels.chats import mailing as chats
from backline.channels.chats import talking
from backline.channels.short_messages import taking as short_messages
from backline.channels.webhooks import noticing, polling, posting, publishing
from backline.connectors.files import answering
from backline.insight.promises import minding
from backline.jobs import enqueuing
from backline.jobs.looping import Loop, Table
from backline.project import colleagues, doubting
from backline.project.calendars import calendars_of, escalations_of
from backline.project.organisation import Organisation
from backline.project.permitting import grant_mandate, has_mandate

HANDS = 4
"""Jobs that one process has in hand at once: most of the time they wait for a system"""


def case_fittings() -> Fittings:
    """What every case gets from this organisation."""
    organisation: Organisation = settings.ORGANISATION
    return Fittings(
        calendar=calendars_of(organisation, year=datetime.now(UTC).year),
        escalate=escalations_of(organisation),
        currency=organisation.currency,
        languages=organisation.languages,
        settling=SettlingRules(
            leader=frozenset(organisation.settling.leader), second=frozenset(organisation.settling.second)
        ),
        zone=organisation.time_zone,
        performers={
            "message": sending.send_message,
            "letter": sending.send_letter,
            "make": making.make_document,
            "open": open_other,
            "people.grant": grant_mandate,
            "people.note_absence": colleagues.note_absence,
            "people.end_absence": colleagues.end_absence,
        },
        tell=publishing.publish,
        held=outages.held,
        lookups={
            "people.mandate": has_mandate,
            "people.lead": colleagues.lead_of,
            "people.works_here": colleagues.works_here,
        },
    )


def job_table() -> Table:
    """What is called when a job of a kind is due."""
    table: dict[str, Callable[[str, datetime], None]] = {
        "effect": perform,
        "case": wake_case,
        opening_by_clock.LOOK_JOB: opening_by_clock.look,
        opening_by_clock.OPEN_JOB: opening_by_clock.open_due,
        last_known.FORGET_JOB: last_known.forget,
        "ask": asking.ask,
        "reminder": asking.remind,
        short_messages.TAKE_JOB: short_messages.take_kept,
        calls.TAKE_JOB: calls.take_kept,
        talking.ANSWER_JOB: chats.mail_answers,
        talking.PROVE_JOB: chats.ask_address,
        naming_documents.LEARN_JOB: naming_documents.learn,
        "outage": outage_notices.tell,
        MERGED_JOB: merge_notices.tell,
        "notice": noticing.look,
        "changes": polling.poll,
        "delivery": posting.post,
        minding.LEARN_JOB: partial(minding.learn, tell=doubting.tell),
        minding.FORETELL_JOB: minding.foretell,
    }
    return table


def wake_answered(keys: Sequence[str], now: datetime) -> None:
    """The effects whose answers came in a file are looked at at once."""
    for key in keys:
        enqueuing.enqueue("effect", key, due_at=now)


def job_loop() -> Loop:
    """The loop that a serving or working process runs."""
    enqueuing.ensure(opening_by_clock.LOOK_JOB, "", due_at=datetime.now(UTC))
    minding.ensure(datetime.now(UTC))
    polling.begin(now=datetime.now(UTC))
    answering.tell_to(wake_answered)
    return Loop(job_table(), hands=HANDS)
