"""One effect that went wrong: what was asked and answered, what it rests on, and what each way out would lead to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from backline.cases.effects import settling_rights
from backline.cases.effects.foreseeing import Foreseen, foresee
from backline.cases.models import Effect, Settlement
from backline.cases.showing.look import Look, look_at
from backline.cases.showing.viewing_steps import step_views
from backline.cases.showing.views import StepView
from backline.cases.storage.encoding import decode
from backline.connectors import recording, systems
from backline.connectors.models import Call
from backline.engine.definition import Action, Expression
from backline.engine.expressions.typed import reads
from backline.engine.values import show
from backline.insight.exceptions import OWN, system_of, title_of
from backline.people.actors import Actor

HIDDEN = recording.MASK
WAYS = ("retry", "by hand", "take back", "give up")
MOST_CALLS = 30


@dataclass(frozen=True, kw_only=True)
class SourceLine:
    """A fact from which an argument came, and where it is mended."""

    path: str
    label: str
    shown: str
    source_words: str
    said: bool
    """Somebody said it, so it can be noted otherwise; else it follows or is read in a system"""


@dataclass(frozen=True, kw_only=True)
class Argument:
    """One argument as it was sent."""

    name: str
    shown: str
    sources: tuple[SourceLine, ...]


@dataclass(frozen=True, kw_only=True)
class WayOut:
    """One way to settle it."""

    how: str
    why_not: str
    """Why this reader may not; empty where they may"""
    second: bool
    """A second colleague has to confirm it"""
    foreseen: Foreseen | None


@dataclass(frozen=True, kw_only=True)
class OneException:
    """All that is needed to settle it."""

    effect: Effect
    label: str
    system: str
    system_title: str
    words: str
    arguments: tuple[Argument, ...]
    calls: tuple[Call, ...]
    steps: tuple[StepView, ...]
    ways: tuple[WayOut, ...]
    proposed: Settlement | None
    own_proposal: bool
    gives: tuple[str, ...]
    """What it would have made known, and has to be said where it was done by hand"""
    open: bool


def exception_of(effect: Effect, by: Actor, *, language: str, zone: str, now: datetime) -> OneException:
    """As this colleague may see it."""
    recording.flush()
    look = look_at(effect.case, by, language=language, zone=zone, now=now)
    proposed = effect.settlements.filter(state="proposed").first()
    action = _action(look, effect)
    return OneException(
        effect=effect,
        label=look.loaded.texts.action(effect.action, language),
        system=system_of(effect),
        system_title=title_of(system_of(effect)),
        words=look.words.effect_of(effect.state, effect.kind, effect.call, now=now, colleague=True),
        arguments=tuple(_arguments(look, effect, action)),
        calls=tuple(Call.objects.filter(key=effect.key).order_by("-at", "-pk")[:MOST_CALLS]),
        steps=step_views(look),
        ways=tuple(_ways(look, effect, by)),
        proposed=proposed,
        own_proposal=proposed is not None and proposed.proposed_by == by.id,
        gives=tuple(action.gives) if action is not None and effect.kind == "do" else (),
        open=effect.state in ("failed", "refused", "unknown", "planned"),
    )


def _action(look: Look, effect: Effect) -> Action | None:
    path = "/".join([*(effect.item.split("/")[::2] if effect.item else []), effect.action])
    return look.loaded.program.actions.get(path)


def _arguments(look: Look, effect: Effect, action: Action | None) -> Iterator[Argument]:
    """Each as it was sent. What the reader may not see stays hidden; so does what the connector says is sensitive,
    unless it is a fact that the reader may see."""
    declared = action.arguments if action is not None else {}
    sensitive = _sensitive(effect)
    for name, told in effect.payload.items():
        expression = declared.get(name)
        sources, hidden = _sources(look, effect, expression) if expression is not None else ((), False)
        shown = HIDDEN if hidden or (name in sensitive and not sources) else _shown(look, told)
        yield Argument(name=name, shown=shown, sources=sources)


def _shown(look: Look, told: object) -> str:
    value = decode(told)
    return "–" if value is None else show(value, language=look.words.language, zone=look.words.zone)


def _sensitive(effect: Effect) -> frozenset[str]:
    """What the connector's file says is sensitive; everything, where it can't say so now."""
    if system_of(effect) == OWN:
        return frozenset()
    name, _dot, short = effect.call.partition(".")
    system = systems.described(name)
    operation = system.operations.get(short) if system else None
    return operation.sensitive if operation else frozenset(effect.payload)


def _sources(look: Look, effect: Effect, expression: Expression) -> tuple[tuple[SourceLine, ...], bool]:
    """The facts behind an argument, and whether one of them is not for this reader."""
    lines, hidden = [], False
    for read in sorted(reads(look.loaded.program.grounds.typed(expression))):
        path = read.name.rpartition(".")[2]
        within = f"{effect.item}/{path}" if effect.item else path
        state = look.evaluation.facts.get(within) or look.evaluation.facts.get(path)
        node = look.loaded.program.by_path.get(path)
        if state is None or node is None or node.fact is None:
            continue
        if not look.reader.sees(node.fact):
            hidden = True
            continue
        at = f"{state.item}/{state.name}" if state.item else state.name
        lines.append(SourceLine(
            path=at, label=look.words.label(state.name, state.item),
            shown="–" if state.status != "value" else look.words.shown(state.name, state.item, state.value),
            source_words=look.words.source(state.source, look.names.get(state.by, state.by.removeprefix("system:"))),
            said=state.source.partition("#")[0] in ("ask", "offer", "work", "settle", "memory"),
        ))  # fmt: skip
    return tuple(lines), hidden


def _ways(look: Look, effect: Effect, by: Actor) -> Iterator[WayOut]:
    for how in WAYS:
        if how == "take back" and not settling_rights.can_be_taken_back(effect):
            continue
        yield WayOut(
            how=how,
            why_not=settling_rights.why_not(by, effect, how),
            second=settling_rights.needs_second(how, by),
            foreseen=foresee(look, effect, how),
        )


def way_words(how: str) -> str:
    """What a way is called, on a button."""
    words = {"retry": _("Try again"), "by hand": _("Done by hand"), "take back": _("Take back what was made"),
             "give up": _("Give up")}  # fmt: skip
    return words.get(how, how)
