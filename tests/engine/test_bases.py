"""An answer counts while what was shown with it holds: also the item before, and a list inside the item."""

from __future__ import annotations

from tests.engine.making import answer, compiled, fact, item, outcome, said, wants


class TestTheItemBefore:
    def program(self):
        return compiled(
            fact(
                "offers",
                "list",
                ask="customer",
                facts=[
                    fact("reason", "text", ask="customer"),
                    fact("amount", "integer", work={"team": "claims", "shows": ["previous.reason"]}),
                ],
            ),
            outcome("paid", "all(known(one.amount) for one in offers)"),
            outcome("none", None),
        )

    def test_is_part_of_what_the_answer_is_about(self):
        reasons = (said("offers/1/reason", "too low"), said("offers/2/reason", "ok"))
        two = (item("offers/1"), item("offers/2"), said("offers", True, item=""), *reasons)
        asked = {one.item: one.basis for one in answer(self.program(), *two).wanted if one.fact == "amount"}
        assert asked == {"offers/1": {"previous.reason": None}, "offers/2": {"previous.reason": "too low"}}
        given = said("offers/2/amount", 5, source="work", basis={"previous.reason": "too low"})
        assert answer(self.program(), *two, given).facts["offers/2/amount"].value == 5
        corrected = said("offers/1/reason", "wrong car", id="z", replaces=(reasons[0].id,), correction=True)
        assert answer(self.program(), *two, given, corrected).facts["offers/2/amount"].status == "unknown"


class TestAListInsideAnItem:
    def program(self):
        return compiled(
            fact(
                "owners",
                "list",
                ask="customer",
                facts=[
                    fact("hits", "list", ask="customer", facts=[fact("name", "text", ask="customer")]),
                    fact("clear", work={"team": "kyc", "shows": ["hits"]}),
                ],
            ),
            outcome("open", "all(owners.clear)"),
            outcome("none", None),
        )

    def known(self):
        owners = [item("owners/1"), item("owners/2"), said("owners", True, item="")]
        hits = [item("owners/1/hits/1"), item("owners/2/hits/1")]
        closed = [said("owners/1/hits", True, item="owners/1"), said("owners/2/hits", True, item="owners/2")]
        names = [said("owners/1/hits/1/name", "Ann"), said("owners/2/hits/1/name", "Bea")]
        return [*owners, *hits, *closed, *names]

    def test_is_shown_as_this_item_has_it(self):
        found = answer(self.program(), *self.known())
        shown = {one.item: one.basis["hits"] for one in found.wanted if one.fact == "clear"}
        assert "Ann" in shown["owners/1"]
        assert "Bea" not in shown["owners/1"]
        cleared = [said(f"{one}/clear", True, source="work", basis={"hits": shown[one]}) for one in sorted(shown)]
        assert answer(self.program(), *self.known(), *cleared).outcome == "open"

    def test_one_owner_s_change_leaves_the_other_s_answer(self):
        found = answer(self.program(), *self.known())
        shown = {one.item: one.basis["hits"] for one in found.wanted if one.fact == "clear"}
        cleared = [said(f"{one}/clear", True, source="work", basis={"hits": shown[one]}) for one in sorted(shown)]
        known = self.known()
        other = said("owners/2/hits/1/name", "Beate", replaces=(known[-1].id,), correction=True)
        again = answer(self.program(), *known, *cleared, other)
        assert wants(again) == {"owners/2/clear:work"}
