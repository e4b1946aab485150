"""A case type is checked as a whole: everything wrong is told at once, with place and mend."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

import pytest

from backline.engine.checking import CheckedType, check
from backline.engine.definition import (
    CaseType,
    DefinitionProblems,
    Expression,
    Fact,
    Opening,
    Operation,
    Outcome,
    Place,
    Promise,
    RecordType,
    Role,
    Source,
    Span,
    Surroundings,
    Table,
    ValueType,
)
from backline.engine.expressions import Read, reads
from backline.engine.statuses import UNKNOWN, failed
from tests.engine.expression_bench import run
from tests.engine.making import action, case, eur, expr, fact, outcome

MONEY, YES = ValueType(kind="money"), ValueType(kind="yes/no")
AROUND = Surroundings(
    operations={
        "bank.balance": Operation(
            name="bank.balance", parameters={"customer": ValueType(kind="person")}, returns=MONEY
        ),
        "bank.pay": Operation(
            name="bank.pay", parameters={"amount": MONEY}, gives={"number": ValueType(kind="text")}, writes=True
        ),
        "bank.reverse": Operation(name="bank.reverse", writes=True),
    },
    records={"bank.account": RecordType(name="bank.account", members={"iban": ValueType(kind="text")})},
    teams=frozenset({"clerks", "owners"}),
    case_types=frozenset({"other"}),
    complete=True,
)
END = outcome("otherwise", None)


def problems(*parts: Any, around: Surroundings = AROUND, **keys: Any) -> list[str]:
    """What is said of a case type of these parts; an ``otherwise`` is added where no outcome is given."""
    parts = parts if any(isinstance(part, Outcome) for part in parts) else (*parts, END)
    return said(case(*parts, **keys), around)


def said(definition: CaseType, around: Surroundings = AROUND) -> list[str]:
    try:
        check(definition, around)
    except DefinitionProblems as found:
        return [f"{problem.message} {problem.mend}".strip() for problem in found.problems]
    return []


def checked(*parts: Any, **keys: Any) -> CheckedType:
    return check(case(*parts, END, **keys), AROUND)


def only(found: Iterable[str]) -> str:
    (one,) = found
    return one


AMOUNT = fact("amount", "money", ask="customer")
WANTED = fact("wanted", ask="customer")


def test_a_sound_case_type_has_every_expression_typed() -> None:
    half = fact("half", "money", is_="1 EUR", if_="wanted", else_="amount / 2")
    found = checked(AMOUNT, WANTED, fact("half", "money", **{"is": "amount / 2"}))
    (source,) = found.definition.facts["half"].sources
    assert source.expression is not None
    assert reads(found.typed(source.expression)) == {Read("fact", "amount")}
    assert half.else_ is not None


def test_money_is_rounded_once_where_it_becomes_a_fact() -> None:
    found = checked(AMOUNT, fact("third", "money", **{"is": "amount / 3"}))
    (source,) = found.definition.facts["third"].sources
    assert source.expression is not None
    assert run(found.typed(source.expression), {Read("fact", "amount"): eur(100)})[0] == eur("33.33")


def test_all_problems_are_told_at_once_and_in_the_order_of_the_file() -> None:
    def at(line: int, text: str) -> Expression:
        return Expression(text=text, place=Place(file="type.yaml", line=line, column=9))

    facts = {
        name: Fact(
            name=name,
            type=YES,
            place=Place(file="type.yaml", line=line),
            sources=(Source(kind="is", expression=at(line, text)),),
        )
        for line, name, text in ((20, "late", "amuont > 5 EUR"), (10, "early", "wnated"))
    }
    definition = case(AMOUNT, WANTED, END)
    definition = dataclasses.replace(definition, facts={**definition.facts, **facts})
    with pytest.raises(DefinitionProblems) as found:
        check(definition, AROUND)
    assert [str(problem).split(" Did")[0] for problem in found.value.problems] == [
        "type.yaml:10:9: Nothing here is called 'wnated'.",
        "type.yaml:20:9: Nothing here is called 'amuont'.",
    ]


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (
            fact("x", "money"),
            "Nobody can supply 'x'. Add a source: ask, work, lookup, is, ... or let an action give it.",
        ),
        (fact("x", "money", ask="custmer"), "ask names 'custmer', which is no role. Did you mean 'customer'?"),
        (fact("x", "money", work={"team": "clerks", "shows": []}), "The work on 'x' shows nothing."),
        (fact("x", "money", work="clreks"), "There is no team 'clreks'. Did you mean 'clerks'?"),
        (
            fact("x", "money", lookup="bank.balanse"),
            "No system has an operation 'bank.balanse'. Did you mean 'bank.balance'?",
        ),
        (fact("x", "text", lookup="bank.balance"), "'bank.balance' returns money, and 'x' is text."),
        (
            fact("x", "money", lookup="bank.reverse"),
            "'bank.reverse' writes; a fact may only look up. Make it an action.",
        ),
        (fact("x", "money", read="evidence.total"), "read takes 'evidence', which is no fact."),
        (
            fact("x", "money", read="amount.total"),
            "read takes a document, and 'amount' is money. Read from a fact of type document.",
        ),
        (fact("x", "money", decide="x.csv"), "There is no decision table 'x.csv'."),
        (
            fact("x", "money", **{"is": "amount", "lapse": "5"}),
            "This is integer; money is needed here. Write the amount with its currency, such as 5 EUR.",
        ),
        (fact("x", "money", yes_if="wanted"), "yes if settles a yes/no, and 'x' is money. Write is."),
        (
            fact("x", yes_if="wanted"),
            "The sources of 'x' settle only yes. Add another source (work, ask), or write is, which settles both.",
        ),
        (fact("x", ask="customer", agree="amuont"), "agree names 'amuont', which is no fact. Did you mean 'amount'?"),
        (
            fact("x", ask="customer", doubts={"maybe": ("amount",)}),
            "doubts speaks of 'maybe', which 'x' never is. There is: no, yes.",
        ),
        (
            fact("x", work={"team": "clerks", "shows": ["amuont"]}),
            "shows names 'amuont', which is no fact. Did you mean 'amount'?",
        ),
        (fact("lambda", ask="customer"), "'lambda' is a word of the expression language. Choose another name."),
        (fact("x", ask="customer", check=[("x > 5", "")]), "yes/no and integer cannot be compared."),
        (fact("x", "list", ask="customer", facts=[fact("y", "money")]), "Nobody can supply 'y'."),
        (
            fact("x", "list", ask="customer", done="sum(z) == 5", facts=[fact("y", ask="customer")]),
            "Nothing here is called 'z'.",
        ),
        (action("pay", "bank.pay", when="wanted", with_={"amount": "5"}), "This is integer; money is needed here."),
        (
            action("pay", "bank.pay", when="wanted", with_={"amont": "amount"}),
            "'bank.pay' takes no 'amont'. Did you mean 'amount'?",
        ),
        (
            action("pay", "bank.pay", when="wanted", undo="bank.revers"),
            "No system has an operation 'bank.revers'. Did you mean 'bank.reverse'?",
        ),
        (action("pay", "bank.pay", when="wanted", undo="bank.balance"), "undo names 'bank.balance', which only reads."),
        (
            action("pay", "bank.pay", when="wanted", refused={"closed": ("accuont",)}),
            "refused: 'closed' names 'accuont', which is no fact.",
        ),
        (action("go", open="othr", when="wanted"), "There is no case type 'othr'. Did you mean 'other'?"),
        (action("pay", "bank.balance", when="wanted"), "'bank.balance' only reads. Make it a fact with lookup."),
        (action("pay", "bank.pay", when="wanted", at="amount"), "at needs a date, and this is money."),
        (
            Promise(name="p", of="outcom", within=Span(amount=1, unit="days")),
            "The promise 'p' is of 'outcom', which does not exist. Did you mean 'outcome'?",
        ),
        (Promise(name="p", of="outcome"), "The promise 'p' needs either within or by."),
        (
            Promise(name="p", of="outcome", start="amuont", within=Span(amount=1, unit="days")),
            "starts from 'amuont', which does not exist. Did you mean 'amount'?",
        ),
        (Promise(name="p", of="outcome", by=expr("amount")), "by of 'p' has to be a date, and this is money."),
        (
            Promise(name="p", of="outcome", within=Span(amount=1, unit="days"), pause=("spouse",)),
            "There is no role 'spouse'.",
        ),
        (Role(name="r", who=expr("amount")), "who of 'r' has to be a person, and this is money."),
        (Role(name="r", mandate="acting"), "'r' acts by mandate, but not for whom."),
        (outcome("paid", "wanted", "pya"), "There is no action 'pya'."),
    ],
)
def test_each_mistake_is_said_in_words(part: Any, expected: str) -> None:
    parts = (AMOUNT, WANTED, part, END) if isinstance(part, Outcome) else (AMOUNT, WANTED, part)
    assert expected in only(problems(*parts))


def test_a_missing_fact_fills_no_parameter() -> None:
    assert "'bank.pay' needs 'amount'. Write with: {amount: ...}" in only(
        problems(WANTED, action("pay", "bank.pay", when="wanted"))
    )


def test_what_is_outside_is_taken_on_trust_while_drafting() -> None:
    parts = [WANTED, fact("x", "money", lookup="nowhere.known"), action("go", "some.where", when="wanted")]
    assert problems(*parts, around=Surroundings()) == []


def test_a_fact_that_an_action_gives_needs_no_source() -> None:
    pay = action("pay", "bank.pay", when="wanted", gives={"number": "text"})
    assert problems(AMOUNT, WANTED, pay, fact("number", "text"), fact("told", **{"is": "known(number)"})) == []


def test_nobody_can_be_a_role_that_is_neither_found_nor_opens() -> None:
    parts = [Role(name="spouse"), fact("agrees", ask="spouse")]
    assert only(problems(*parts, opens=("customer",))).startswith("'spouse' is asked, but nobody can be 'spouse'.")
    assert problems(*parts, opens=("customer", "spouse")) == []


def test_a_guarded_fact_needs_an_else_where_it_is_used_and_not_in_an_and() -> None:
    guarded = fact("guarded", "money", if_="wanted", ask="customer")
    assert "'guarded' may be absent here." in only(problems(WANTED, guarded, fact("x", **{"is": "guarded > 5 EUR"})))
    assert problems(WANTED, guarded, fact("x", **{"is": "wanted and guarded > 5 EUR"})) == []
    assert problems(WANTED, guarded, fact("x", if_="wanted", **{"is": "guarded > 5 EUR"})) == []


def test_the_guard_of_its_outcome_covers_what_an_action_is_given() -> None:
    guarded = fact("guarded", "money", if_="wanted", ask="customer")
    pay = action("pay", "bank.pay", with_={"amount": "guarded"})
    assert problems(WANTED, guarded, pay, outcome("paid", "wanted", "pay"), END) == []
    assert "may be absent" in only(problems(WANTED, guarded, pay, outcome("paid", "not wanted", "pay"), END))


def test_an_item_fact_is_known_by_its_guard_through_the_variable() -> None:
    bills = fact(
        "bills",
        "list",
        ask="customer",
        facts=[fact("ok", ask="customer"), fact("sum_due", "money", if_="ok", ask="customer")],
    )
    assert problems(bills, fact("due", "money", **{"is": "sum(b.sum_due for b in bills if b.ok)"})) == []
    assert "may be absent" in only(problems(bills, fact("due", "money", **{"is": "sum(b.sum_due for b in bills)"})))


def test_a_letter_in_a_list_prints_the_items_facts() -> None:
    bills = fact(
        "bills", "list", ask="customer", facts=[WANTED], actions=[action("tell", letter="note", when="wanted")]
    )
    assert problems(bills, letter_fields={"note": ("wanted", "customer")}) == []
    assert "The template 'note' names 'wnated'" in only(problems(bills, letter_fields={"note": ("wnated",)}))


# -- outcomes


def test_a_case_has_to_end() -> None:
    assert "The outcomes leave cases that end nowhere." in only(problems(WANTED, outcome("paid", "wanted")))


def test_what_stands_after_the_last_resort_is_never_chosen() -> None:
    assert any("holds always" in one for one in problems(WANTED, END, outcome("paid", "wanted")))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("wanted", "wanted and amount > 5 EUR"), ("amount > 5 EUR", "amount > 10 EUR"),
        ("wanted or amount > 5 EUR", "wanted"),
        ("kind == 'a' or kind == 'b'", "kind == 'a'"), ("not (wanted and other)", "not other"),
        ("kind != 'a'", "kind == 'b'"),
        ("kind in ['a', 'b', 'c']", "wanted"), ("amount >= 5 EUR", "amount == 7 EUR"), ("wanted == yes", "wanted"),
    ],
)  # fmt: skip
def test_an_outcome_that_can_never_be_chosen_is_found(first: str, second: str) -> None:
    parts = [
        AMOUNT,
        WANTED,
        fact("other", ask="customer"),
        fact("kind", "choice", choices=["a", "b", "c"], ask="customer"),
    ]
    assert "The outcome 'second' can never be chosen." in only(
        problems(*parts, outcome("first", first), outcome("second", second), END)
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("wanted and amount > 5 EUR", "wanted"),
        ("amount > 10 EUR", "amount > 5 EUR"),
        ("kind == 'a'", "kind != 'a'"),
        ("not wanted", "amount > 5 EUR"),
    ],
)
def test_an_outcome_that_can_be_chosen_is_left_alone(first: str, second: str) -> None:
    parts = [AMOUNT, WANTED, fact("kind", "choice", choices=["a", "b"], ask="customer")]
    assert problems(*parts, outcome("first", first), outcome("second", second), END) == []


def test_a_condition_that_contradicts_itself_is_found() -> None:
    assert "can never hold" in only(problems(AMOUNT, outcome("paid", "amount > 5 EUR and amount < 3 EUR"), END))


def test_sources_that_settle_one_side_each_must_leave_no_gap() -> None:
    assert "settle not every case" in only(problems(AMOUNT, fact("x", yes_if="amount > 5 EUR", no_if="amount < 3 EUR")))
    assert problems(AMOUNT, fact("x", yes_if="amount > 5 EUR", no_if="amount <= 5 EUR")) == []
    assert problems(AMOUNT, fact("x", yes_if="amount > 5 EUR", work="clerks")) == []
    assert problems(AMOUNT, fact("x", yes_if="amount > 5 EUR", lapse="no")) == []


# -- circles


def test_a_circle_of_sources_is_named_in_order() -> None:
    parts = [
        fact("net", "money", **{"is": "gross / 2"}, ask="customer"),
        fact("gross", "money", **{"is": "net * 2"}, ask="customer"),
    ]
    assert "'net' needs 'gross', 'gross' needs 'net'" in only(problems(*parts))


@pytest.mark.parametrize(
    "parts",
    [
        [fact("x", if_="y", ask="customer", else_="no"), fact("y", **{"is": "not x"})],
        [fact("x", "money", **{"is": "5 EUR if known(x) else 2 EUR"})],
        [Role(name="boss", who=expr("chosen")), fact("chosen", "person", ask="boss")],
        [fact("x", work={"team": "clerks", "shows": ["y"]}), fact("y", work={"team": "clerks", "shows": ["x"]})],
        [
            action("pay", "bank.pay", when="x", with_={"amount": "5 EUR"}, gives={"number": "text"}),
            fact("x", **{"is": "known(number)"}),
        ],
        [
            fact("x", "list", done="y", ask="customer", facts=[fact("z", ask="customer")]),
            fact("y", **{"is": "all(x.z)"}),
        ],
        [
            fact("x", "list", ask="customer", facts=[fact("z", **{"is": "total > 3"})]),
            fact("total", "integer", **{"is": "count(x.z)"}),
        ],
    ],
)
def test_circles_over_guards_roles_work_actions_and_lists_are_found(parts: list[Any]) -> None:
    assert "Going round in circles" in only(problems(*parts))


@pytest.mark.parametrize(
    "parts",
    [
        [
            fact("start", "date", ask="customer", check=[("start <= end_day", "")]),
            fact("end_day", "date", ask="customer", check=[("start <= end_day", "")]),
        ],
        [
            fact(
                "drafts",
                "list",
                repeat="len(drafts) == 0 or last(drafts).again",
                facts=[fact("again", ask="customer"), fact("text", "text", if_="len(drafts) > 1", ask="customer")],
            )
        ],
        [
            fact("stop", offer={"to": "customer", "while_": "not done(pay)"}, else_="no"),
            action("pay", "bank.pay", with_={"amount": "5 EUR"}),
            outcome("stopped", "stop"),
            outcome("paid", "not stop", "pay"),
            END,
        ],
        [
            fact("back", event={"from": "post.back", "match": "number"}, else_="no"),
            fact("number", "text"),
            action(
                "send", "bank.pay", when="yes", with_={"amount": "1 EUR if back else 2 EUR"}, gives={"number": "text"}
            ),
        ],
    ],
)
def test_what_only_looks_like_a_circle_is_none(parts: list[Any]) -> None:
    assert problems(*parts) == []


# -- decision tables


def table(rows: list[list[str]], inputs: list[str], output: str = "x") -> Table:
    cells = tuple(
        tuple(
            Expression(text=cell, place=Place(file="x.csv", line=line, column=1 + 10 * n)) for n, cell in enumerate(row)
        )
        for line, row in enumerate(rows, start=2)
    )
    return Table(
        name="x.csv",
        inputs=tuple(Expression(text=each) for each in inputs),
        output=output,
        rows=cells,
        place=Place(file="x.csv"),
    )


KIND = fact("kind", "choice", choices=["gold", "silver", "lead"], ask="customer")


def decide(rows: list[list[str]], given: dict[str, Any], inputs: list[str], kind: str = "money") -> Any:
    found = checked(
        AMOUNT,
        KIND,
        WANTED,
        fact("day", "date", ask="customer"),
        fact("x", kind, decide="x.csv"),
        tables={"x.csv": table(rows, inputs)},
    )
    values = {Read("fact", name): value for name, value in given.items()}
    return run(found.decided("x", 0), values)[:2]


ROWS = [
    ["gold | silver", "< 100 EUR", "0 EUR"],
    ["gold", "100 EUR..500 EUR", "amount * 0.1"],
    ["", ">= 1000 EUR", "9 EUR"],
    ["!= gold", "", "5 EUR"],
]


@pytest.mark.parametrize(
    ("kind", "amount", "result"),
    [
        ("silver", 99, eur(0)),
        ("gold", 100, eur(10)),
        ("gold", 500, eur(50)),
        ("gold", 2000, eur(9)),
        ("lead", 50, eur(5)),
        ("gold", 600, failed("no row in x.csv")),
    ],
)
def test_the_first_row_that_matches_decides(kind: str, amount: int, result: Any) -> None:
    assert decide(ROWS, {"kind": kind, "amount": eur(amount)}, ["kind", "amount"])[0] == result


def test_a_row_that_is_not_decided_blocks_and_says_what_it_wants() -> None:
    assert decide(ROWS, {"kind": UNKNOWN, "amount": eur(50)}, ["kind", "amount"]) == (UNKNOWN, {Read("fact", "kind")})
    assert decide(ROWS, {"kind": "lead", "amount": UNKNOWN}, ["kind", "amount"]) == (UNKNOWN, {Read("fact", "amount")})
    assert decide(ROWS, {"kind": UNKNOWN, "amount": eur(1000)}, ["kind", "amount"])[0] == eur(9)


def test_cells_speak_of_days_and_answers_too() -> None:
    from datetime import date

    rows = [["2026-01-01..2026-06-30", "yes", "gold"], ["", "", "lead"]]
    assert decide(rows, {"day": date(2026, 6, 30), "wanted": True}, ["day", "wanted"], "text")[0] == "gold"
    assert decide(rows, {"day": date(2026, 7, 1), "wanted": True}, ["day", "wanted"], "text")[0] == "lead"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["gould", "", "5 EUR"]], "x.csv:2:1: 'gould' is none of the choices. Did you mean 'gold'?"),
        ([["gold", "5", "5 EUR"]], "x.csv:2:11: money and integer cannot be compared."),
        ([["gold", "", "five"]], "x.csv:2:21: Nothing here is called 'five'."),
        ([["gold", "5 EUR"]], "x.csv:2:1: This row has 2 cells; 3 are needed."),
        ([["gold", "< ", "5 EUR"]], "Here a value is missing."),
        ([["gold", "1 EUR..", "5 EUR"]], "Here a value is missing."),
        ([["gold", "2026-02-30", "5 EUR"]], "There is no day 2026-02-30."),
        ([], "'x.csv' has no rows."),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(rows: list[list[str]], expected: str) -> None:
    definition = case(
        AMOUNT, KIND, fact("x", "money", decide="x.csv"), END, tables={"x.csv": table(rows, ["kind", "amount"])}
    )
    with pytest.raises(DefinitionProblems) as found:
        check(definition, AROUND)
    assert any(expected in str(problem) for problem in found.value.problems)


def test_shared_facts_are_merged_in() -> None:
    shared = Surroundings(shared={"email": fact("email", "e-mail", ask="customer")})
    found = check(case(fact("told", **{"is": "known(email)"}), END, use=("email",)), shared)
    assert "email" in found.definition.facts


def test_an_expression_is_found_by_identity_since_its_text_may_mean_different_things() -> None:
    first, second = (
        fact("bills", "list", ask="customer", facts=[fact("ok", ask="customer"), fact("x", **{"is": "ok"})]),
        fact("ok", ask="customer"),
    )
    found = checked(first, second, fact("y", **{"is": "ok"}))
    inner, outer = (
        found.definition.facts["bills"].facts["x"].sources[0].expression,
        found.definition.facts["y"].sources[0].expression,
    )
    assert inner is not None
    assert outer is not None
    assert reads(found.typed(inner)) == {Read("own", "bills/ok")}
    assert reads(found.typed(outer)) == {Read("fact", "ok")}


class TestLevels:
    def test_a_level_is_a_number_or_an_amount(self):
        found = problems(
            fact("word", "text", ask="customer"),
            fact("agreed", work={"team": "clerks", "level": "word", "shows": ["word"]}),
            outcome("given", "agreed"),
            outcome("otherwise", None),
        )
        assert any("A level is a number or an amount, and this is text." in one for one in found)

    def test_a_level_rests_on_nothing_that_the_worker_does_not_see(self):
        found = problems(
            fact("amount", "money", ask="customer"),
            fact("reason", "text", ask="customer"),
            fact("agreed", work={"team": "clerks", "level": "amount", "shows": ["reason"]}),
            outcome("given", "agreed"),
            outcome("otherwise", None),
        )
        assert any("'agreed' rests on 'amount', which it does not show. Add amount to shows" in one for one in found)


RECALLS = dataclasses.replace(
    AROUND,
    operations={
        "surgery.due": Operation(name="surgery.due", returns=ValueType(kind="list", of="surgery.due")),
        "surgery.names": Operation(name="surgery.names", returns=ValueType(kind="list", of="text")),
        "surgery.of": Operation(
            name="surgery.of", parameters={"doctor": MONEY}, returns=ValueType(kind="list", of="surgery.due")
        ),
        "surgery.one": Operation(name="surgery.one", returns=MONEY),
    },
    records={
        "surgery.due": RecordType(
            name="surgery.due", members={"customer": ValueType(kind="person"), "seen": ValueType(kind="date")}
        )
    },
)


class TestOpenings:
    @pytest.mark.parametrize(
        ("opening", "told"),
        [
            ({"at": "sen + 1 year", "for_each": "surgery.due"}, "Nothing here is called 'sen'. Did you mean 'seen'?"),
            (
                {"at": "agreed", "for_each": "surgery.due"},
                "'agreed' is not known before there is a case, so no time can rest on it. There is: customer, seen.",
            ),
            (
                {"at": "5", "for_each": "surgery.due"},
                "at has to be a date or a time, and this is integer."
                " Write for example date(2027, 1, 31), or last_visit + 12 months.",
            ),
            (
                {"at": "date(2027, 1, 1)"},
                "Nobody would be 'customer' in what opens at this time. Add for each with rows that have 'customer',"
                " give the role a who, or write for: none.",
            ),
            (
                {"at": "date(2027, 1, 1)", "for_each": "surgery.names"},
                "Nobody would be 'customer' in what 'surgery.names' opens."
                " Let its rows have a member 'customer', or give the role a who.",
            ),
            (
                {"at": "seen", "for_each": "surgery.of"},
                "'surgery.of' needs 'doctor', which a time does not bring."
                " Name an operation that needs nothing but today or now.",
            ),
            (
                {"event": "post.came", "for_each": "surgery.one"},
                "for each goes through a list, and 'surgery.one' returns money."
                " Name an operation that returns a list, such as {list: RECORD}.",
            ),
            (
                {"event": "post.came", "for_each": "surgery.du"},
                "No system has an operation 'surgery.du'. Did you mean 'surgery.due'?",
            ),
            (
                {"event": "post.came", "every": Span(amount=1, unit="days")},
                "'post.came' opens a case whenever it happens. Take every out; it belongs to at.",
            ),
            (
                {"at": "seen", "for_each": "surgery.due", "every": Span(amount=0, unit="days")},
                "every is no length of time. Write for example every: 1 month.",
            ),
        ],
    )
    def test_what_opens_a_case_by_itself_is_checked(self, opening: dict[str, Any], told: str):
        at = {"at": expr(opening.pop("at"))} if "at" in opening else {}
        found = problems(
            fact("agreed", ask="customer"), around=RECALLS, openings=(Opening(**at, **opening),)
        )  # fmt: skip
        assert only(found) == told

    def test_a_time_rests_on_the_members_of_a_row(self):
        opening = Opening(at=expr("seen + 1 year"), for_each="surgery.due")
        found = check(case(fact("agreed", ask="customer"), END, openings=(opening,)), RECALLS)
        assert [(one.kind, sorted(one.members)) for one in found.timed] == [("date", ["customer", "seen"])]


class TestConsents:
    def consent(self, **keys: Any) -> list[str]:
        return problems(
            fact("paper", "document", ask="customer"),
            fact("agreed", "consent", **keys),
            outcome("given", "agreed"),
            outcome("otherwise", None),
        )

    def test_a_colleague_consents_for_nobody(self):
        found = self.consent(work={"team": "clerks"})
        assert only(found).startswith("A colleague can't give the consent 'agreed' for somebody else. Let it show the")

    def test_a_colleague_judges_a_paper_that_was_signed(self):
        assert self.consent(work={"team": "clerks", "shows": ["paper"]}) == []
