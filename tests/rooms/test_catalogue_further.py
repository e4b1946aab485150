"""All that is wrong is said at once: also what the checker finds, where the file could not be read whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from backline.catalogue.drafts import check_folder
from backline.catalogue.reading import Neighbourhood

HEAD = """case: draft
title: A draft
for: customer
owner: desk
roles: {customer: {label: You}}
facts:
"""


def told(folder: Path, text: str) -> list[str]:
    """The problems of a definition, without their file."""
    draft = folder / "draft"
    draft.mkdir()
    (draft / "type.yaml").write_text(HEAD + text, encoding="utf-8")
    return [f"{one.place.line}: {one.message}" for one in check_folder(draft, Neighbourhood()).problems]


def test_a_wrong_word_and_a_wrong_name_are_said_together(tmp_path: Path) -> None:
    text = """  amount: {label: How much?, type: money, ask: custmer}
  agreed: {label: Agreed?, type: yesno, ask: customer}
outcomes:
  paid: {when: amout > 5 EUR}
  otherwise: {}
"""
    assert told(tmp_path, text) == [
        "7: ask names 'custmer', which is no role.",
        "8: 'yesno' is not a type.",
        "10: Nothing here is called 'amout'.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "  agreed: {label: Agreed?, type: yesno, ask: customer}\noutcomes:\n  paid: {when: agreed}\n  otherwise: {}\n",
        "  yes: {label: Sure?, type: yes/no, ask: customer}\noutcomes:\n  paid: {when: yes}\n  otherwise: {}\n",
        "  a: {label: A, type: yes/no, ask: customer}\noutcomes:\n  paid: {when: a}\n",
        "  a: {label: A, type: yes/no, ask: customer}\noutcomes:\n  b: {when: a}\n  otherwise: {when: not a}\n",
    ],
    ids=["a type", "a name", "no otherwise", "an otherwise with a condition"],
)
def test_what_follows_from_another_mistake_is_not_said_besides(tmp_path: Path, text: str) -> None:
    assert len(told(tmp_path, text)) == 1


def test_a_condition_that_has_a_wrong_name_is_not_said_to_contradict_itself(tmp_path: Path) -> None:
    text = """  kind: {label: Kind?, type: choice, choices: {a: A, b: B}, ask: customer}
outcomes:
  one: {when: kind == 'c'}
  otherwise: {}
"""
    assert told(tmp_path, text) == ["9: 'c' is none of the choices."]


def test_an_if_without_an_else_is_told_as_one(tmp_path: Path) -> None:
    text = """  a: {label: A, type: yes/no, ask: customer}
outcomes:
  one: {when: a if a}
  otherwise: {}
"""
    assert told(tmp_path, text) == ["9: An if inside an expression needs an else."]
