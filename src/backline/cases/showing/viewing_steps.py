"""The way to the end as a reader sees it: each step of the chosen outcome, and those that are taken back."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from backline.cases.merging.merged_cases import rows_of
from backline.cases.models import Effect
from backline.cases.showing.look import Look
from backline.cases.showing.views import StepView
from backline.engine.definition import Step

TO_COME = "to come"
UNSETTLED = ("planned", "started", "unknown", "refused", "failed")


def step_views(look: Look) -> tuple[StepView, ...]:
    """In order: what is taken back first, then the steps, made or to come; nothing while no outcome is chosen."""
    if look.reader.pending or look.evaluation.outcome is None:
        return ()
    own = Effect.objects.filter(case__in=rows_of(look.case), item="")
    latest = {row.action: row for row in own.order_by("planned_at", "generation")}
    chosen = next(one for one in look.loaded.definition.outcomes if one.name == look.evaluation.outcome)
    named = {step.action for step in chosen.do}
    back = [row for row in latest.values() if row.action not in named and row.kind == "undo"]
    return (*(_made(look, row) for row in back), *_steps(look, chosen.do, latest))


def _steps(look: Look, steps: tuple[Step, ...], latest: dict[str, Effect]) -> Iterator[StepView]:
    """A step that was taken back and is wished again is to come; one that ended otherwise never comes."""
    ended = look.case.state == "ended"
    for step in steps:
        row = latest.get(step.action)
        if row is not None and (row.kind != "undo" or step.undo):
            yield _made(look, row, beside=step.beside)
        elif not ended and not step.undo:
            label = look.loaded.texts.action(step.action, look.words.language)
            yield StepView(action=step.action, label=label, kind="do", state=TO_COME, words=_("to come"),
                           beside=step.beside)  # fmt: skip


def _made(look: Look, row: Effect, *, beside: bool = False) -> StepView:
    return StepView(
        action=row.action,
        label=look.loaded.texts.action(row.action, look.words.language),
        kind=row.kind,
        state=row.state,
        words=look.words.effect_of(
            row.state, row.kind, row.call, now=look.now, colleague=look.reader.audience == "worker"
        ),
        at=row.settled_at if row.state not in UNSETTLED else None,
        beside=beside,
    )
