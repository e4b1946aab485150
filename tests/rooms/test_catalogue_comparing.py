"""What differs between two versions, in words."""

from __future__ import annotations

from pathlib import Path

from backline.catalogue.comparing import differences, text_differences
from backline.catalogue.reading import read_type
from tests.rooms.catalogue_files import GOOD, good_but, write


def said(folder: Path, new: str, old: str = GOOD) -> list[str]:
    before, after = read_type(write(folder / "old", old)), read_type(write(folder / "new", new))
    return [str(difference) for difference in differences(before, after)]


def test_nothing_differs_where_only_lines_moved(tmp_path: Path) -> None:
    assert said(tmp_path, "# a remark\n\n" + GOOD) == []


def test_what_was_added_and_removed_is_named(tmp_path: Path) -> None:
    new = good_but("  wanted: {type: yes/no, ask: customer}\n", "  iban: {type: text, ask: customer}\n")
    assert said(tmp_path, new.replace("when: wanted", "when: amount > 5 EUR")) == [
        "fact wanted: removed",
        "fact iban: added",
        "outcome paid: 'when' was wanted, is now amount > 5 EUR",
    ]


def test_what_changed_says_what_it_was_and_what_it_is(tmp_path: Path) -> None:
    new = good_but("owner: loyalty", "owner: cards").replace("label: How much?", "label: How much do you want?")
    assert said(tmp_path, new) == [
        "case type: 'owner' was loyalty, is now cards",
        "fact amount: 'label' was How much?, is now How much do you want?",
    ]


def test_a_patience_that_changed_is_said_as_people_say_it(tmp_path: Path) -> None:
    old = good_but("ask: customer}\n  wanted", "ask: {who: customer, within: 1 business day}}\n  wanted")
    new = good_but("ask: customer}\n  wanted", "ask: {who: customer, within: 3 days}}\n  wanted")
    assert said(tmp_path, new, old) == [
        "fact amount: 'sources' was ask customer within 1 business day, is now ask customer within 3 days"
    ]


def test_outcomes_that_change_places_are_named(tmp_path: Path) -> None:
    old = good_but("  otherwise: {}", "  late: {when: not wanted}\n  otherwise: {}")
    new = good_but("  paid:", "  late: {when: not wanted}\n  paid:")
    assert said(tmp_path, new, old) == ["outcome late: moved", "outcome paid: moved"]


def test_the_facts_of_a_list_s_items_are_compared_too(tmp_path: Path) -> None:
    def bills(kind: str) -> str:
        more = f"  bills: {{type: list, ask: customer, facts: {{total: {{type: {kind}, ask: customer}}}}}}\n  wanted:"
        return good_but("  wanted:", more)

    assert said(tmp_path, bills("money"), bills("text")) == ["fact bills.total: 'type' was text, is now money"]


def test_letters_that_differ_are_named() -> None:
    old = {"letters/a.en.md": "Subject: a\n", "letters/b.en.md": "Subject: b\n"}
    new = {"letters/a.en.md": "Subject: c\nmore\n", "messages/d.en.md": "Subject: d\n"}
    assert [str(difference) for difference in text_differences(old, new)] == [
        "letters/a.en.md: 'text' is now 2 other lines",
        "letters/b.en.md: removed",
        "messages/d.en.md: added",
    ]
