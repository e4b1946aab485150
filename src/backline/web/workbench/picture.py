"""The case page: what a case is made of, grouped as the page shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from backline.cases.merging.likenesses import like
from backline.cases.merging.merging_cases import case_merges_of
from backline.cases.models import Case, CaseMerge
from backline.cases.showing.views import CaseView, EffectView, EntryView, FactView, PromiseView, WantView
from backline.channels.readdressing import Undelivered, undelivered
from backline.people.actors import Actor
from backline.people.models import Team
from backline.web.portal.wording import PromiseLine, promise_line
from backline.web.workbench import correspondence, pictures, relatives
from backline.web.workbench.correspondence import Letter
from backline.web.workbench.pictures import Paper
from backline.web.workbench.relatives import Person, Relative

SHOWN = {
    "people": ("asserted", "answered", "noted", "replied", "taken", "released", "handed over", "task added",
               "colleague asked", "customer asked", "message", "document", "second opinion", "closed", "reopened"),
    "systems": ("planned", "started", "done", "failed", "refused", "unclear", "again", "given up"),
    "promises": ("promised", "kept", "broken"),
}  # fmt: skip
LATEST = 14
SAID = ("ask", "offer", "work", "settle", "read", "lookup", "memory", "event")
UNSETTLED = ("failed", "refused", "unknown")


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Somebody whose answer is wanted, and for what."""

    who: str
    wants: tuple[WantView, ...]


@dataclass(frozen=True, kw_only=True)
class Filter:
    """A way to read the timeline."""

    key: str
    label: str
    here: bool


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """What the page shows beyond the view itself."""

    state_words: str
    tone: str
    spelt: str
    promises: tuple[PromiseLine, ...]
    tasks: tuple[WantView, ...]
    waiting: tuple[Waiting, ...]
    known: tuple[FactView, ...]
    conflicts: tuple[FactView, ...]
    open: tuple[FactView, ...]
    changeable: frozenset[str]
    """Paths of facts that somebody says; what is worked out follows from them"""
    unneeded: tuple[FactView, ...]
    effects: tuple[EffectView, ...]
    unsettled: tuple[EffectView, ...]
    latest: tuple[EntryView, ...]
    earlier: tuple[EntryView, ...]
    filters: tuple[Filter, ...]
    papers: tuple[Paper, ...]
    letters: tuple[Letter, ...]
    people: tuple[Person, ...]
    related: tuple[Relative, ...]
    team: str
    alike: tuple[Case, ...]
    """Open requests that look like the same one"""
    merges: tuple[CaseMerge, ...]
    undelivered: tuple[Undelivered, ...]
    questions: int
    """How many questions to the customers are open: the call script"""


def case_page(case: Case, view: CaseView, by: Actor, *, now: datetime, shown: str = "") -> CasePage:
    """Group the view for this reader."""
    effects, entries = tuple(view.effects), _entries(view, shown)
    return CasePage(
        state_words=view.outcome_label or _state(view),
        tone={"ended": "good", "stuck": "bad"}.get(view.state, "brand"),
        spelt=spelt(view.reference),
        promises=tuple(_promise(one) for one in view.promises),
        tasks=view.tasks,
        waiting=_waiting(view),
        known=tuple(one for one in view.facts if one.status == "value" and not _passed_by(one)),
        conflicts=tuple(one for one in view.facts if one.status == "conflict"),
        open=tuple(one for one in view.facts if one.status in ("unknown", "failed")),
        changeable=frozenset(one.path for one in view.facts if _is_said(one)),
        unneeded=tuple(one for one in view.facts if one.status == "absent" or _passed_by(one)),
        effects=tuple(reversed(effects)),
        unsettled=tuple(one for one in effects if one.state in UNSETTLED),
        latest=entries[:LATEST],
        earlier=entries[LATEST:],
        filters=_filters(shown),
        papers=tuple(pictures.papers(view, view.documents)),
        letters=tuple(correspondence.letters(case, view)),
        people=tuple(relatives.people(case, view, now=now)),
        related=tuple(relatives.related(view)),
        team=Team.objects.filter(key=view.owner).values_list("name", flat=True).first() or view.owner,
        alike=tuple(like(case, by, now=now)),
        merges=tuple(case_merges_of(case)) if "merged" in case.snapshot else (),
        undelivered=tuple(undelivered(case)),
        questions=sum(1 for want in view.wanted if want.kind == "ask"),
    )


WORDS = """Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike November Oscar Papa Quebec
Romeo Sierra Tango Uniform Victor Whiskey X-ray Yankee Zulu"""
SPELLING = {word[0]: word for word in WORDS.split()}
"""How letters are read out on the phone (ICAO)"""


def spelt(reference: str) -> str:
    """How to read a reference out: ``Hotel Whiskey, 4 Foxtrot 7 Kilo, 2 9``."""
    return ", ".join(" ".join(SPELLING.get(one, one) for one in part) for part in reference.split("-"))


def _state(view: CaseView) -> str:
    return {"open": _("Open"), "stuck": _("Stuck"), "ended": _("Ended")}.get(view.state, view.state)


def _promise(one: PromiseView) -> PromiseLine:
    return promise_line(one.label, one.words, one.state)


def _passed_by(fact: FactView) -> bool:
    """Known only since nobody needs it here."""
    return fact.source.partition("#")[0] == "else"


def _is_said(fact: FactView) -> bool:
    """Whether a colleague may note something else of it; a consent or signature is the person's own."""
    said = fact.source.partition("#")[0] in SAID or fact.status == "conflict"
    return fact.own and said and fact.kind not in ("consent", "signature", "person")


def _waiting(view: CaseView) -> tuple[Waiting, ...]:
    """Everybody but the team, each with what is wanted of them."""
    tasks = {one.id for one in view.tasks}
    others = [one for one in view.wanted if not (one.id and one.id in tasks)]
    names = {one.who_words: _called(view, one) for one in others}
    return tuple(Waiting(who=names[who], wants=tuple(one for one in others if one.who_words == who)) for who in names)


def _called(view: CaseView, want: WantView) -> str:
    """By name, where it is a role that somebody holds."""
    holders = [one.name for one in view.parties if one.role == want.who]
    if holders:
        return ", ".join(holders)
    return _("System: %(name)s") % {"name": want.who_words} if want.kind in ("lookup", "read") else want.who_words


def _entries(view: CaseView, shown: str) -> tuple[EntryView, ...]:
    kinds = SHOWN.get(shown)
    found: Iterator[EntryView] = (one for one in view.timeline if kinds is None or one.kind in kinds)
    if shown == "people":
        found = (one for one in found if not one.by.startswith("system:"))
    return tuple(reversed(list(found)))


def _filters(shown: str) -> tuple[Filter, ...]:
    told = (("", _("All")), ("people", _("People")), ("systems", _("Systems")), ("promises", _("Promises")))
    return tuple(Filter(key=key, label=label, here=key == shown) for key, label in told)
