"""Explaining without telling, what if, and moving along."""

from __future__ import annotations

from backline.engine.comparing import compare
from backline.engine.explaining import explain
from backline.engine.supposing import suppose
from tests.engine.making import CALENDAR, action, at, compiled, effect, eur, fact, outcome, record, said


def loan(condition="score > 50 and income > 10 EUR"):
    return compiled(
        fact("score", "integer", lookup="bureau.score", hide=("customer",)),
        fact("income", "money", ask="customer"),
        fact("granted", **{"is": condition}),
        action("pay", "bank.pay", with_={"amount": "income"}, gives={"number": "text"}),
        action("welcome", letter="welcome"),
        outcome("granted", "granted", "pay", "welcome"),
        outcome("refused", None),
        letter_fields={"welcome": ("number",)},
    )


def why(program, name, *parts, hidden=frozenset()):
    return explain(program, record(*parts), name, now=at(1), calendar=CALENDAR, hidden=hidden)


class TestExplaining:
    def test_a_reason_names_the_rule_and_what_it_rests_on(self):
        found = why(loan(), "granted", said("score", 70, source="lookup"), said("income", eur(20), by="ada"))
        assert (found.value, found.rule) == (True, "score > 50 and income > 10 EUR")
        assert {one.fact: (one.value, one.source, one.by) for one in found.because} == {
            "score": (70, "lookup", "customer"),
            "income": (eur(20), "ask", "ada"),
        }

    def test_what_may_not_be_seen_is_unknown_and_told_alike(self):
        hidden = frozenset({"score"})
        told = [
            why(loan(), "granted", said("score", score, source="lookup"), said("income", eur(20)), hidden=hidden)
            for score in (70, 90)
        ]
        assert told[0] == told[1]
        assert (told[0].status, told[0].withheld, told[0].rule) == ("unknown", True, "")

    def test_what_is_seen_to_suffice_is_told(self):
        found = why(
            loan(), "granted", said("score", 70, source="lookup"), said("income", eur(5)), hidden=frozenset({"score"})
        )
        assert (found.value, found.status) == (False, "value")

    def test_the_outcome_has_reasons(self):
        found = why(loan(), "outcome", said("score", 70, source="lookup"), said("income", eur(20)))
        assert (found.value, [one.fact for one in found.because]) == ("granted", ["granted"])


class TestSupposing:
    def test_effects_are_listed_and_none_is_made(self):
        known = record(said("score", 70, source="lookup"), said("income", eur(5)))
        found = suppose(loan(), known, {"income": eur(20)}, now=at(1), calendar=CALENDAR)
        assert (found.evaluation.outcome, found.ends) == ("granted", "granted")
        assert [(one.action, dict(one.payload)) for one in found.effects] == [
            ("pay", {"amount": eur(20)}),
            ("welcome", {"number": None}),
        ]
        assert len(known.assertions) == 2


class TestMovingAlong:
    def moved(self, new, *parts):
        known = (said("score", 70, source="lookup"), said("income", eur(20)), *parts)
        return compare(loan(), new, record(*known), now=at(2), calendar=CALENDAR)

    def test_the_same_version_differs_in_nothing(self):
        assert self.moved(loan()).same

    def test_another_rule_shows(self):
        found = self.moved(loan("score > 80"))
        assert (found.old.outcome, found.new.outcome) == ("granted", "refused")
        assert [one.fact for one in found.facts] == ["granted"]

    def renamed(self, was):
        return compiled(
            fact("score", "integer", lookup="bureau.score"),
            fact("income", "money", ask="customer"),
            action("transfer", "bank.transfer", with_={"amount": "income", "score": "score"}, was=was),
            outcome("granted", "score > 50", "transfer"),
            outcome("refused", None),
        )

    def test_an_effect_with_a_counterpart_is_not_made_again(self):
        paid = effect("pay", payload={"amount": eur(20)}, gives={"number": "N"}, when=at(1))
        found = self.moved(self.renamed("pay"), paid)
        assert (found.orphans, found.new.effects, found.moves_by_itself) == ((), (), True)

    def test_an_effect_without_a_counterpart_holds_the_case(self):
        paid = effect("pay", payload={"amount": eur(20)}, when=at(1))
        found = self.moved(self.renamed(""), paid)
        assert (found.orphans, found.moves_by_itself) == (("pay",), False)
