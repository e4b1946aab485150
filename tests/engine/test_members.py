"""A member that its row does not have decides nothing."""

from __future__ import annotations

import pytest

from backline.engine.values import Row
from tests.engine.making import answer, compiled, fact, outcome, said, wants

PAPER = Row("document", "1", {"kind": "", "pages": None, "name": "scan.pdf"})
BILL = Row("document", "2", {"kind": "bill", "pages": 3, "name": "bill.pdf"})


def judged(*sources: tuple[str, str]):
    """A type in which a document is judged by these sources, then by a colleague."""
    told = {key.replace(" ", "_"): text for key, text in sources}
    return compiled(
        fact("paper", "document", ask="customer"),
        fact("fits", **told, work={"team": "desk", "shows": ["paper"]}),
        outcome("fit", "fits"),
        outcome("otherwise", None),
    )


@pytest.mark.parametrize(
    "sources",
    [
        [("no if", "paper.kind != 'bill'")],
        [("yes if", "paper.kind != 'letter'")],
        [("is", "paper.kind == 'bill'")],
        [("is", "paper.kind in ['bill', 'letter']")],
        [("is", "not (paper.pages == 3)")],
        [("is", "paper.pages > 2")],
        [("no if", "paper.name == 'scan.pdf' and paper.pages != 3")],
    ],
)
def test_a_document_that_was_not_recognised_goes_to_a_person(sources):
    found = answer(judged(*sources), said("paper", PAPER))
    assert found.outcome is None
    assert wants(found) == {"fits:work"}


def test_a_document_that_was_recognised_is_judged():
    both = judged(("no if", "paper.kind != 'bill'"), ("yes if", "paper.pages == 3"))
    assert answer(both, said("paper", BILL)).outcome == "fit"
    assert answer(judged(("no if", "paper.kind != 'letter'")), said("paper", BILL)).outcome == "otherwise"


@pytest.mark.parametrize(("row", "ended"), [(PAPER, "fit"), (BILL, "otherwise")])
def test_whether_there_is_such_a_member_can_be_asked(row, ended):
    assert answer(judged(("is", "paper.pages == none")), said("paper", row)).outcome == ended


def test_the_reason_says_which_member_is_missing():
    program = compiled(
        fact("paper", "document", ask="customer"),
        fact("fits", **{"is": "paper.kind == 'bill'"}),
        outcome("fit", "fits"),
        outcome("otherwise", None),
    )
    found = answer(program, said("paper", PAPER))
    assert (found.facts["fits"].status, found.facts["fits"].reason) == ("failed", "there is no kind")
    assert found.state == "stuck"
