"""Letters, messages, and words in other languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from backline.catalogue.reading import read_folder
from backline.catalogue.reading.texts import Texts
from backline.engine.definition import DefinitionProblems
from tests.rooms.catalogue_files import good_but, write

WITH_LETTER = good_but("do: [pay]", "do: [pay, letter: paid]")
LETTER = {"letters/paid.en.md": "Subject: Your {amount}\n\nDear {customer.name},\n\nit is paid.\n"}


def texts(types: Path, german: str) -> Texts:
    return read_folder(write(types, **{"texts.de.yaml": german})).texts


def told(folder: Path) -> list[str]:
    with pytest.raises(DefinitionProblems) as raised:
        read_folder(folder)
    return [str(problem).replace(f"{folder}/", "") for problem in raised.value.problems]


def test_a_letter_has_a_subject_a_body_and_holes(tmp_path: Path) -> None:
    read = read_folder(write(tmp_path, WITH_LETTER, **LETTER))
    letter = read.templates[("letters", "paid")]["en"]
    assert (letter.subject, letter.body) == ("Your {amount}", "Dear {customer.name},\n\nit is paid.")
    assert [(hole.path, hole.place.line, hole.place.column) for hole in letter.holes] == [
        ("amount", 1, 15), ("customer.name", 3, 6),
    ]  # fmt: skip


def test_what_a_letter_prints_in_any_language_is_part_of_its_payload(tmp_path: Path) -> None:
    german = {"letters/paid.de.md": "Subject: Geld\n\n{wanted}\n"}
    read = read_folder(write(tmp_path, WITH_LETTER, **LETTER, **german))
    assert set(read.definition.letter_fields["paid"]) == {"amount", "customer", "wanted"}


def test_a_hole_that_is_no_fact_is_refused_at_its_place(tmp_path: Path) -> None:
    folder = write(tmp_path, WITH_LETTER, **{"letters/paid.en.md": "Subject: a\n\nYou get {amont}.\n"})
    assert told(folder) == ["letters/paid.en.md:3:9: There is no fact 'amont'. Did you mean 'amount'?"]


def test_an_expression_in_a_letter_is_refused_with_the_mend(tmp_path: Path) -> None:
    folder = write(tmp_path, WITH_LETTER, **{"letters/paid.en.md": "Subject: a\n\nYou get {amount * 2}.\n"})
    assert told(folder) == [
        "letters/paid.en.md:3:9: '{amount * 2}' is not the name of a fact. "
        "Make a fact that computes it, and name that fact here."
    ]


def test_a_letter_without_a_subject_or_language_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path, WITH_LETTER, **{"letters/paid.en.md": "Hello\n", "letters/paid.md": "Subject: a\n"})
    assert told(folder) == [
        "letters/paid.en.md:1:1: The letter 'paid' has no subject. Begin it with 'Subject: ...'.",
        "letters/paid.md:1:1: 'letters/paid.md' is not named as a template. "
        "Write NAME.LANGUAGE.md, such as paid.en.md.",
    ]


def test_a_letter_that_is_named_wrongly_meets_its_neighbour(tmp_path: Path) -> None:
    folder = write(tmp_path, good_but("do: [pay]", "do: [pay, letter: payd]"), **LETTER)
    assert told(folder)[0] == "type.yaml:13:34: There is no letter 'payd'. Did you mean 'paid'?"


def test_words_are_found_in_the_reader_s_language_else_as_the_definition_has_them(tmp_path: Path) -> None:
    found = texts(tmp_path, "title: Eine Karte\nfacts:\n  amount: {label: Wie viel?}\n")
    assert (found.title("de"), found.title("de-at"), found.title("en"), found.title("fr")) == (
        "Eine Karte", "Eine Karte", "Get a card", "Get a card",
    )  # fmt: skip
    assert (found.label("amount", "de"), found.label("amount", "en")) == ("Wie viel?", "How much?")


def test_what_has_no_words_is_called_by_its_name(tmp_path: Path) -> None:
    found = texts(tmp_path, "title: Eine Karte\n")
    assert (found.label("wanted", "de"), found.action("pay", "de"), found.outcome("otherwise", "en")) == (
        "Wanted", "Pay", "Otherwise",
    )  # fmt: skip


def test_words_for_something_that_is_not_there_are_refused(tmp_path: Path) -> None:
    folder = write(tmp_path, **{"texts.de.yaml": "facts:\n  amont: {label: Wie viel?}\n"})
    assert told(folder) == [
        "texts.de.yaml:2:18: There is nothing called 'facts.amont.label' to translate. "
        "Did you mean 'facts.amount.label'?"
    ]


def test_choices_checks_and_facts_of_items_have_words_too(tmp_path: Path) -> None:
    more = (
        "  wanted: {type: yes/no, ask: customer}\n"
        "  low: {type: choice, choices: {a: First}, ask: customer, check: [{must: low == 'a', say: Not that}]}\n"
        "  bills: {type: list, ask: customer, facts: {total: {type: money, ask: {who: customer, label: Its total?}}}}"
    )
    german = (
        "facts:\n  low: {choices: {a: Erstens}, check: [Nein]}\n"
        "  bills: {facts: {total: {label: Summe, ask: Wie viel?}}}\n"
    )
    folder = write(tmp_path, good_but("  wanted: {type: yes/no, ask: customer}", more), **{"texts.de.yaml": german})
    found = read_folder(folder).texts
    assert (found.choice("low", "a", "de"), found.choice("low", "a", "en")) == ("Erstens", "First")
    assert (found.check("low", 0, "de"), found.check("low", 0, "en")) == ("Nein", "Not that")
    assert (found.label("bills.total", "de"), found.label("bills.total", "en")) == ("Summe", "Total")
    assert (found.asked("bills.total", "ask", "de"), found.asked("bills.total", "ask", "en")) == (
        "Wie viel?",
        "Its total?",
    )
