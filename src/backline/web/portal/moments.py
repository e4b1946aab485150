"""What happened, in the customer's words: their part of the timeline, the latest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backline.cases.models import Entry
from backline.web.portal.knowing import Known

MOST = 60


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One line of the timeline."""

    words: str
    at: datetime
    who: str = ""
    key: bool = False


def moments_of(known: Known) -> list[Moment]:
    """The latest first; several answers given at once are one moment."""
    told: list[Moment] = []
    for group in _together(known):
        told.extend(_moments(known, group))
    return list(reversed(told))[:MOST]


Told = tuple[Entry, dict[str, Any]]


def _together(known: Known) -> Iterator[list[Told]]:
    """Entries in their order; what one actor asserted at one instant stands together."""
    group: list[Told] = []
    for entry, data in _steady(known.look.entries):
        same = group and (entry.kind, entry.actor, entry.at) == (group[0][0].kind, group[0][0].actor, group[0][0].at)
        if not (same and entry.kind == "asserted"):
            if group:
                yield group
            group = []
        group.append((entry, data or {}))
    if group:
        yield group


def _steady(entries: Sequence[tuple[Entry, dict[str, Any] | None]]) -> Iterator[tuple[Entry, dict[str, Any] | None]]:
    """Without an end after which the machine itself went on: to the customer that was no end."""
    turns = [entry for entry, _data in entries if entry.kind in ("ended", "reopened")]
    passing = {
        entry.sequence
        for end, again in pairwise(turns)
        if (end.kind, again.kind) == ("ended", "reopened") and again.actor.startswith("system:")
        for entry in (end, again)
    }
    return ((entry, data) for entry, data in entries if entry.sequence not in passing)


def _moments(known: Known, group: list[Told]) -> Iterator[Moment]:
    entry, data = group[0]
    if entry.kind == "asserted":
        words = _answered(known, group)
    elif entry.kind == "replied" and entry.actor != known.by.id:
        words = ""  # what another was asked is between them and us
    elif entry.kind == "message" and entry.actor.startswith("party:") and entry.actor != known.by.id:
        words = _message(known, {"direction": data.get("direction")})
    else:
        words = WORDS[entry.kind](known, data) if entry.kind in WORDS else ""
    if words:
        who = _who(known, entry.actor) if entry.kind in BY_SOMEBODY else ""
        yield Moment(words=words, at=entry.at, who=who, key=entry.kind in KEY)


def _answered(known: Known, group: list[Told]) -> str:
    """What a person said; what systems and rules found is not a moment of the customer."""
    said = [data.get("assertion", {}) for entry, data in group if not entry.actor.startswith("system:")]
    labels = [label for one in said if (label := _label(known, one))]
    if not labels:
        return ""
    if any(one.get("correction") for one in said):
        return _("Corrected: %(what)s") % {"what": ", ".join(labels)}
    if any(one.get("source", "").startswith(("work", "settle")) for one in said):
        return _("A colleague checked: %(what)s") % {"what": ", ".join(labels)}
    noted = said[0].get("source", "").startswith(("ask", "offer")) and str(said[0].get("who", "")).startswith("staff:")
    if noted:
        return _noted(group[0][0].channel) % {"what": ", ".join(labels)}
    if len(labels) == 1:
        return _("Answered: %(what)s") % {"what": labels[0]}
    return ngettext("%(n)s question answered", "%(n)s questions answered", len(labels)) % {"n": len(labels)}


def _noted(channel: str) -> str:
    """What a colleague wrote down for the customer."""
    told = {
        "phone": _("Noted from your phone call: %(what)s"),
        "email": _("Noted from your e-mail: %(what)s"),
        "paper": _("Noted from your letter: %(what)s"),
        "branch": _("Noted when you were here: %(what)s"),
    }
    return told.get(channel, _("Noted for you: %(what)s"))


def _label(known: Known, assertion: dict[str, Any]) -> str:
    name = str(assertion.get("fact", ""))
    fact = known.loaded.definition.facts.get(name)
    if fact is None or not known.look.reader.sees(fact, said_by=str(assertion.get("who", ""))):
        return ""
    return known.loaded.texts.label(name, known.language)


