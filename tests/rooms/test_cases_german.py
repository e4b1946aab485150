"""What a case says of itself, in German: every text of the room is translated, and a page shows it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation import gettext

import backline.cases
from backline.cases.showing.viewing import view_case
from tests.rooms.cases_house import House

ROOM = Path(backline.cases.__file__).parent
THE_SAME = {"%(label)s: %(value)s"}


def texts() -> set[str]:
    """Every text that the room marks for translation."""
    found = set()
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
                found |= {one.value for one in node.args if isinstance(one, ast.Constant)}
    return {text for text in found if isinstance(text, str)}


def test_every_text_of_the_room_is_there_in_german() -> None:
    with translation.override("de"):
        missing = {text for text in texts() - THE_SAME if gettext(text) == text}
    assert missing == set()


@pytest.mark.django_db
def test_the_timeline_of_a_request_is_told_in_german(house: House) -> None:
    case = house.open(account="A-1", amount="80 EUR")
    with translation.override("de"):
        view = view_case(case=case, by=house.ann, purpose="own", language="de", now=house.now)
    assert view.timeline[0].words == "Anfrage eingegangen"
