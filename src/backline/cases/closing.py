"""A colleague closes a case that needs no outcome (sent twice, sent by mistake), or opens one again."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from backline.cases.authority import writes
from backline.cases.changing import change
from backline.cases.committing import Saying
from backline.cases.models import Case
from backline.cases.refusals import FactsRefused, NotAllowed, NotOpen
from backline.cases.said import Said
from backline.cases.storage.happenings import Happening
from backline.catalogue.versions import LoadedType
from backline.people.actors import Actor


def close_case(*, case: Case, by: Actor, reason: str, now: datetime, channel: str = "workbench") -> Case:
    """End a case without an outcome; nothing more is asked or made. What is under way is settled first."""

    def say(case: Case, loaded: LoadedType) -> Said:
        if case.state == "ended":
            raise NotOpen(_("This request has ended already."))
        if any(effect["state"] in ("planned", "started", "unknown") for effect in case.snapshot["effects"].values()):
            raise NotOpen(_("Something is being done for this request. Please wait for it, or settle it."))
        return Said(before=(Happening(kind="closed", data={"reason": reason.strip(), "name": by.name}),))

    return _change(case, say, by=by, reason=reason, channel=channel, now=now)


def reopen_case(*, case: Case, by: Actor, reason: str, now: datetime, channel: str = "workbench") -> Case:
    """Undo ``close_case``. A case that ended with an outcome opens again by a correction of what it rests on."""

    def say(case: Case, loaded: LoadedType) -> Said:
        if "into" in case.snapshot:
            into = {"case": case.snapshot["into"]}
            raise NotOpen(_("This request goes on in %(case)s. Undo the merge there.") % into)
        if not case.snapshot.get("closed"):
            raise NotOpen(_("This request ended with an outcome. It opens again when a fact is corrected."))
        return Said(before=(Happening(kind="reopened", data={"reason": reason.strip(), "name": by.name}),))

    return _change(case, say, by=by, reason=reason, channel=channel, now=now)


def _change(case: Case, say: Saying, *, by: Actor, reason: str, channel: str, now: datetime) -> Case:
    if not writes(by, case):
        raise NotAllowed(_("This request is with another team."))
    if not reason.strip():
        raise FactsRefused({"reason": _("Please give a reason.")})
    return change(case, say, by=by, channel=channel, now=now)
