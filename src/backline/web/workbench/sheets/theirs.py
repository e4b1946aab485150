"""Whether a task is one that this colleague could answer now."""

from __future__ import annotations

from datetime import datetime

from backline.cases.answering import in_team, may_answer
from backline.cases.refusals import Refusal
from backline.people.actors import Actor
from backline.web.workbench.sheets.rows import Row


def is_theirs(row: Row, by: Actor, now: datetime) -> bool:
    """As the task's page would say it."""
    if row.fact is None:
        return by.id in (row.want.who, row.want.taken_by) or (bool(row.want.team) and in_team(by, row.want.team))
    try:
        may_answer(by, row.want, row.want.case, row.look.loaded.definition, now=now)
    except Refusal:
        return False
    return True
