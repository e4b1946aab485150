"""A promise of what every item has: kept when the list is whole and none is left, also of lists within lists."""

from __future__ import annotations

from backline.engine.definition import Promise
from tests.engine.making import action, answer, at, compiled, effect, fact, item, outcome, said, span, wants


def shop(of: str, **keys):
    """Lines that are shipped, each in parcels that arrive."""
    return compiled(
        fact(
            "lines",
            "list",
            ask="customer",
            facts=[
                fact("number", "text", ask="customer"),
                fact("gift", ask="customer"),
                fact(
                    "parcels",
                    "list",
                    ask="customer",
                    facts=[fact("arrived", ask="customer")],
                ),
            ],
            actions=[action("ship", "post.ship", with_={"number": "number"}, when="gift", gives={"code": "text"})],
        ),
        fact("cancelled", ask="customer"),
        Promise(name="soon", of=of, within=span("3 days"), **keys),
        outcome("cancelled", "cancelled"),
        outcome("otherwise", None),
    )


def lines(*names):
    return [item(f"lines/{name}") for name in names]


CLOSED = said("lines", True)


DAY = at(1)


def state(program, *parts, now=DAY):
    return answer(program, *parts, now=now).promises[0].state


class TestFactsOfItems:
    def test_it_is_kept_when_every_item_has_it_and_no_item_comes_any_more(self):
        program = shop("lines.number")
        numbers = [said("lines/1/number", "A"), said("lines/2/number", "B")]
        assert state(program, *lines("1", "2"), *numbers) == "running"
        assert state(program, *lines("1", "2"), CLOSED, numbers[0]) == "running"
        assert state(program, *lines("1", "2"), CLOSED, *numbers) == "kept"

    def test_it_is_kept_when_the_last_of_them_was_said(self):
        late = said("lines/2/number", "B", when=at(2))
        found = answer(shop("lines.number"), *lines("1", "2"), CLOSED, said("lines/1/number", "A"), late, now=at(2.5))
        assert found.promises[0].settled_at == at(2)

    def test_what_was_promised_of_each_item_is_asked(self):
        found = answer(shop("lines.number"), *lines("1", "2"), CLOSED)
        assert {"lines/1/number:ask", "lines/2/number:ask"} <= wants(found)

    def test_the_items_themselves_are_asked_for(self):
        assert "lines:ask" in wants(answer(shop("lines.number")))


class TestListsWithinLists:
    def test_it_is_kept_when_every_inner_list_is_whole(self):
        program = shop("lines.parcels.arrived")
        inner = [item("lines/1/parcels/1"), said("lines/1/parcels/1/arrived", True)]
        whole = [said("lines/1/parcels", True), said("lines/2/parcels", True)]
        assert state(program, *lines("1", "2"), CLOSED, *inner) == "running"
        assert state(program, *lines("1", "2"), CLOSED, *inner, whole[0]) == "running"

    def test_each_inner_item_is_asked(self):
        found = answer(shop("lines.parcels.arrived"), *lines("1"), CLOSED, item("lines/1/parcels/1"))
        assert "lines/1/parcels/1/arrived:ask" in wants(found)


class TestActionsOfItems:
    def test_it_is_kept_when_it_was_made_for_every_item_that_it_is_for(self):
        program = shop("lines.ship")
        known = [*lines("1", "2"), CLOSED, said("lines/1/number", "A"), said("lines/2/number", "B")]
        both, one = [said(f"lines/{n}/gift", True) for n in "12"], said("lines/2/gift", False)
        first = effect("ship", item="lines/1", payload={"number": "A"}, gives={"code": "X"})
        second = effect("ship", item="lines/2", payload={"number": "B"}, gives={"code": "Y"}, when=at(0.5))
        assert state(program, *known, *both, first) == "running"
        assert state(program, *known, *both, first, second) == "kept"
        assert state(program, *known, both[0], one, first) == "kept"
        assert state(program, *known, both[0], first) == "running"
