"""The timeline in words: to colleagues all that happened, to customers what concerns them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from backline.cases.effects.lapsing import LAPSED, why_lapsed
from backline.cases.facts import outermost
from backline.cases.models import Entry
from backline.cases.showing.hiding import Reader
from backline.cases.showing.views import EntryView
from backline.cases.showing.wording import Words
from backline.cases.storage import encoding
from backline.engine.definition import CaseType

Told = tuple[str, str]
"""Words, and a detail under them"""
Data = Mapping[str, Any]


def tell(
    entries: Iterable[tuple[Entry, dict[str, Any] | None]],
    *,
    reader: Reader,
    words: Words,
    names: Mapping[str, str],
    others: Mapping[int, str],
) -> tuple[EntryView, ...]:
    """These entries with their payloads (None where it was erased), as far as the reader may know of them; ``others``:
    the references of cases that go on in this one, by their ids."""
    views = (_told(entry, data, reader, words, names, others) for entry, data in entries)
    return tuple(view for view in views if view is not None)


def _told(
    entry: Entry,
    data: dict[str, Any] | None,
    reader: Reader,
    words: Words,
    names: Mapping[str, str],
    others: Mapping[int, str],
) -> EntryView | None:
    who = names.get(entry.actor, "")
    if data is None:
        said: Told | None = (_("This was erased."), "")
        data = {}
    elif reader.audience == "customer":
        said = _to_customer(entry, data, reader, words)
    else:
        said = _to_worker(entry, data, words)
        if said and not _may_see(data, reader, words.loaded.definition):
            said = (_("Something that you may not see."), "")
            data = {}
    if said is None:
        return None
    return EntryView(
        sequence=entry.sequence,
        kind=entry.kind,
        at=entry.at,
        words=said[0],
        detail=said[1],
        by=entry.actor,
        who=who,
        channel=entry.channel,
        data=data if reader.audience == "worker" else {},
        of=others.get(entry.case_id, ""),
    )


def _to_worker(entry: Entry, data: Data, words: Words) -> Told | None:
    if entry.kind == "asserted":
        return _assertion(data, words)
    tell = WORKER.get(entry.kind)
    return tell(data, words) if tell else (entry.kind, "")


def _to_customer(entry: Entry, data: Data, reader: Reader, words: Words) -> Told | None:
    if not _may_see(data, reader, words.loaded.definition):
        return None
    if entry.kind == "asserted":
        by_person = entry.actor.startswith(("party:", "staff:", "token:"))
        return _assertion(data, words) if by_person else None
    if entry.kind in ("wanted", "reminded", "silence") and _wait(data).get("who") not in reader.roles:
        return None
    if entry.kind in ("message", "replied") and entry.actor != reader.actor.id:
        return None  # what somebody wrote to us is between them and us
    if entry.kind == "customer asked" and data.get("role") not in reader.roles:
        return None
    if entry.kind == "document" and not data.get("shown", True):
        return None
    tell = CUSTOMER.get(entry.kind)
    return tell(data, words) if tell else None


def _may_see(data: Data, reader: Reader, definition: CaseType) -> bool:
    """Whether the fact that the entry is about may be seen."""
    about = data.get("assertion") or data.get("wait") or data
    fact = outermost(definition, str(about.get("fact", "")), str(about.get("item", "")))
    return reader.sees(fact, said_by=str(about.get("who", ""))) if fact else not reader.pending


def _assertion(data: Data, words: Words) -> Told:
    said = data["assertion"]
    label = words.label(said["fact"], said.get("item", ""))
    value = words.assertion(said)
    told = f"{label} {value}" if label.endswith("?") else _("%(label)s: %(value)s") % {"label": label, "value": value}
    if said.get("correction"):
        told = _("Corrected: %(told)s") % {"told": told}
    return told, str(data.get("reason", ""))


def _wait(data: Data) -> Data:
    wait: Data = data.get("wait", data)
    return wait


def _fact(data: Data, words: Words) -> str:
    wait = _wait(data)
    return words.label(wait["fact"], wait["item"]) if wait.get("fact") else str(data.get("title", ""))


def _action(data: Data, words: Words) -> str:
    action = data.get("action") or data.get("effect", {}).get("action") or str(data.get("key", "")).split("/")[1]
    return words.loaded.texts.action(str(action), words.language)


def _kind_of_effect(data: Data) -> str:
    """do, amend or undo: the last part of its key."""
    return str(data.get("key", "")).rpartition("/")[2]


def _done(data: Data, words: Words) -> Told:
    told = {"undo": _("%(what)s: taken back"), "amend": _("%(what)s: changed")}
    text = told.get(_kind_of_effect(data), _("%(what)s: done"))
    return text % {"what": _action(data, words)}, str(data.get("reason", ""))


def _of_fact(text: Callable[[], str]) -> Callable[[Data, Words], Told]:
    return lambda data, words: (text() % {"what": _fact(data, words)}, "")


def _of_action(text: Callable[[], str]) -> Callable[[Data, Words], Told]:
    def tell(data: Data, words: Words) -> Told:
        told = {"undo": _("%(what)s (taking it back)"), "amend": _("%(what)s (changing it)")}
        what = told.get(_kind_of_effect(data), "%(what)s") % {"what": _action(data, words)}
        if data.get("refusal") == LAPSED and "facts" in data:
            return text() % {"what": what}, why_lapsed(data["facts"], words.loaded, words.language)
        return text() % {"what": what}, str(data.get("reason", ""))

    return tell


def _of_task(text: Callable[[], str]) -> Callable[[Data, Words], Told]:
    def tell(data: Data, words: Words) -> Told:
        what = data.get("title") or (words.label(data["fact"], data.get("item", "")) if data.get("fact") else "")
        return text() % {"what": what}, str(data.get("context") or data.get("text") or data.get("detail") or "")

    return tell


def _ended(data: Data, words: Words) -> Told:
    outcome = str(data.get("outcome", ""))
    return _("Ended: %(outcome)s") % {"outcome": words.loaded.texts.outcome(outcome, words.language)}, ""


def _promised(data: Data, words: Words) -> Told | None:
    told = data["promise"]
    label = words.loaded.texts.promise(data["name"], words.language)
    due = datetime.fromisoformat(told["due"]) if told.get("due") else None
    return f"{label}: {words.promise(told['state'], due, told.get('after', ''))}", ""


def _joined(data: Data, words: Words) -> Told:
    return _("Taking part: %(role)s") % {"role": words.loaded.texts.role(data["role"], words.language)}, ""


def _second_opinion(data: Data, words: Words) -> Told:
    shown = words.shown(data["fact"], data["item"], encoding.decode(data["value"]))
    return _("Second opinion on %(what)s: %(value)s") % {"what": _fact(data, words), "value": shown}, data["reason"]


def _message(data: Data, words: Words) -> Told:
    came = {
        "in": _("Message from %(who)s"),
        "out": _("Message to %(who)s"),
        "returned": _("Message to %(who)s came back"),
    }
    who = str(data.get("from") or data.get("to") or "")
    text = came.get(str(data.get("direction")), "%(who)s") % {"who": who}
    return f"{text}: {data.get('subject', '')}".rstrip(": "), str(data.get("text") or data.get("reason") or "")


def _labels(data: Data, words: Words) -> str:
    return ", ".join(words.label(fact) for fact in data.get("facts", ()))


def _opened(data: Data, words: Words) -> Told:
    return _("Request received"), ""


def _plain(text: Callable[[], str]) -> Callable[[Data, Words], Told]:
    return lambda data, words: (text(), str(data.get("reason") or data.get("text") or data.get("note") or ""))


def _held(data: Data, words: Words) -> Told:
    named = [words.loaded.texts.promise(name, words.language) for name in data["promises"]]
    until = words.instant(max(datetime.fromisoformat(one) for one in data["promises"].values()))
    told = _("A system is out of order; the time begins at %(until)s: %(promises)s")
    return told % {"until": until, "promises": ", ".join(named)}, ""


def _promised_again(data: Data, words: Words) -> Told:
    named = [words.loaded.texts.promise(name, words.language) for name in data["promises"]]
    return _("Promised again, since it came back: %(promises)s") % {"promises": ", ".join(named)}, ""


def _closed(data: Data, words: Words) -> Told:
    if "into" in data:
        return _("Merged into %(case)s") % {"case": data["into"]}, str(data.get("reason", ""))
    return _("Closed"), str(data.get("reason", ""))


CUSTOMER: Mapping[str, Callable[[Data, Words], Told | None]] = {
    "opened": _opened,
    "joined": _joined,
    "wanted": _of_fact(lambda: _("We asked: %(what)s")),
    "reminded": _of_fact(lambda: _("We reminded you of: %(what)s")),
    "silence": _of_fact(lambda: _("No answer in time: %(what)s")),
    "done": _done,
    "promised": _promised,
    "held": _held,
    "kept": _promised,
    "broken": _promised,
    "ended": _ended,
    "closed": _closed,
    "merged": lambda data, words: (_("%(case)s goes on in this request") % {"case": data["case"]}, ""),
    "unmerged": lambda data, words: (_("%(case)s is a request of its own again") % {"case": data["case"]}, ""),
    "reopened": lambda data, words: (_("Opened again"), "" if data.get("facts") else str(data.get("reason", ""))),
    "message": _message,
    "document": lambda data, words: (_("Document: %(name)s") % {"name": data["name"]}, str(data.get("note", ""))),
    "customer asked": _of_task(lambda: _("We asked: %(what)s")),
    "replied": lambda data, words: (
        (_("Answer to: %(what)s") % {"what": data["title"]}, data["text"]) if data["kind"] == "question" else None
    ),
}
WORKER: Mapping[str, Callable[[Data, Words], Told | None]] = {
    **CUSTOMER,
    "merged": lambda data, words: (_("Merged into this request: %(case)s") % {"case": data["case"]}, data["reason"]),
    "unmerged": lambda data, words: (_("Merge undone: %(case)s") % {"case": data["case"]}, data["reason"]),
    "left": lambda data, words: (
        _("No longer taking part: %(role)s") % {"role": words.loaded.texts.role(data["role"], words.language)},
        "",
    ),
    "wanted": _of_fact(lambda: _("Wanted: %(what)s")),
    "answered": _of_fact(lambda: _("Answered: %(what)s")),
    "no longer wanted": _of_fact(lambda: _("No longer wanted: %(what)s")),
    "reminded": _of_fact(lambda: _("Reminded of: %(what)s")),
    "second opinion": _second_opinion,
    "planned": _of_action(lambda: _("To be done: %(what)s")),
    "started": _of_action(lambda: _("Begun: %(what)s")),
    "again": _of_action(lambda: _("To be tried again: %(what)s")),
    "unclear": _of_action(lambda: _("Not known whether it was done: %(what)s")),
    "refused": _of_action(lambda: _("Refused: %(what)s")),
    "failed": _of_action(lambda: _("Did not work: %(what)s")),
    "promised again": _promised_again,
    "given up": _of_action(lambda: _("Given up: %(what)s")),
    "proposed": _of_action(lambda: _("Proposed, to be confirmed by a second colleague: %(what)s")),
    "declined": _of_action(lambda: _("Not confirmed: %(what)s")),
    "decided": lambda data, words: (
        _("Outcome: %(outcome)s") % {"outcome": words.loaded.texts.outcome(data["outcome"], words.language)}
        if data["outcome"]
        else _("The outcome is open again"),
        "",
    ),
    "reopened": lambda data, words: (_("Opened again"), str(data.get("reason") or _labels(data, words))),
    "stuck": _plain(lambda: _("Stuck: nobody is asked and no outcome is reached")),
    "unstuck": _plain(lambda: _("Goes on")),
    "noted": _plain(lambda: _("Note")),
    "taken": _of_task(lambda: _("Task taken: %(what)s")),
    "released": _of_task(lambda: _("Task given back: %(what)s")),
    "handed over": _of_task(lambda: _("Task handed over: %(what)s")),
    "task added": _of_task(lambda: _("Task added: %(what)s")),
    "colleague asked": _of_task(lambda: _("Colleague asked: %(what)s")),
    "replied": lambda data, words: (_("Answer to: %(what)s") % {"what": data["title"]}, data["text"]),
    "erased": _plain(lambda: _("Payloads were erased")),
    "kept on order": _plain(lambda: _("Kept on order")),
    "order to keep ended": _plain(lambda: _("The order to keep it ended")),
    "destroyed": _plain(lambda: _("What it held was destroyed")),
    "moved": lambda data, words: (
        _("Goes on under version %(to)s of the case type, was %(from)s") % {"to": data["to"], "from": data["from"]},
        str(data.get("reason", "")),
    ),
}
