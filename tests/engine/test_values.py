"""Values: exact money, generous reading, helpful refusals, showing, and JSON and back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backline.engine.currencies import CURRENCIES
from backline.engine.definition import Span, ValueType
from backline.engine.values import CurrencyMismatch, Money, Row, ValueProblem, decode, encode, parse, show
from backline.engine.values.problems import TEXTS

amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=2)
euros = amounts.map(lambda amount: Money(amount, "EUR"))
CHOICE = ValueType(kind="choice", choices={"medical": "Medical care", "tuition": "Tuition"})
CHOICES = ValueType(kind="choices", choices={"card": "Cards", "credit": "Credit line"})


def kind(name: str) -> ValueType:
    return ValueType(kind=name)  # type: ignore[arg-type]


def read(name: str, text: Any, language: str = "en", **keys: Any) -> Any:
    return parse(kind(name), text, currency=keys.pop("currency", "EUR"), languages=(language,), **keys)


def refused(name: str, text: Any, language: str = "en", **keys: Any) -> str:
    with pytest.raises(ValueProblem) as found:
        read(name, text, language, **keys)
    return found.value.in_language(language)


def test_three_halves_of_a_cent_are_rounded_once_at_the_end() -> None:
    total = sum([Money(Decimal("1.005"), "EUR")] * 3, start=Money(Decimal(0), "EUR"))
    assert total.rounded() == Money(Decimal("3.02"), "EUR")
    assert Money(Decimal("1.005"), "EUR").rounded() == Money(Decimal("1.00"), "EUR")
    assert Money(Decimal("1.5"), "JPY").rounded() == Money(Decimal(2), "JPY")
    assert str(Money(Decimal("1.23456"), "KWD").rounded().amount) == "1.235"


def test_two_currencies_do_not_add_up_but_nothing_goes_with_any() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(Decimal(1), "EUR") + Money(Decimal(1), "USD")
    with pytest.raises(CurrencyMismatch):
        assert Money(Decimal(0), "EUR") < Money(Decimal(0), "USD")
    assert Money(Decimal(0), "") + Money(Decimal(5), "EUR") == Money(Decimal(5), "EUR")
    assert Money(Decimal(0), "") <= Money(Decimal(5), "EUR")


def test_money_takes_no_floats() -> None:
    with pytest.raises(TypeError):
        Money(Decimal(1), "EUR") * 0.1  # type: ignore[operator]


@given(euros, euros, euros)
def test_addition_of_money_is_exact(x: Money, y: Money, z: Money) -> None:
    assert (x + y) + z == x + (y + z)
    assert x + y - y == x
    assert (x < y) + (x == y) + (x > y) == 1


@pytest.mark.parametrize(
    ("text", "language", "amount", "currency"),
    [
        ("1.234,50 €", "en", "1234.50", "EUR"), ("1,234.50 USD", "de", "1234.50", "USD"),
        ("€ 20", "en", "20.00", "EUR"), ("20", "en", "20.00", "EUR"),
        ("1'234.50 CHF", "en", "1234.50", "CHF"), ("1 234,5", "de", "1234.50", "EUR"),
        ("1.234", "de", "1234.00", "EUR"), ("1,234", "en", "1234.00", "EUR"),
        ("-5,00", "de", "-5.00", "EUR"), ("usd 7.5", "en", "7.50", "USD"), ("1.234.567", "en", "1234567.00", "EUR"),
        ("0,5", "en", "0.50", "EUR"),
        ("500 JPY", "en", "500", "JPY"), ("1\u00a0234,50\u00a0€", "de", "1234.50", "EUR"),
    ],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(text: str, language: str, amount: str, currency: str) -> None:
    money = read("money", text, language)
    assert (str(money.amount), money.currency) == (amount, currency)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1.234", "We cannot tell how much 1.234 is."), ("lots", "Please write an amount"),
        ("1.2.3", "Please write an amount"), ("12.345 KWD", "cannot tell"),
        ("5.123,456", "EUR has 2 decimal places at most."), ("5.5 JPY", "JPY has 0 decimal places"),
        ("5 XXX", "Please write an amount"), ("", "fill this in"),
        ("NaN", "Please write an amount"), ("1e9", "Please write an amount"), ("9" * 40, "Please write an amount"),
    ],
)  # fmt: skip
def test_unclear_amounts_are_refused_in_words(text: str, said: str) -> None:
    assert said in refused("money", text)


def test_an_amount_without_any_currency_asks_for_it() -> None:
    assert refused("money", "20", currency="") == "Please say the currency too, such as 20 EUR."


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("2026-03-12", "en"),
        ("12 March 2026", "en"),
        ("12. März 2026", "de"),
        ("12.3.2026", "en"),
        ("March 12, 2026", "en"),
        ("12/03/2026", "de"),
        ("12 Mar 2026", "de"),
        ("12th of March 2026", "en"),
        ("Thursday, 12 March 2026", "en"),
        ("3/12/2026", "en-US"),
        ("20260312", "en"),
    ],
)
def test_dates_are_read_as_people_write_them(text: str, language: str) -> None:
    assert read("date", text, language) == date(2026, 3, 12)


def test_a_date_that_could_be_two_is_refused() -> None:
    assert "We cannot tell the day from the month in 3/4/2026." in refused("date", "3/4/2026")
    assert read("date", "13/4/2026") == date(2026, 4, 13)
    assert read("date", "4/13/2026") == date(2026, 4, 13)
    assert refused("date", "30 February 2026") == "There is no such day in the calendar."
    assert refused("date", "31.2.2026", "de") == "Diesen Tag gibt es nicht."


def test_a_time_without_a_zone_is_meant_here() -> None:
    assert read("datetime", "12 March 2026 14:30", zone="Europe/Berlin") == datetime(2026, 3, 12, 13, 30, tzinfo=UTC)
    assert read("datetime", "2026-03-12T14:30:00+02:00") == datetime(2026, 3, 12, 12, 30, tzinfo=UTC)
    assert read("datetime", "12.3.2026 um 9 Uhr", "de") == datetime(2026, 3, 12, 9, tzinfo=UTC)
    assert "a date and a time" in refused("datetime", "12 March 2026 25:00")
    assert "a date and a time" in refused("datetime", "tomorrow")


def test_yes_and_no_are_understood_in_several_tongues() -> None:
    assert [read("yes/no", word) for word in ("yes", "Ja", " y ", "TRUE", "on")] == [True] * 5
    assert [read("consent", word) for word in ("no", "Nein", "false", "0")] == [False] * 4
    assert refused("yes/no", "perhaps", "de") == "Bitte antworten Sie mit ja oder nein."


def test_choices_are_taken_by_key_or_by_the_words_shown() -> None:
    assert parse(CHOICE, "medical") == parse(CHOICE, "medical  CARE") == "medical"
    with pytest.raises(ValueProblem, match=r"Please choose one of: Medical care, Tuition\."):
        parse(CHOICE, "funeral")
    assert parse(CHOICES, ["credit", "card", "card"]) == ("card", "credit")
    assert parse(CHOICES, "Credit line, card") == ("card", "credit")


@pytest.mark.parametrize(
    ("text", "number"),
    [("+49 (0)30 123-4567", "+49301234567"), ("0049 30 1234567", "+49301234567"), ("030/1234567", "+49301234567")],
)
def test_telephone_numbers_come_out_alike(text: str, number: str) -> None:
    assert read("phone", text, calling_code="49") == number


@pytest.mark.parametrize("text", ["call me", "+49", "12", "+1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7", "030-12a"])
def test_what_is_no_telephone_number_is_refused(text: str) -> None:
    assert "telephone number" in refused("phone", text)


@pytest.mark.parametrize(
    "text",
    [
        "a@b",
        "a b@c.de",
        "a@b..de",
        "@b.de",
        "a@.de",
        "a@b.de\nbcc: x@y.z",
        "a@b.de,c@d.de",
        "<a@b.de>",
        "a@" + "b" * 300 + ".de",
        ".a@b.de",
    ],
)
def test_what_is_no_mail_address_is_refused(text: str) -> None:
    assert "e-mail address" in refused("e-mail", text)


def test_a_mail_address_keeps_its_name_and_lowers_its_domain() -> None:
    assert read("e-mail", " Ada.Byron+x@Example.ORG ") == "Ada.Byron+x@example.org"


def test_addresses_and_people_come_as_parts_or_as_text() -> None:
    home = Row(type="address", id="", members={"street": "Main St 5", "postcode": "10115", "city": "Berlin"})
    assert read("address", {"street": "Main St 5", "postcode": "10115", "city": " Berlin ", "country": ""}) == home
    assert read("address", "Main St 5\n10115 Berlin") == home
    assert "street, postcode and town" in refused("address", "Berlin")
    ada = read("person", {"name": " Ada  Byron ", "email": "ada@example.org", "birth_date": "10 December 1815"})
    assert ada.members == {"name": "Ada Byron", "email": "ada@example.org", "birth_date": date(1815, 12, 10)}
    assert "full name" in refused("person", {"name": ""})


def test_lengths_of_time_are_read() -> None:
    assert read("duration", "3 business days") == Span(amount=3, unit="days", business=True)
    assert read("duration", "2 Wochen", "de") == Span(amount=2, unit="weeks")
    assert "a length of time" in refused("duration", "3 business months")


def test_control_characters_and_endless_texts_are_refused() -> None:
    assert "cannot be kept" in refused("text", "a\x00b")
    assert "too long" in refused("text", "x" * 20_001)
    assert read("text", " a\r\nb ") == "a\nb"


def test_documents_cannot_be_typed_in() -> None:
    assert refused("document", "x") == "This cannot be typed in."


@given(
    st.sampled_from(
        [
            "text",
            "integer",
            "decimal",
            "money",
            "date",
            "datetime",
            "duration",
            "yes/no",
            "e-mail",
            "phone",
            "address",
            "person",
        ]
    ),
    st.text(),
)
def test_any_text_is_read_or_refused(name: str, text: str) -> None:
    said: ValueProblem | None = None
    try:
        found = read(name, text)
    except ValueProblem as problem:
        said = problem
    if said is None:
        assert decode(kind(name), json.loads(json.dumps(encode(found)))) == found
    else:
        assert said.message
        assert said.in_language("de")


def test_every_refusal_is_said_in_both_languages() -> None:
    assert TEXTS["en"].keys() == TEXTS["de"].keys()


members = st.dictionaries(
    st.text(max_size=5),
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.text(max_size=5),
        amounts,
        euros,
        st.dates(),
        st.timedeltas(),
        st.builds(Span, amount=st.integers(0, 9), unit=st.just("days")),
    ),
    max_size=3,
)
rows = st.builds(Row, type=st.just("record"), id=st.text(max_size=5), members=members)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("text", st.text()), ("integer", st.integers()), ("decimal", amounts), ("money", euros), ("date", st.dates()),
        ("duration", st.timedeltas()),
        ("datetime", st.datetimes(timezones=st.just(UTC))), ("yes/no", st.booleans()), ("record", rows),
        ("list", st.lists(rows, max_size=3).map(tuple)),
        ("choices", st.lists(st.text(max_size=3), max_size=3).map(tuple)),
        ("duration", st.just(Span(amount=3, unit="days", business=True))),
    ],
)  # fmt: skip
@given(data=st.data())
def test_what_is_stored_comes_back_as_it_was(name: str, values: st.SearchStrategy[Any], data: st.DataObject) -> None:
    value = data.draw(values)
    back = decode(kind(name), json.loads(json.dumps(encode(value))))
    assert back == value
    assert type(back) is type(value)
    assert decode(kind(name), encode(None)) is None


@given(euros, st.sampled_from(["en", "de"]))
def test_an_amount_that_is_shown_can_be_typed_in_again(money: Money, language: str) -> None:
    assert read("money", show(money, language=language), language) == money


@given(st.dates(date(1000, 1, 1)), st.sampled_from(["en", "de"]))
def test_a_date_that_is_shown_can_be_typed_in_again(day: date, language: str) -> None:
    assert read("date", show(day, language=language), language) == day


def test_values_are_shown_in_the_readers_language() -> None:
    assert show(Money(Decimal("-1234.5"), "EUR")) == "-€1,234.50"
    assert show(Money(Decimal("1234.5"), "EUR"), language="de") == "1.234,50 €"
    assert show(Money(Decimal(5), "SEK")) == "5.00 SEK"
    assert show(True, language="de-AT") == "Ja"
    assert show("medical", type=CHOICE) == "Medical care"
    assert show(("card", "credit"), type=CHOICES) == "Cards, Credit line"
    assert show(timedelta(hours=36), language="de") == "36 Stunden"
    assert show(datetime(2026, 3, 12, 13, tzinfo=UTC), zone="Europe/Berlin") == "12 March 2026, 14:00"
    assert show(Row(type="person", id="4", members={"name": "Ada"})) == "Ada"
    assert show(None) == "none"


def test_every_currency_has_places() -> None:
    assert len(CURRENCIES) > 140
    assert set(CURRENCIES.values()) == {0, 2, 3}
