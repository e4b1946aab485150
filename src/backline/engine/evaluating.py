"""The answer to a case: values, outcome, effects, what is wanted next, promises, and when to look again. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from backline.engine.answered import Answered, Demand
from backline.engine.beginning import Beginning, begin, demand_at, view_at
from backline.engine.calendars import Calendar
from backline.engine.conflicts import settled_anyway
from backline.engine.discretion import discreetly
from backline.engine.evaluation import (
    CaseState,
    Evaluation,
    Exceptional,
    FactState,
    PromiseStatus,
    Wanted,
)
from backline.engine.expressions.running import Clock
from backline.engine.generating.program import Program
from backline.engine.once import once
from backline.engine.promises import promise_statuses, promises_wake
from backline.engine.reconciling import WITHDRAWN, History, Key, Plan, beyond, first_steps, histories, reconcile
from backline.engine.record import CaseRecord
from backline.engine.relevance import certain
from backline.engine.standing import fact_states
from backline.engine.views import Choice, Rows, View, choose, view_of, view_since
from backline.engine.wanting import offers_of, wanted_of
from backline.engine.wishing import Wishes, Wishing, wishes_of


def evaluate(
    program: Program, record: CaseRecord, *, now: datetime, calendar: Calendar, as_of: datetime | None = None
) -> Evaluation:
    """Evaluates a case. ``as_of`` judges the outcome as of an instant; by default, when its first effect began."""
    found = begin(program, record, now, calendar) if as_of is None else None
    if found is not None:
        return Answer(found)
    return Answer(answered(program, record, now=now, calendar=calendar, as_of=as_of))


def answered(
    program: Program, record: CaseRecord, *, now: datetime, calendar: Calendar, as_of: datetime | None = None
) -> Answered:
    """Evaluates a case and keeps what the answer was made from."""
    made = histories(record, program.was) if record.effects else {}
    view = view_of(program, record, made, Clock(now, calendar))
    since = as_of or _begun(program, made)
    judged = view if since is None else view_since(program, record, made, since, calendar)
    answer = _answered(program, record, now, calendar, made, view, judged)
    if program.optional:
        blank = _nobody_asked(answer)
        if blank:
            again = view.supposing(view.heads, blank)
            judged = again if judged is view else judged.supposing(judged.heads, blank)
            answer = _answered(program, record, now, calendar, made, again, judged)
    return answer


set_outcome = Evaluation.__dict__["outcome"].__set__
set_effects = Evaluation.__dict__["effects"].__set__


class Answer(Evaluation):
    """An evaluation whose costly parts are worked out when they are looked at."""

    __slots__ = ("__dict__",)

    def __init__(self, found: Answered | Beginning) -> None:
        self.__dict__["found"] = found
        if isinstance(found, Beginning):
            number, effects = found.number, found.effects
        else:
            number, effects = found.choice.number, found.plan.effects
        set_outcome(self, None if number is None else found.program.ends[number])
        set_effects(self, effects)

    found: Answered | Beginning

    @once
    def answer(self) -> Answered:
        """All that the answer was made from."""
        found = self.found
        return found if isinstance(found, Answered) else begun(found)

    @property
    def demand(self) -> int:
        """What could settle the case, as bits: ``wanted`` tells which of it is asked next, from whom and how."""
        found = self.found
        return demand_at(found) if isinstance(found, Beginning) else found.demand.mask

    @once
    def state(self) -> CaseState:
        return self.answer.state

    @once
    def facts(self) -> Mapping[str, FactState]:
        return fact_states(self.answer)

    @once
    def wanted(self) -> tuple[Wanted, ...]:
        return wanted_of(self.answer, self.promises)

    @once
    def offers(self) -> tuple[Wanted, ...]:
        return offers_of(self.answer)

    @once
    def promises(self) -> tuple[PromiseStatus, ...]:
        return promise_statuses(self.answer)

    @once
    def exceptions(self) -> tuple[Exceptional, ...]:
        return self.answer.exceptions

    @once
    def wake(self) -> datetime | None:
        return wake_of(self.answer, self.promises)


def wake_of(answer: Answered, promises: tuple[PromiseStatus, ...]) -> datetime | None:
    """The first instant after now at which the answer can change by itself."""
    due = [wait.due for wait in answer.record.waits if wait.until is None and wait.due is not None]
    turns = promises_wake(promises, answer.record.opened_at)
    instants = [answer.view.environment.clock.wake, answer.wishes.wake, *due, *turns]
    return min((instant for instant in instants if instant is not None and instant > answer.now), default=None)


def begun(found: Beginning) -> Answered:
    """What the short way found, as the whole way has it."""
    view = view_at(found)
    choice = Choice(found.number, found.open, found.wants, Rows())
    decided = found.number is not None
    plan = Plan(effects=found.effects, reached=decided and not found.sequence, quiet=not found.conditional)
    demand = Demand(demand_at(found), NO_ROWS, found.other, found.asks)
    wishes = Wishes(failed=found.failed)
    return Answered(
        found.program, found.record, found.now, found.calendar, {}, view, view, choice, wishes, plan, demand
    )


def _answered(
    program: Program,
    record: CaseRecord,
    now: datetime,
    calendar: Calendar,
    made: Mapping[Key, History],
    view: View,
    judged: View,
) -> Answered:
    choice = choose(judged)
    mask, rows = 0, NO_ROWS
    if choice.number is None and (choice.wants or choice.rows):
        mask, rows = judged.leaves(choice.wants, dict(choice.rows))
        judged, choice = _without_asking(judged, choice, mask, rows)
        if choice.number is not None:
            mask, rows = 0, NO_ROWS
    if program.discreet and not made:
        choice, mask, rows = discreetly(judged, choice, mask, rows)
    wishes = wishes_of(Wishing(program, record, made, view, judged, choice, now, calendar))
    while made and (then := _instead(program, made, choice, wishes)) is not None:
        choice = Choice(then, (then,), 0, Rows())
        wishes = wishes_of(Wishing(program, record, made, view, judged, choice, now, calendar))
    plan = _plan(program, record, made, wishes, choice)
    demand = _demand(program, view, choice, wishes, mask, rows)
    return Answered(program, record, now, calendar, made, view, judged, choice, wishes, plan, demand)


def _instead(program: Program, made: Mapping[Key, History], choice: Choice, wishes: Wishes) -> int | None:
    """The outcome that follows where a step of the chosen one can't be done. It always stands after it."""
    if choice.number is None or (step := beyond(wishes.sequence, made)) is None:
        return None
    outcomes = program.definition.outcomes
    name = outcomes[choice.number].else_ or (outcomes[-1].name if step.refusal == WITHDRAWN else "")
    later = range(choice.number + 1, len(outcomes))
    return next((number for number in later if outcomes[number].name == name), None)


