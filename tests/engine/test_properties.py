"""What holds for every case type and every history: the order of arrival, relevance, statuses, endings, effects."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import product
from typing import Any

from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st

from backline.engine.definition import DefinitionProblems
from backline.engine.evaluating import evaluate
from backline.engine.evaluation import DesiredEffect, Evaluation
from backline.engine.generating import Program
from backline.engine.record import Assertion, CaseRecord, EffectRecord, Failure
from tests.engine.making import CALENDAR, START, action, at, case, compiled, fact, outcome, said

FEW = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    derandomize=True,
)
LEAVES = ("a", "b", "c", "d")


@st.composite
def formulas(draw: st.DrawFn, names: tuple[str, ...], depth: int = 3) -> str:
    """A condition over yes/no facts."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(names))
    kind = draw(st.sampled_from(("and", "or", "not", "if")))
    left = draw(formulas(names, depth - 1))
    if kind == "not":
        return f"(not {left})"
    right = draw(formulas(names, depth - 1))
    if kind == "if":
        return f"({left} if {draw(st.sampled_from(names))} else {right})"
    return f"({left} {kind} {right})"


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Four questions, two rules that share them, three outcomes with effects that can be undone."""
    sources = [{"ask": "customer"}, {"lookup": "x.y"}, {"work": "team"}, {"ask": "customer", "work": "team"}]
    leaves = [fact(name, **draw(st.sampled_from(sources))) for name in LEAVES]
    rule = fact("r", **{"is": draw(formulas(LEAVES))})
    guarded = fact(
        "g", if_=draw(formulas((*LEAVES, "r"), 1)), ask="customer", else_=draw(st.sampled_from((None, "yes")))
    )
    names = (*LEAVES, "r")
    first, second = draw(formulas((*names, "g"))), draw(formulas(names))
    actions = [
        action(f"do_{n}", f"x.do_{n}", with_={"a": draw(st.sampled_from(LEAVES))}, undo=f"x.undo_{n}")
        for n in (1, 2, 3)
    ]
    try:
        return compiled(
            *leaves,
            rule,
            guarded,
            *actions,
            outcome("one", first, "do_1"),
            outcome("two", second, "do_2", "do_3"),
            outcome("three", None, "do_3"),
        )
    except DefinitionProblems:
        reject()


def written(program: Program) -> str:
    """A random type as it would be written."""
    facts = {
        name: [one.expression.text if one.expression else one.kind for one in each.sources]
        + [each.if_ and each.if_.text]
        for name, each in program.definition.facts.items()
    }
    outcomes = [(one.when and one.when.text, [step.action for step in one.do]) for one in program.definition.outcomes]
    return f"{facts} {outcomes}"


def answers_to(program: Program, values: dict[str, Any], only: set[str] | None = None) -> tuple[Assertion, ...]:
    """Answers to the first source of each fact."""
    found = []
    for name, value in values.items():
        node = program.by_path[name]
        assert node.fact is not None
        if only is None or name in only:
            found.append(said(name, value, id=f"x-{name}", source=node.fact.sources[0].kind))
    return tuple(found)


def look(program: Program, assertions: tuple[Assertion, ...], *effects: EffectRecord, now: Any = None) -> Evaluation:
    return evaluate(
        program,
        CaseRecord(opened_at=START, assertions=assertions, effects=effects),
        now=now or at(1),
        calendar=CALENDAR,
    )


def result(program: Program, found: Evaluation) -> Any:
    """What the customer and the systems see in the end: the outcome, and what all its actions are made with."""
    chosen = next((one for one in program.definition.outcomes if one.name == found.outcome), None)
    arguments = [program.actions[step.action].arguments["a"].text for step in chosen.do] if chosen else []
    return found.outcome, [found.facts[name].value for name in arguments]


VALUES = st.fixed_dictionaries({name: st.booleans() for name in (*LEAVES, "g")})


class TestSameSetSameAnswer:
    @FEW
    @given(programs(), VALUES, st.randoms(use_true_random=False))
    def test_the_order_of_arrival_does_not_matter(self, program, values, random):
        assertions = list(answers_to(program, values)[: random.randint(0, 5)])
        assertions += [
            replace(
                one,
                id=f"{one.id}-again",
                value=random.random() < 0.5,
                replaces=(one.id,) if random.random() < 0.5 else (),
            )
            for one in assertions
            if random.random() < 0.4
        ]
        first = look(program, tuple(assertions))
        random.shuffle(assertions)
        assert look(program, tuple(assertions)) == first


class TestNobodyIsAskedInVain:
    @FEW
    @given(programs(), VALUES, st.sets(st.sampled_from(LEAVES)))
    def test_every_question_to_a_person_can_change_the_result(self, program, values, told):
        assertions = answers_to(program, values, told)
        found = look(program, assertions)
        asked = {one.fact for one in found.wanted if one.source.partition("#")[0] in ("ask", "work")}
        for name in asked:
            assert _matters(program, assertions, name), (name, told, written(program))

    @FEW
    @given(programs(), VALUES, st.sets(st.sampled_from(LEAVES)))
    def test_an_outcome_that_all_answers_agree_on_needs_none_of_them(self, program, values, told):
        assertions = answers_to(program, values, told)
        found = look(program, assertions)
        if found.outcome is not None:
            assert {look(program, rest).outcome for rest in _completions(program, assertions)} == {found.outcome}


class TestStatuses:
    @FEW
    @given(programs(), VALUES, st.sets(st.sampled_from(LEAVES)))
    def test_what_is_decided_is_not_reversed_by_knowing_more(self, program, values, told):
        """Unknown never counted as false (or true): a decided outcome stays, whatever is learnt."""
        found = look(program, answers_to(program, values, told))
        whole = look(program, answers_to(program, values))
        assert found.outcome in (None, whole.outcome)

    @FEW
    @given(programs(), VALUES, st.sets(st.sampled_from(LEAVES), min_size=1))
    def test_failed_does_not_count_as_no(self, program, values, silent):
        """Where a failed fact leads to an outcome, both of its values would have led there."""
        failing = tuple(
            replace(one, id=f"{one.id}-{source.kind}", value=Failure("silence"), source=source.kind)
            for one in answers_to(program, values, silent)
            for source in program.by_path[one.fact].fact.sources
        )
        rest = answers_to(program, values, {name for name in values if name not in silent})
        found = look(program, (*failing, *rest))
        if found.outcome is not None:
            possible = {look(program, (*rest, *other)).outcome for other in _both(program, sorted(silent))}
            assert possible == {found.outcome}


class TestCasesEnd:
    @FEW
    @given(programs(), VALUES)
    def test_a_case_whose_questions_are_answered_ends_or_is_stuck(self, program, values):
        world = World(program)
        for step in range(60):
            found = world.look()
            if found.state != "open":
                break
            assert found.wanted or found.effects, "an open case waits for something"
            world.answer(found, values, step)
            world.perform(found)
        assert world.look().state in ("ended", "stuck")
        assert world.look().outcome is not None or world.look().exceptions

    @FEW
    @given(programs(), st.sets(st.sampled_from(LEAVES)))
    def test_silence_ends_too(self, program, silent):
        world = World(program)
        for step in range(60):
            found = world.look()
            if found.state != "open":
                break
            world.answer(found, dict.fromkeys((*LEAVES, "g"), True), step, silent)
            world.perform(found)
        assert world.look().state != "open"


@dataclass
class World:
    """A case with a simulated system of record, which may crash, answer late, and be sent the same thing twice."""

    program: Program
    assertions: list[Assertion] = field(default_factory=list)
    effects: list[EffectRecord] = field(default_factory=list)
    system: dict[str, Any] = field(default_factory=dict)
    """What exists there: action -> payload"""
    seen: set[tuple[str, int]] = field(default_factory=set)
    """Idempotency keys that the system took"""
    clock: int = 0

    @property
    def now(self) -> Any:
        return START + timedelta(minutes=self.clock)

    def look(self) -> Evaluation:
        record = CaseRecord(opened_at=START, assertions=tuple(self.assertions), effects=tuple(self.effects))
        return evaluate(self.program, record, now=self.now, calendar=CALENDAR)

    def answer(self, found: Evaluation, values: dict[str, Any], step: int, silent: set[str] = frozenset()) -> None:  # type: ignore[assignment]
        for one in found.wanted:
            value = Failure("silence") if one.fact in silent else values[one.fact]
            self.say(one.fact, value, source=one.source, basis=one.basis)

    def say(self, name: str, value: Any, **keys: Any) -> None:
        self.clock += 1
        self.assertions.append(said(name, value, id=f"n{len(self.assertions)}", when=self.now, **keys))

    def correct(self, name: str, value: bool) -> None:
        heads = [
            one
            for one in self.assertions
            if one.fact == name and not any(one.id in other.replaces for other in self.assertions)
        ]
        if heads:
            self.say(
                name,
                value,
                replaces=tuple(one.id for one in heads),
                correction=True,
                source=heads[-1].source,
                basis=heads[-1].basis,
            )

    def perform(self, found: Evaluation, crash: str = "") -> None:
        """Makes what is wished. A crash before or after the system wrote leaves the row started; then it is read and
        sent again."""
        for wished in found.effects:
            self.clock += 1
            row = EffectRecord(
                action=wished.action,
                generation=wished.generation,
                kind=wished.kind,
                state="started",
                payload=wished.payload,
                planned_at=self.now,
                started_at=self.now,
            )
            self.effects.append(row)
            if crash != "before":
                self.write(wished.action, row)
            if not crash:
                self.settle()

    def settle(self) -> None:
        """Sends again what is under way (the same key), and takes note that it was made."""
        self.clock += 1
        for index, row in enumerate(self.effects):
            if row.state == "started":
                self.write(row.action, row)
                self.effects[index] = replace(row, state="done", settled_at=self.now)

    def write(self, name: str, row: EffectRecord | DesiredEffect) -> None:
        key = (name, row.generation)
        if key in self.seen:
            return
        self.seen.add(key)
        if row.kind == "undo":
            self.system.pop(name, None)
        else:
            assert name not in self.system or row.kind == "amend", "made twice"
            self.system[name] = dict(row.payload)


class TestSystemsOfRecord:
    @FEW
    @given(
        programs(),
        VALUES,
        st.lists(
            st.tuples(st.sampled_from(LEAVES), st.booleans(), st.sampled_from(("", "before", "after"))), max_size=6
        ),
    )
    def test_every_history_leaves_the_effects_of_the_final_state(self, program, values, history):
        world = World(program)
        final = dict(values)
        for step, (name, value, crash) in enumerate(history):
            found = world.look()
            world.answer(found, values, step)
            world.perform(world.look(), crash)
            world.correct(name, value)
            if any(one.fact == name for one in world.assertions):
                final[name] = value
            if step % 2:
                world.settle()
        world.settle()
        for step in range(80):
            found = world.look()
            if not found.wanted and not found.effects:
                break
            world.answer(found, final, step)
            world.perform(world.look())
        ended = world.look()
        assume(ended.outcome is not None and not ended.exceptions)
        should = {}
        for one in next(each for each in program.definition.outcomes if each.name == ended.outcome).do:
            argument = program.actions[one.action].arguments["a"].text
            should[one.action] = {"a": ended.facts[argument].value}
        assert world.system == should


def _completions(program: Program, assertions: tuple[Assertion, ...]) -> list[tuple[Assertion, ...]]:
    told = {one.fact for one in assertions}
    return [(*assertions, *more) for more in _both(program, [name for name in (*LEAVES, "g") if name not in told])]


def _both(program: Program, names: list[str]) -> list[tuple[Assertion, ...]]:
    return [
        answers_to(program, dict(zip(names, values, strict=True)))
        for values in product((True, False), repeat=len(names))
    ]


def _matters(program: Program, assertions: tuple[Assertion, ...], name: str) -> bool:
    """Whether, under some answers to all else, another answer to this question gives another result."""
    told = {one.fact for one in assertions} | {name}
    for others in _both(program, [other for other in (*LEAVES, "g") if other not in told]):
        told_both = [(*assertions, *others, *answers_to(program, {name: value})) for value in (True, False)]
        yes, no = (result(program, look(program, one)) for one in told_both)
        if yes != no:
            return True
    return False


def test_the_builder_makes_what_it_says():
    definition = case(fact("a", ask="customer"), outcome("one", "a"), outcome("two", None))
    assert [one.name for one in definition.outcomes] == ["one", "two"]
