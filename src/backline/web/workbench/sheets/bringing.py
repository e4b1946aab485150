"""Doing what a file that came back says: each answer through the same door as the page, its rows kept with the case."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from backline.cases.adding import add_document, reply
from backline.cases.answering import answer_want
from backline.cases.refusals import FactsRefused, Refusal
from backline.documents import storing
from backline.documents.models import Document
from backline.documents.spreadsheets import GivenRow
from backline.people.actors import Actor
from backline.web.workbench.sheets.comparing import Line

CHANNEL = "spreadsheet"
SECONDS = 20.0
"""After so long, the rest waits for the next press: an answer is done, or it is not begun"""


def answer_all(lines: Sequence[Line], rows: Sequence[GivenRow], *, file: Document, by: Actor, now: datetime) -> int:
    """Answer what can be answered; how many were. What a colleague was faster with is refused by the door."""
    began, done = time.monotonic(), 0
    for case in dict.fromkeys(line.want.case_id for line in lines if line.want and line.state == "answer"):
        if time.monotonic() - began > SECONDS:
            break
        those = [line for line in lines if line.state == "answer" and line.want and line.want.case_id == case]
        answered = [line for line in those if _answer(line, by, now)]
        if answered:
            _keep(answered, rows, file, by, now)
        done += len(answered)
    return done


def _answer(line: Line, by: Actor, now: datetime) -> bool:
    assert line.want is not None
    try:
        if line.want.kind == "work":
            answer_want(want=line.want, by=by, channel=CHANNEL, value=line.value, reason=line.note.strip(), now=now)
        else:
            reply(want=line.want, by=by, text=str(line.value), channel=CHANNEL, now=now)
    except (FactsRefused, Refusal):
        return False  # the page compares again, and says why
    return True


def _keep(lines: Sequence[Line], rows: Sequence[GivenRow], file: Document, by: Actor, now: datetime) -> None:
    """The rows of this case as they came, and no row of another customer."""
    from backline.web.workbench.sheets.reporting import workbook

    done = [replace(line, state="answered", words=_("Answered by %(who)s.") % {"who": by.name}) for line in lines]
    content = workbook(rows, done, only_these=True)
    part = storing.store(content=content, name=file.name, kind=CHANNEL, by=by.id, now=now)
    cells = ", ".join(line.cell for line in lines)
    told = {"name": file.name, "cells": cells, "sha256": file.sha256}
    want = lines[0].want
    assert want is not None
    add_document(
        case=want.case, by=by, document=part, channel=CHANNEL, now=now, shown=False,
        note=_("Answered in %(name)s, %(cells)s. The whole file: SHA-256 %(sha256)s.") % told,
    )  # fmt: skip