def _without_asking(judged: View, choice: Choice, mask: int, rows: Rows) -> tuple[View, Choice]:
    """The outcome on which all candidates of a conflict, or all answers to what is open, agree."""
    program = judged.program
    if mask & program.conflicts:
        judged, choice = settled_anyway(judged, choice)
    if (
        choice.number is None
        and program.doubled[choice.open[0]]
        and not rows
        and not mask & ~(program.few_mask | program.conflicts)
    ):
        number = certain(judged, choice)
        if number is not None:
            return judged, Choice(number, (number,), 0, Rows())
    return judged, choice


def _begun(program: Program, made: Mapping[Key, History]) -> datetime | None:
    """When the first effect of an outcome began that still stands."""
    begun = [history.begun for key, history in made.items() if key[0] in program.steps and history.begun is not None]
    return min(begun, default=None)


def _plan(program: Program, record: CaseRecord, made: Mapping[Key, History], wishes: Wishes, choice: Choice) -> Plan:
    if not (made or wishes.sequence or wishes.conditional):
        return NOTHING_TO_DO if choice.number is not None else Plan()
    if not made:
        return first_steps(wishes.sequence, wishes.conditional, choice.number is not None)
    return reconcile(
        program.by_name,
        made,
        sequence=wishes.sequence,
        conditional=wishes.conditional,
        left_alone=frozenset(wishes.left_alone),
        said_since={key: _said_since(record, history) for key, history in made.items()},
        decided=choice.number is not None,
    )


NOTHING_TO_DO = Plan(reached=True)


def _said_since(record: CaseRecord, history: History) -> bool:
    """Whether a person said anything after a system refused."""
    if history.last is None or history.last.state != "refused":
        return False
    refused = history.last.settled_at or history.last.planned_at
    return any(
        said.said_at > refused and said.source.partition("#")[0] in ("ask", "work", "offer", "settle")
        for said in record.assertions
    )


def _demand(program: Program, view: View, choice: Choice, wishes: Wishes, mask: int, rows: Rows) -> Demand:
    """What could still settle the outcome, payloads, conditions of actions and promised facts."""
    unless = ~program.personal if choice.number is not None else -1
    masks = []
    for wants, wanted_rows, kept in (
        (wishes.wants, wishes.rows, -1),
        (wishes.riding, wishes.riding_rows, ~program.work),
        (view.settling(program.promised) if program.promised else 0, NO_ROWS, unless),
        (*view.settling_items(program.promised_of_items), unless),
        (wishes.asks, wishes.ask_rows, ~program.work),
    ):
        more = 0
        if wants or wanted_rows:
            more, more_rows = view.leaves(wants, dict(wanted_rows))
            if more_rows:
                rows = dict(rows)
                _join(rows, {leaf: at for leaf, at in more_rows.items() if kept >> leaf & 1})
        masks.append(more & kept)
    other, asks = masks[0] | masks[1] | masks[2] | masks[3], masks[4]
    return Demand(mask | other | asks, rows, other, asks)


NO_ROWS: Rows = {}


def _join(rows: Rows, more: Rows) -> None:
    for leaf, at in more.items():
        rows[leaf] = rows.get(leaf, 0) | at


def _nobody_asked(answer: Answered) -> int:
    """Optional questions to roles that are asked nothing else: they count as left blank."""
    program = answer.program
    wanted = answer.demand.mask | sum(1 << leaf for leaf in answer.demand.rows)
    asked = {leaf.who for leaf in program.leaves if leaf.kind == "ask" and not leaf.optional and wanted & leaf.bit}
    return sum(
        leaf.bit
        for leaf in program.leaves
        if program.optional & leaf.bit and wanted & leaf.bit and leaf.who not in asked
    )
