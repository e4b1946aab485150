"""What would follow if one case went on in another: evaluated, shown side by side, and nothing written."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from backline.cases.merging.bringing import Brought, what_comes
from backline.cases.merging.merged_cases import rows_of
from backline.cases.merging.merging_cases import BETWEEN_PEOPLE, refuse
from backline.cases.models import Case, Want
from backline.cases.refusals import Refusal
from backline.cases.showing.entries_together import read_entries
from backline.cases.showing.look import Look, look_at
from backline.cases.showing.viewing import log_looks
from backline.cases.showing.viewing_facts import fact_views
from backline.cases.showing.viewing_work import promise_views
from backline.cases.showing.views import FactView, PromiseView
from backline.cases.storage.happenings import Told, folded
from backline.catalogue import versions
from backline.people.actors import Actor
from backline.people.models import Party


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A fact or a promise in both, and as it would be."""

    label: str
    here: str
    there: str
    then: str
    conflict: bool = False


@dataclass(frozen=True, kw_only=True)
class MergePreview:
    """What the page of a merge shows before it is done."""

    refusal: str
    """Why it can't be done; empty where it can"""
    facts: tuple[Compared, ...]
    promises: tuple[Compared, ...]
    made: tuple[str, ...]
    """What was made there and counts here, too"""
    doubled: tuple[str, ...]
    next: tuple[str, ...]
    """What would be done next, by itself"""
    joining: tuple[str, ...]
    left: tuple[str, ...]
    """Facts of the other that this version of the case type does not know"""
    tasks: tuple[str, ...]
    notes: int
    messages: int
    documents: int
    outcome: str

    @property
    def conflicts(self) -> tuple[Compared, ...]:
        """What a person has to settle."""
        return tuple(one for one in self.facts if one.conflict)


def preview_merge(*, kept: Case, gone: Case, by: Actor, purpose: str, language: str, now: datetime) -> MergePreview:
    """``kept`` with all that ``gone`` brings, as this colleague may see both. Raises NotAllowed."""
    refusal = _refusal(kept, gone, by, now)
    for case in (kept, gone):
        log_looks(case, by, purpose=purpose, what="case", now=now)
    loaded = versions.load(kept.type_key, kept.type_version)
    brought = what_comes(kept=kept, gone=gone, loaded=loaded)
    here, there = (look_at(one, by, language=language, zone="", now=now) for one in (kept, gone))
    then = look_at(_after(kept, brought, now), by, language=language, zone="", now=now)
    wants = Want.objects.filter(case=gone, closed_at=None, kind__in=BETWEEN_PEOPLE, match="")
    kinds = [entry.kind for entry, _data in read_entries(*rows_of(gone))]
    texts = loaded.texts
    outcome = then.evaluation.outcome
    return MergePreview(
        refusal=refusal,
        facts=tuple(_facts(here, there, then, by)),
        promises=tuple(_promises(here, there, then)),
        made=_names([one["action"] for one in brought.effects.values()], then),
        doubled=_names([action for action, _item in brought.doubled], then),
        next=_names([one.action for one in then.evaluation.effects], then),
        joining=tuple(_joining(brought, then)),
        left=_labels([one["fact"] for one in brought.left], there),
        tasks=tuple(wants.values_list("title", flat=True)),
        notes=kinds.count("noted"),
        messages=kinds.count("message"),
        documents=len(brought.documents),
        outcome=texts.outcome(outcome, language) if outcome else "",
    )


def _refusal(kept: Case, gone: Case, by: Actor, now: datetime) -> str:
    try:
        refuse(kept=kept, gone=gone, by=by, now=now)
    except Refusal as refused:
        return str(refused)
    return ""


def _after(kept: Case, brought: Brought, now: datetime) -> Case:
    """The case as it would be, which is not saved."""
    case = copy(kept)
    told = (Told(one.kind, one.data, now, kept.version + 1) for one in brought.happenings(reason="", name=""))
    case.snapshot = folded(kept.snapshot, told)
    return case


def _facts(here: Look, there: Look, then: Look, by: Actor) -> Iterator[Compared]:
    """Those that anything is known of, what differs first."""
    one, two = ({view.path: view for view in fact_views(look, by)} for look in (here, there))
    lines = [
        Compared(
            label=view.label,
            here=_shown(one.get(view.path)),
            there=_shown(two.get(view.path)),
            then=_shown(view),
            conflict=view.status == "conflict",
        )
        for view in fact_views(then, by)
    ]
    told = [line for line in lines if line.here or line.there or line.then]
    yield from sorted(told, key=lambda line: (not line.conflict, line.here == line.there))


def _shown(view: FactView | None) -> str:
    if view is None or view.status in ("unknown", "absent"):
        return ""
    return " / ".join(one.shown for one in view.candidates) if view.status == "conflict" else view.shown


def _promises(here: Look, there: Look, then: Look) -> Iterator[Compared]:
    one, two = ({view.name: view for view in promise_views(look)} for look in (here, there))
    for view in promise_views(then):
        yield Compared(
            label=view.label, here=_words(one.get(view.name)), there=_words(two.get(view.name)), then=view.words
        )


def _words(view: PromiseView | None) -> str:
    return view.words if view else ""


def _names(actions: list[str], look: Look) -> tuple[str, ...]:
    return tuple(dict.fromkeys(look.loaded.texts.action(action, look.words.language) for action in actions))


def _labels(facts: list[str], look: Look) -> tuple[str, ...]:
    return tuple(dict.fromkeys(look.words.label(fact) for fact in facts))


def _joining(brought: Brought, look: Look) -> Iterator[str]:
    """Name and role."""
    rows = Party.objects.in_bulk([one.data["party"] for one in brought.joined])
    for one in brought.joined:
        role = look.loaded.texts.role(one.data["role"], look.words.language)
        yield f"{rows[one.data['party']].name} ({role})"
