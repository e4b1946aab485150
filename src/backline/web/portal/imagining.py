"""What would follow: the engine's answer to what was only tried, in the customer's words. Nothing is written or made.

Where the end hangs on others (a document, a consent, a colleague's look), it is imagined that each says yes, and
that is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from backline.cases.deciding import as_if_said
from backline.cases.effects import plans as planning
from backline.cases.facts import declared
from backline.cases.fittings import fittings
from backline.cases.gathering import gather, kind_of
from backline.cases.models import Case
from backline.cases.said import Said
from backline.cases.watch import Watch
from backline.catalogue.versions import LoadedType
from backline.engine.definition import Fact
from backline.engine.evaluating import evaluate
from backline.engine.evaluation import Evaluation, FactState, Wanted
from backline.engine.record import Assertion, CaseRecord, Failure
from backline.engine.values import Row
from backline.web.portal.ordering import in_order
from backline.web.portal.showing import value_words
from backline.web.portal.wording import PromiseLine, due_words, promise_line

ROUNDS = 12
FIGURES = ("money", "integer", "decimal", "date", "datetime", "duration")
FOUND = ("is", "decide", "lookup", "yes if", "no if")
DOCUMENTS = ("document", "signature")
Sees = Callable[[Fact, FactState], bool]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """Something computed, and what it is now where that differs."""

    label: str
    value: str
    before: str = ""


@dataclass(frozen=True, kw_only=True)
class Condition:
    """What it hangs on, and who settles it."""

    label: str
    who: str
    sign: str


@dataclass(frozen=True, kw_only=True)
class EffectLine:
    """Something that would be done, and in which system."""

    words: str
    system: str = ""


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What would happen."""

    outcome: str
    figures: list[Figure]
    conditions: list[Condition]
    effects: list[EffectLine]
    promises: list[PromiseLine]


@dataclass(frozen=True, kw_only=True)
class Tried:
    """A case with what was tried in it, and who tries."""

    case: Case
    loaded: LoadedType
    said: Said
    evaluation: Evaluation
    present: str
    sees: Sees
    language: str
    now: datetime


def outlook_of(tried: Tried, before: Evaluation | None = None) -> Outlook:
    """The whole picture; ``before`` is how things stand without it."""
    imagined, on = _imagined(tried)
    return Outlook(
        outcome=tried.loaded.texts.outcome(imagined.outcome, tried.language) if imagined.outcome else "",
        figures=list(_figures(tried, before)),
        conditions=[_condition(tried, want) for want in on],
        effects=_effects(tried, imagined),
        promises=[_promise(tried, name) for name in tried.loaded.definition.promises if _is_open(tried, name)],
    )


def _imagined(tried: Tried) -> tuple[Evaluation, list[Wanted]]:
    """How it would end if everybody said yes, and whose word that needs. Systems are read, and nothing else."""
    evaluation, said, on = tried.evaluation, tried.said, []
    asked: set[tuple[str, str, str]] = set()
    for _round in range(ROUNDS):
        new = [w for w in evaluation.wanted if (w.fact, w.item, w.source) not in asked]
        if evaluation.outcome or not new:
            break
        asked |= {(w.fact, w.item, w.source) for w in new}
        record = _record(tried, said, evaluation)
        lookups = [want for want in new if kind_of(want.source) == "lookup"]
        said = said.and_then(gather(lookups, case=tried.case, loaded=tried.loaded, record=record, now=tried.now).said)
        yes = [_yes(tried, want, len(asked) + nth) for nth, want in enumerate(w for w in new if w not in lookups)]
        on += [w for w in new if any((one.fact, one.item) == (w.fact, w.item) and _is_yes(one) for one in yes)]
        said = said.and_then(Said(assertions=tuple(yes)))
        evaluation = _evaluated(tried, _record(tried, said, evaluation))
        evaluation = _evaluated(tried, _record(tried, said, evaluation))
    return evaluation, on


def _record(tried: Tried, said: Said, evaluation: Evaluation) -> CaseRecord:
    """The case so far, with those who would take part because a fact names them; none of them is written down."""
    record = as_if_said(tried.case, said, watch=Watch(tried.now), present=tried.present)
    parties = dict(record.parties)
    for role in tried.loaded.definition.roles.values():
        state = evaluation.facts.get(f"{role.name}_person")
        if state and state.status == "value" and isinstance(state.value, Row) and not parties.get(role.name):
            parties[role.name] = (state.value,)
    return replace(record, parties=parties)


def _evaluated(tried: Tried, record: CaseRecord) -> Evaluation:
    return evaluate(tried.loaded.program, record, now=tried.now, calendar=fittings().calendar)


