"""What is discreet never shows through what is asked."""

from __future__ import annotations

from itertools import product

import pytest

from tests.engine.making import action, answer, compiled, does, fact, item, outcome, said, wants


def suspicious():
    """A claim that is refused when it is suspicious, which the claimant must not notice."""
    return compiled(
        fact("suspicious", lookup="fraud.suspicious", discreet=True),
        fact("seen", ask="customer"),
        fact("repaired", ask="customer"),
        fact("why", ask="customer", if_="suspicious", else_="yes"),
        action("pay", "bank.pay", undo="bank.reverse"),
        outcome("refused", "suspicious and not why"),
        outcome("paid", "seen and repaired", "pay"),
        outcome("otherwise", None),
    )


def asked(found):
    return {one.fact for one in found.wanted if one.source == "ask"}


class TestDiscreetFacts:
    @pytest.mark.parametrize("told", list(product((None, True, False), repeat=3)))
    def test_whatever_they_say_the_same_is_asked(self, told):
        program = suspicious()
        parts = [
            said(name, value)
            for name, value in zip(("seen", "repaired", "why"), told, strict=True)
            if value is not None
        ]
        flagged, plain = (answer(program, *parts, said("suspicious", flag, source="lookup")) for flag in (True, False))
        assert asked(flagged) == asked(plain)

    def test_no_outcome_comes_before_the_questions_are_answered(self):
        program = suspicious()
        early = answer(program, said("suspicious", True, source="lookup"))
        assert early.outcome is None
        assert early.state == "open"
        assert asked(early) == {"seen", "repaired", "why"}
        told = [said(name, name != "why") for name in ("seen", "repaired", "why")]
        late = answer(program, said("suspicious", True, source="lookup"), *told)
        assert late.outcome == "refused"

    def test_who_is_not_suspicious_is_paid(self):
        program = suspicious()
        told = [said(name, True) for name in ("seen", "repaired", "why")]
        found = answer(program, said("suspicious", False, source="lookup"), *told)
        assert (found.outcome, does(found)) == ("paid", ["do pay 1"])

    def test_systems_are_asked_as_ever(self):
        assert "suspicious:lookup" in wants(answer(suspicious()))


def suspects():
    """Bills of which one may be suspicious, which the claimant must not notice."""
    return compiled(
        fact(
            "bills",
            "list",
            ask="customer",
            facts=[
                fact("suspicious", lookup="fraud.suspicious", discreet=True),
                fact("why", ask="customer", if_="suspicious", else_="yes"),
            ],
        ),
        outcome("refused", "any(b.suspicious and not b.why for b in bills)"),
        outcome("otherwise", None),
    )


class TestDiscreetFactsOfItems:
    @pytest.mark.parametrize("told", list(product((None, True, False), repeat=2)))
    @pytest.mark.parametrize("closed", [True, False])
    def test_whatever_they_say_of_an_item_the_same_is_asked(self, told, closed):
        program = suspects()
        parts = [item("bills/1"), item("bills/2"), *([said("bills", True)] if closed else [])]
        parts += [said(f"bills/{n}/why", value) for n, value in zip("12", told, strict=True) if value is not None]
        asked_under = {
            flags: {(one.item, one.fact) for one in found.wanted if one.source == "ask"}
            for flags in product((True, False), repeat=2)
            for found in [
                answer(
                    program,
                    *parts,
                    *(
                        said(f"bills/{n}/suspicious", flag, source="lookup")
                        for n, flag in zip("12", flags, strict=True)
                    ),
                )
            ]
        }
        assert len(set(map(frozenset, asked_under.values()))) == 1

    def test_no_outcome_comes_before_the_questions_of_all_items_are_answered(self):
        parts = [item("bills/1"), said("bills", True), said("bills/1/suspicious", False, source="lookup")]
        early = answer(suspects(), *parts)
        assert (early.outcome, {one.fact for one in early.wanted}) == (None, {"why"})
        assert answer(suspects(), *parts, said("bills/1/why", False)).outcome == "otherwise"
