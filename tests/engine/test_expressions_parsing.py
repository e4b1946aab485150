"""Text becomes a tree, or a problem with its place and the mend; never anything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backline.engine.definition import Expression, Place, Problem, Span
from backline.engine.expressions import Emitter, ExpressionProblem, Read, check, parse
from backline.engine.expressions.trees import Binary, Choose, Compare, Literal, Logic, Member, Name
from backline.engine.values import Money
from tests.engine.expression_bench import SCOPE, refusal

WORDS = [
    "a", "b", "amount", "bills", "bills.billed", "x", "5 EUR", "30 days", "3 business days", "yes", "no", "none",
    "unknown", "'medical'", "today",
    "now", "(", ")", ",", "+", "-", "*", "/", "==", "!=", "<", ">=", "in", "not", "and", "or", "if", "else", "for",
    "sum(", "any(", "done(", "at(",
    "pay", "lambda", ":", "[", "]", "{", "}", "**", "__class__", ".", "f'", "await", "0", "1.5", "date(2026, 2, 30)",
    "=", ":=", "\n", "é", "\x00",
]  # fmt: skip


class Names(dict[Read, str]):
    """A name for every read."""

    def __missing__(self, read: Read) -> str:
        return f"x{abs(hash(read))}"


def tree(text: str):  # type: ignore[no-untyped-def]
    return parse(Expression(text=text))


def problem(text: str) -> str:
    with pytest.raises(ExpressionProblem) as found:
        parse(Expression(text=text, place=Place(file="t.yaml", line=3, column=5)))
    return str(found.value)


def test_literals_are_read_before_python_sees_the_text() -> None:
    assert tree("5 EUR") == Literal(kind="money", value=Money(5, "EUR"))
    assert tree("3 business days") == Literal(kind="span", value=Span(amount=3, unit="days", business=True))
    assert tree("1 month") == Literal(kind="span", value=Span(amount=1, unit="months"))
    assert tree("no") == Literal(kind="yes/no", value=False)
    assert tree("unknown") == Literal(kind="unknown")
    assert tree("'30 days'") == Literal(kind="text", value="30 days")


def test_decimals_keep_their_figures() -> None:
    literal = tree("0.10")
    assert str(literal.value) == "0.10"


def test_a_chain_of_comparisons_is_an_and() -> None:
    assert tree("1 < number <= 5") == Logic(
        operator="and",
        parts=(
            Compare(operator="<", left=Literal(kind="integer", value=1), right=Name(name="number")),
            Compare(operator="<=", left=Name(name="number"), right=Literal(kind="integer", value=5)),
        ),
    )


def test_members_arithmetic_and_choices_have_pythons_precedence() -> None:
    assert tree("slot.price * 2 if a else b") == Choose(
        condition=Name(name="a"),
        then=Binary(
            operator="*", left=Member(base=Name(name="slot"), name="price"), right=Literal(kind="integer", value=2)
        ),
        otherwise=Name(name="b"),
    )


def test_a_problem_names_file_line_and_column() -> None:
    assert problem("amount = 5 EUR").startswith("t.yaml:3:12: '=' cannot be read here. To compare, write ==.")
    assert problem("a and\n  b ! c").startswith("t.yaml:4:5:")
    assert "Did you mean 'round'?" in problem("1 + roun(2)")


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')", "a.__class__", "().__class__", "(lambda: 1)()", "f'{a}'", "[x for x in a]", "{1: 2}",
        "a[0]", "a if b", "open('x')",
        "getattr(a, 'b')", "eval('1')", "sum(*a)", "sum(x=1)", "sum(x for x in a for y in b)",
        "sum(x async for x in a)", "a := 1", "2 ** 9 ** 9",
        "'a' 'b'", "b'x'", "0x10", "1e9", "1_000", "a @ b", "~a", "a << 2", "...", "", "   ", "5 XXX", "30 fortnights",
        "2.5 days", "3 business months",
        "True", "None + 1", "yield", "await a", "print", "a; b", "# comment", "a\\\nb", "'\\x41'",
        "any(x for x.y in a)", "1 is 1", "_", "__", "5.name",
    ],
)  # fmt: skip
def test_what_is_not_in_the_language_is_refused(text: str) -> None:
    refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 3000,
        "-" * 3999,
        "not " * 900,
        "a." * 1900 + "a",
        "a+" * 1900 + "a",
        "9" * 4000,
        "'" + "x" * 3998,
        "a if b else " * 300 + "c",
        "[" * 400,
    ],
)
def test_neither_length_nor_depth_does_harm(text: str) -> None:
    refusal(text)
    refusal(text + " " * 4000)


@pytest.mark.parametrize(
    "text",
    [
        "(a if b else " * 18 + "c" + ")" * 18,
        "(a and (b or " * 9 + "c" + "))" * 9,
        "(not (a == " * 9 + "c" + "))" * 9,
        "(" * 30 + "a" + " in [yes, no])" * 30,
        "any(any(all(z.counts for z in bills if x.billed == z.billed) for y in bills if y.counts) for x in bills)",
    ],
)
def test_what_is_deep_but_allowed_is_compiled(text: str) -> None:
    check(Expression(text=text), SCOPE)
    read_or_refused(text)


def test_chains_do_not_grow_without_bound() -> None:
    assert "Too many chains" in problem("a == (" * 20 + "a" + " == b) == c" * 20)


def test_loops_within_loops_end_at_three() -> None:
    assert "at most" in problem("sum(sum(sum(sum(x.a for x in w.b) for w in z.c) for z in y.d) for y in q)")


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    read_or_refused(text)


@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join))
def test_any_words_are_read_or_refused(text: str) -> None:
    read_or_refused(text)


def read_or_refused(text: str) -> None:
    said: Problem | None = None
    try:
        typed = check(Expression(text=text), SCOPE)
        compile("\n".join(Emitter(Names()).emit(typed, "result", wants="wanted")), "<emitted>", "exec")
    except ExpressionProblem as found:
        said = found.problem
    assert said is None or (said.message and said.place.line >= 1 and said.place.column >= 1)