def _is_yes(said: Assertion) -> bool:
    return not isinstance(said.value, Failure)


def _yes(tried: Tried, want: Wanted, nth: int) -> Assertion:
    return Assertion(
        id=f"imagined-{nth}",
        fact=want.fact,
        item=want.item,
        value=_value(declared(tried.loaded.definition, want.fact, want.item), want),
        source=want.source,
        who="system:backline",
        role=want.who,
        holds_from=tried.now,
        said_at=tried.now,
        basis=want.basis,
        supposed=True,
    )


def _value(fact: Fact, want: Wanted) -> Any:
    """Yes; a document; or nothing, where nobody can imagine the answer: then the next source follows."""
    if kind_of(want.source) in ("ask", "work"):
        if fact.type.kind in ("yes/no", "consent"):
            return True
        if fact.type.kind in DOCUMENTS:
            return Row(type=fact.type.kind, id="imagined", members={})
    return Failure(reason="imagined")


def _figures(tried: Tried, before: Evaluation | None) -> Iterator[Figure]:
    """What is computed or read and may be told, in order."""
    for fact in in_order(tried.loaded.definition):
        state = tried.evaluation.facts.get(fact.name)
        if not fact.label or fact.type.kind not in FIGURES or not any(s.kind in FOUND for s in fact.sources):
            continue
        if state is None or state.status != "value" or not tried.sees(fact, state):
            continue
        was = before.facts.get(fact.name) if before else None
        changed = was is not None and was.status == "value" and was.value != state.value
        yield Figure(
            label=tried.loaded.texts.label(fact.name, tried.language),
            value=_words(tried, fact, state.value),
            before=_words(tried, fact, was.value) if was and changed else "",
        )


def _condition(tried: Tried, want: Wanted) -> Condition:
    fact = declared(tried.loaded.definition, want.fact, want.item)
    label = tried.loaded.texts.label(want.fact, tried.language)
    if kind_of(want.source) == "work":
        return Condition(
            label=label if _told(fact, tried) else _("A check by us"), who=_("A colleague"), sign="building"
        )
    if want.who == tried.present:
        return Condition(label=label, who=_("You"), sign="file" if fact.type.kind in DOCUMENTS else "pencil")
    return Condition(label=label, who=tried.loaded.texts.role(want.who, tried.language), sign="user")


def _told(fact: Fact, tried: Tried) -> bool:
    return bool(fact.label) and tried.sees(fact, FactState(name=fact.name, status="unknown"))


def _effects(tried: Tried, imagined: Evaluation) -> list[EffectLine]:
    """What would be made, each once, in the words of the case type."""
    planned = [(e.action, e.kind) for e in (*tried.evaluation.effects, *imagined.effects)]
    outcome = next((o for o in tried.loaded.definition.outcomes if o.name == imagined.outcome), None)
    made = {effect["action"] for effect in tried.case.snapshot["effects"].values()}
    planned += [(step.action, "do") for step in (outcome.do if outcome else ()) if step.action not in made]
    lines = (_effect_line(tried, action, kind) for action, kind in dict.fromkeys(planned))
    return list(dict.fromkeys(line for line in lines if line.words))


def _effect_line(tried: Tried, action: str, kind: str) -> EffectLine:
    declared = tried.loaded.definition.actions.get(action)
    called = planning.call_of(declared, kind) if declared is not None else ""
    return EffectLine(words=_effect_words(tried, action, kind), system=planning.system_title(called))


def _effect_words(tried: Tried, action: str, kind: str) -> str:
    found = tried.loaded.definition.actions.get(action)
    if found is None:
        return ""
    if found.kind in ("message", "letter"):
        return _("We send a letter") if found.kind == "letter" else _("We send an e-mail")
    if not found.label:
        return ""
    label = tried.loaded.texts.action(action, tried.language)
    told = {"amend": _("Changed: %(what)s"), "undo": _("Taken back: %(what)s")}
    return told[kind] % {"what": label} if kind in told else label


def _is_open(tried: Tried, name: str) -> bool:
    return any(p.name == name and p.state not in ("kept", "broken") for p in tried.evaluation.promises)


def _promise(tried: Tried, name: str) -> PromiseLine:
    status = next(p for p in tried.evaluation.promises if p.name == name)
    texts, language = tried.loaded.texts, tried.language
    after = texts.label(status.after, language) if status.after else ""
    words = due_words(status.state, status.due, status.settled_at, after)
    return promise_line(texts.promise(name, language), words, status.state)


def _words(tried: Tried, fact: Fact, value: Any) -> str:
    return value_words(fact, value, tried.loaded.texts, tried.language)
