"""Do exactly what was tried: the same facts on the same readings of the same version of the case, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from backline.cases.asserting import refuse_unfit, said_by
from backline.cases.changing import change
from backline.cases.effects.standing_on import seal_of
from backline.cases.looking_again import read_again
from backline.cases.models import Case
from backline.cases.refusals import NotOpen
from backline.cases.said import Said
from backline.cases.storage.snapshotting import snapshot
from backline.catalogue.versions import LoadedType
from backline.engine.evaluation import Evaluation
from backline.people.actors import Actor


class PlanChanged(NotOpen):
    """Something that the plan rests on is not so any more; nothing was done."""


def do_exactly(
    *,
    case: Case,
    by: Actor,
    channel: str,
    facts: Mapping[str, object],
    version: int,
    stood_on: str,
    now: datetime,
    present: str = "",
    correct: bool = True,
) -> Case:
    """Say these facts as they were supposed. What systems say is read once more, within the same change.

    Raises PlanChanged, and FactsRefused as every door of facts.
    """

    def say(case: Case, loaded: LoadedType) -> Said:
        if version and case.version != version:
            raise PlanChanged(_("This request has changed meanwhile. Please look again at what would happen now."))
        record = snapshot(case, present=present)
        told = said_by(case, loaded, record, facts, by=by, now=now, correct=correct)
        read = read_again(case, loaded, now=now)
        return read.and_then(Said(assertions=told, names={by.id: by.name}))

    def check(loaded: LoadedType, evaluation: Evaluation) -> None:
        refuse_unfit(loaded, evaluation, facts)
        if seal_of(evaluation) != stood_on:
            told = _("Something that this rests on has changed meanwhile. Please look again at what would happen now.")
            raise PlanChanged(told)

    return change(case, say, by=by, channel=channel, now=now, present=present, check=check)