def _who(known: Known, actor: str) -> str:
    if actor == known.by.id:
        return _("you")
    kind = actor.partition(":")[0]
    if kind == "party":
        return known.look.names.get(actor, "")
    return _("a colleague") if kind == "staff" else ""


def _opened(known: Known, data: dict[str, Any]) -> str:
    return _("The request was made")


def _wanted(known: Known, data: dict[str, Any]) -> str:
    wait = data.get("wait", {})
    label = _label(known, wait)
    if not label or wait.get("kind") not in ("ask", "work"):
        return ""
    if wait["kind"] == "work":
        return _("A colleague looks at it")
    if wait.get("who") in known.own:
        return _("We asked you: %(what)s") % {"what": label}
    role = known.loaded.texts.role(str(wait.get("who", "")), known.language)
    return _("We asked %(who)s: %(what)s") % {"who": role, "what": label}


def _done(known: Known, data: dict[str, Any]) -> str:
    action = str(known.case.snapshot.get("effects", {}).get(data.get("key"), {}).get("action", ""))
    declared = known.loaded.definition.actions.get(action)
    if declared is None or declared.kind in ("message", "letter") or not declared.label:
        return ""
    told = {"undo": _("Taken back: %(what)s"), "amend": _("Changed: %(what)s")}
    text = told.get(str(data.get("key", "")).rpartition("/")[2], _("Done: %(what)s"))
    return text % {"what": known.loaded.texts.action(action, known.language)}


def _message(known: Known, data: dict[str, Any]) -> str:
    subject = str(data.get("subject") or "") if known.proven else ""
    if data.get("direction") == "in":
        return _("A message came in: %(subject)s") % {"subject": subject} if subject else _("A message came in")
    if data.get("direction") == "returned":
        return _("A message of ours came back")
    return _("We wrote: %(subject)s") % {"subject": subject} if subject else _("We wrote")


def _kept(known: Known, data: dict[str, Any]) -> str:
    return _("Promise kept: %(what)s") % {"what": _promise(known, data)}


def _broken(known: Known, data: dict[str, Any]) -> str:
    return _("Promise not kept in time: %(what)s") % {"what": _promise(known, data)}


def _promise(known: Known, data: dict[str, Any]) -> str:
    return known.loaded.texts.promise(str(data.get("name", "")), known.language)


def _silence(known: Known, data: dict[str, Any]) -> str:
    label = _label(known, data)
    return _("No answer came in time: %(what)s") % {"what": label} if label else ""


def _ended(known: Known, data: dict[str, Any]) -> str:
    return _("Finished")


def _reopened(known: Known, data: dict[str, Any]) -> str:
    return _("Taken up again")


def _document(known: Known, data: dict[str, Any]) -> str:
    return _("A document was added: %(name)s") % {"name": data.get("name", "")} if data.get("shown", True) else ""


def _asked_freely(known: Known, data: dict[str, Any]) -> str:
    return _("We asked: %(what)s") % {"what": data.get("title", "")} if data.get("role") in known.roles else ""


def _replied(known: Known, data: dict[str, Any]) -> str:
    return _("Answered: %(what)s") % {"what": data.get("title", "")} if data.get("kind") == "question" else ""


WORDS: dict[str, Callable[[Known, dict[str, Any]], str]] = {
    "opened": _opened,
    "wanted": _wanted,
    "done": _done,
    "message": _message,
    "kept": _kept,
    "broken": _broken,
    "silence": _silence,
    "ended": _ended,
    "reopened": _reopened,
    "merged": lambda known, data: _("%(case)s goes on in this request") % {"case": data.get("case", "")},
    "unmerged": lambda known, data: _("%(case)s is a request of its own again") % {"case": data.get("case", "")},
    "document": _document,
    "customer asked": _asked_freely,
    "replied": _replied,
}
BY_SOMEBODY = ("opened", "asserted", "message", "document", "replied")
"""What somebody did; the rest followed from it"""
KEY = ("done", "ended", "reopened", "opened", "merged")
