"""How what is written becomes a definition."""

from __future__ import annotations

from pathlib import Path

from backline.catalogue.reading import read_type
from backline.engine.definition import CaseType, Expression, Fact, Place, Span, Step
from tests.rooms.catalogue_files import GOOD, good_but, write

LAST_FACT = "  wanted: {type: yes/no, ask: customer}"


def with_fact(line: str) -> str:
    return good_but(LAST_FACT, f"{LAST_FACT}\n  {line}")


def read(types: Path, text: str = GOOD, **files: str) -> CaseType:
    return read_type(write(types, text, **files))


def text_of(expression: Expression | None) -> str:
    return expression.text if expression else ""


def spot(expression: Expression | None) -> tuple[str, int, int]:
    """What it says, in which line and column."""
    assert expression is not None
    return expression.text, expression.place.line, expression.place.column


def one(types: Path, line: str) -> Fact:
    """The fact ``low`` of the good case type."""
    return read(types, with_fact(line)).facts["low"]


def test_a_case_type_is_read_whole(tmp_path: Path) -> None:
    card = read(tmp_path)
    assert (card.key, card.title, card.for_, card.owner) == ("card", "Get a card", "customer", "loyalty")
    assert list(card.facts) == ["amount", "wanted"]
    assert [outcome.name for outcome in card.outcomes] == ["paid", "otherwise"]
    assert card.outcomes[0].do == (Step(action="pay", place=card.outcomes[0].do[0].place),)


def test_every_scalar_stays_text(tmp_path: Path) -> None:
    fact = one(tmp_path, "low: {type: choice, choices: {no: No, on: 'On', a1: 1:30}, ask: customer}")
    assert dict(fact.type.choices) == {"no": "No", "on": "On", "a1": "1:30"}
    assert read(tmp_path, good_but("Get a card", "007")).title == "007"


def test_an_expression_stands_at_its_text_inside_the_quotes(tmp_path: Path) -> None:
    plain = one(tmp_path, "low: {type: money, is: amount * 2}").sources[0].expression
    quoted = one(tmp_path, 'low: {type: money, is: "amount * 2"}').sources[0].expression
    assert spot(plain) == ("amount * 2", 10, 26)
    assert spot(quoted) == ("amount * 2", 10, 27)


def test_an_expression_over_several_lines_stands_at_its_first_word(tmp_path: Path) -> None:
    text = with_fact("low:\n    type: money\n    is: >\n      amount\n      * 2")
    expression = read(tmp_path, text).facts["low"].sources[0].expression
    assert spot(expression) == ("amount * 2", 13, 7)


def test_sources_keep_the_order_in_which_they_are_written(tmp_path: Path) -> None:
    fact = one(tmp_path, "low: {type: money, lookup: bank.low, is: amount, ask: customer, work: desk}")
    assert [source.kind for source in fact.sources] == ["lookup", "is", "ask", "work"]


def test_names_in_a_list_are_one_source_and_asked_in_turn(tmp_path: Path) -> None:
    fact = one(tmp_path, "low: {type: money, ask: [customer, referee]}")
    assert [source.who for source in fact.sources] == [("customer", "referee")]


def test_one_kind_may_stand_twice_each_with_its_own_patience(tmp_path: Path) -> None:
    line = "low: {type: money, ask: [{who: referee, within: 5 days}, {who: customer, within: 2 business days}]}"
    first, second = one(tmp_path, line).sources
    assert (first.who, first.within) == (("referee",), Span(amount=5, unit="days"))
    assert (second.who, second.within) == (("customer",), Span(amount=2, unit="days", business=True))


def test_the_keys_of_a_person_s_source_are_read(tmp_path: Path) -> None:
    line = (
        "low: {type: yes/no, work: {team: desk, skill: law, level: amount, within: 1 day, remind: [2 hours, 5 hours], "
        "shows: [amount], not by: [wanted], why: yes, if: wanted, eager: yes, label: Is it low?}}"
    )
    source = one(tmp_path, line).sources[0]
    assert (source.team, source.skill, source.shows, source.not_by) == ("desk", "law", ("amount",), ("wanted",))
    assert (text_of(source.level), text_of(source.while_)) == ("amount", "wanted")
    assert source.remind == (Span(amount=2, unit="hours"), Span(amount=5, unit="hours"))
    assert (source.why, source.eager, source.label) == (True, True, "Is it low?")


def test_a_dash_in_a_key_is_a_space(tmp_path: Path) -> None:
    fact = one(tmp_path, "low: {type: yes/no, work: {team: desk, shows: [amount], not-by: [wanted]}}")
    assert fact.sources[0].not_by == ("wanted",)


def test_a_lookup_has_arguments_and_picks_a_member(tmp_path: Path) -> None:
    source = one(
        tmp_path, "low: {type: text, lookup: {call: bank.find, with: {sum: amount + amount}, gives: iban}}"
    ).sources[0]
    assert (source.call, source.gives) == ("bank.find", "iban")
    assert source.arguments["sum"].text == "amount + amount"


def test_arguments_of_the_same_name_are_written_as_a_list(tmp_path: Path) -> None:
    pay = read(tmp_path).actions["pay"]
    assert pay.arguments["amount"].text == "amount"


def test_a_document_s_field_is_read(tmp_path: Path) -> None:
    text = with_fact(
        "bill: {type: document, kinds: [bill, notice], ask: customer}\n  low: {type: money, read: bill.total}"
    )
    card = read(tmp_path, text)
    assert card.facts["bill"].type.kinds == ("bill", "notice")
    assert (card.facts["low"].sources[0].document, card.facts["low"].sources[0].field) == ("bill", "total")


