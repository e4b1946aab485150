"""What a decision about one effect would lead to: the engine's answer to the case as it would then be. Nothing is
written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from backline.cases.deciding import next_version
from backline.cases.fittings import fittings
from backline.cases.models import Effect
from backline.cases.showing.look import Look
from backline.cases.storage.happenings import Told, folded
from backline.cases.storage.snapshotting import record_of
from backline.engine.evaluating import evaluate
from backline.engine.evaluation import Evaluation, PromiseStatus
from backline.engine.reconciling import WITHDRAWN

LEADS_TO = {"give up": ("given up", {}), "take back": ("refused", {"refusal": WITHDRAWN})}
"""What would happen; the result of a new try, and what was done by hand, is not known before"""


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """What follows."""

    outcome: str
    """The outcome's words; empty where none is reached"""
    ends: bool
    next: tuple[str, ...]
    """What is done then, in words"""
    promises: tuple[str, ...]
    """What becomes of the promises that are not settled, in words"""


def foresee(look: Look, effect: Effect, how: str) -> Foreseen | None:
    """What would follow; None where nobody can tell."""
    if how not in LEADS_TO:
        return None
    kind, data = LEADS_TO[how]
    case = look.case
    told = Told(kind, {"key": effect.key, "action": effect.action, **data}, look.now, next_version(case))
    record = record_of(folded(case.snapshot, [told]), opened_at=case.opened_at, reference=case.reference)
    after = evaluate(look.loaded.program, record, now=look.now, calendar=fittings().calendar)
    outcome = after.outcome or ""
    return Foreseen(
        outcome=look.loaded.texts.outcome(outcome, look.words.language) if outcome else "",
        ends=after.state == "ended",
        next=tuple(_next(look, after)),
        promises=tuple(_promises(look, after, effect.action)),
    )


def _next(look: Look, after: Evaluation) -> Iterator[str]:
    for effect in after.effects:
        label = look.loaded.texts.action(effect.action, look.words.language)
        yield f"{label}: {look.words.effect('planned', effect.kind)}"


def _promises(look: Look, after: Evaluation, action: str) -> Iterator[str]:
    """What was promised of the action itself can't be kept; what is open when the case has ended is not kept either."""
    then = {status.name: status for status in after.promises}
    for status in look.evaluation.promises:
        if status.state in ("kept", "broken"):
            continue
        label = look.loaded.texts.promise(status.name, look.words.language)
        lost = look.loaded.definition.promises[status.name].of == action or after.state == "ended"
        yield _words(look, label, then.get(status.name), lost=lost)


def _words(look: Look, label: str, then: PromiseStatus | None, *, lost: bool) -> str:
    if then is None:
        return _("“%(promise)s” is no longer promised") % {"promise": label}
    if then.state not in ("kept", "broken") and lost:
        due = look.words.instant(then.due) if then.due else "–"
        return _("“%(promise)s” will not be kept; it is due by %(due)s") % {"promise": label, "due": due}
    return f"“{label}”: {look.words.promise(then.state, then.due, then.after)}"