def test_a_choice_of_last_resort_needs_no_quotes_of_its_own(tmp_path: Path) -> None:
    line = "low: {type: choice, choices: {wait: Wait, drop: Drop}, ask: {who: customer, within: 1 day}, lapse: wait}"
    assert text_of(one(tmp_path, line).lapse) == "'wait'"


def test_choices_may_come_from_a_fact(tmp_path: Path) -> None:
    text = with_fact(
        "slots: {type: list of clinic.slot, lookup: clinic.free}\n"
        "  low: {type: record clinic.slot, choices: slots, ask: customer}"
    )
    card = read(tmp_path, text)
    assert (card.facts["slots"].type.kind, card.facts["slots"].type.of) == ("list", "clinic.slot")
    assert text_of(card.facts["low"].type.choices_from) == "slots"


def test_a_choice_that_a_table_decides_takes_its_answers(tmp_path: Path) -> None:
    text = with_fact("low: {type: choice, decide: low.csv}")
    card = read(tmp_path, text, **{"low.csv": "amount,low\n< 100 EUR,small\n,large\n"})
    assert dict(card.facts["low"].type.choices) == {"small": "Small", "large": "Large"}


def test_a_list_nests_facts_and_actions(tmp_path: Path) -> None:
    text = with_fact(
        "bills:\n    type: list\n    many: 1..20\n    done: sum(total) >= amount\n    ask: customer\n"
        "    facts:\n      total: {type: money, ask: customer}\n"
        "    actions:\n      note: {when: total > 5 EUR, call: bank.note, undo: bank.unnote}"
    )
    bills = read(tmp_path, text).facts["bills"]
    assert bills.many == (1, 20)
    assert bills.facts["total"].place == Place(file=str(tmp_path / "card" / "type.yaml"), line=16, column=7)
    assert bills.actions["note"].undo == "bank.unnote"


def test_a_letter_inside_an_outcome_becomes_an_action(tmp_path: Path) -> None:
    letter = {"letters/thank-you.en.md": "Subject: Thanks\n\nYou get {amount}.\n"}
    card = read(tmp_path, good_but("do: [pay]", "do: [pay, letter: thank-you]"), **letter)
    assert [step.action for step in card.outcomes[0].do] == ["pay", "letter_thank_you"]
    assert (card.actions["letter_thank_you"].kind, card.actions["letter_thank_you"].target) == ("letter", "thank-you")
    assert card.letter_fields == {"thank-you": ("amount",)}


def test_what_an_action_gives_its_letter_is_no_field_of_the_letter(tmp_path: Path) -> None:
    letter = {"letters/paid.en.md": "Subject: {sum}\n\n{amount} {case} {recipient}\n"}
    card = read(tmp_path, good_but("do: [pay]", "do: [{letter: paid, with: {sum: amount}}]"), **letter)
    assert card.letter_fields == {"paid": ("amount",)}


def test_undoing_all_undoes_each_action_that_can_be_undone_last_first(tmp_path: Path) -> None:
    text = good_but(
        "  pay: {call: bank.pay, with: [amount]}",
        "  pay: {call: bank.pay, undo: bank.back}\n  note: {when: wanted, call: bank.note}\n"
        "  hold: {when: wanted, call: bank.hold, undo: bank.release}",
    ).replace("otherwise: {}", "otherwise: {do: [undo: all]}")
    steps = read(tmp_path, text).outcomes[-1].do
    assert [(step.action, step.undo) for step in steps] == [("hold", True), ("pay", True)]


def test_a_change_by_hand_is_undone_by_hand(tmp_path: Path) -> None:
    text = good_but("pay: {call: bank.pay, with: [amount]}", "pay: {work: desk, undo: {work: cellar}}")
    assert read(tmp_path, text).actions["pay"].undo == "work:cellar"


def test_refusals_name_the_facts_that_are_asked_again(tmp_path: Path) -> None:
    text = good_but("with: [amount]}", "refused: {closed: wanted, over: [amount, wanted]}, one at a time: amount}")
    pay = read(tmp_path, text).actions["pay"]
    assert pay.refused == {"closed": ("wanted",), "over": ("amount", "wanted")}
    assert text_of(pay.one_at_a_time) == "amount"


def test_events_and_times_open_cases(tmp_path: Path) -> None:
    text = good_but("owner: loyalty", "owner: loyalty\nopens: [customer, desk, {event: hr.hired, for each: hr.people}]")
    card = read(tmp_path, text)
    assert card.opens == ("customer", "desk")
    assert [opening.event for opening in card.openings] == ["hr.hired"]


def test_when_two_requests_are_the_same(tmp_path: Path) -> None:
    short = read(tmp_path, good_but("owner: loyalty", "owner: loyalty\nsame: [customer, amount]")).same
    long = read(
        tmp_path, good_but("owner: loyalty", "owner: loyalty\nsame: {by: [customer], while: always, then: ask}")
    ).same
    assert short is not None
    assert (short.by, short.while_, short.then) == (("customer", "amount"), "open", "join")
    assert long is not None
    assert (long.by, long.while_, long.then) == (("customer",), "always", "ask")


def test_a_case_without_a_customer_is_for_nobody(tmp_path: Path) -> None:
    text = good_but("for: customer", "for: none")
    assert read(tmp_path, text).for_ == ""
