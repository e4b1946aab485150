"""The rules of the engine, each by its smallest example."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from backline.engine.definition import Promise, Role
from backline.engine.record import PromiseRecord, Wait
from backline.engine.values import Money, Row
from tests.engine.making import (
    START,
    action,
    answer,
    at,
    compiled,
    does,
    effect,
    eur,
    fact,
    item,
    outcome,
    said,
    silence,
    span,
    wants,
)


def bank(**keys):
    """Pay at most half of the balance."""
    return compiled(
        fact("amount", "money", ask="customer"),
        fact("balance", "money", lookup="bank.balance"),
        action("pay", "bank.pay", with_={"amount": "amount"}, gives={"number": "text"}, undo="bank.reverse", **keys),
        action("welcome", letter="welcome"),
        outcome("paid", "amount <= balance / 2", "pay", "welcome"),
        outcome("refused", None),
        letter_fields={"welcome": ("number",)},
    )


class TestCorrectionOrChange:
    def test_a_case_is_not_undone_by_its_own_act(self):
        said_so = (said("amount", eur(400)), said("balance", eur(1000), source="lookup"))
        paid = effect("pay", payload={"amount": eur(400)}, gives={"number": "N1"}, when=at(1))
        lower = said("balance", eur(600), source="lookup", when=at(2))
        found = answer(bank(), *said_so, paid, lower, now=at(3))
        assert found.outcome == "paid"
        assert does(found) == ["do welcome 1"]
        assert found.effects[0].payload == {"number": "N1"}

    def test_a_correction_reaches_back(self):
        first = said("amount", eur(400), id="first")
        paid = effect("pay", payload={"amount": eur(400)}, when=at(1))
        never_so = said("amount", eur(700), replaces=("first",), correction=True, when=at(2))
        found = answer(bank(), first, said("balance", eur(1000), source="lookup"), paid, never_so, now=at(3))
        assert found.outcome == "refused"
        assert does(found) == ["undo pay 2"]

    def test_what_a_correction_asks_anew_is_answered_anew(self):
        program = compiled(
            fact("amount", "integer", ask="customer"),
            fact("agreed", work={"team": "team", "shows": ["amount"]}),
            action("pay", "bank.pay", with_={"amount": "amount"}, amend="bank.amend", undo="bank.reverse"),
            outcome("paid", "agreed", "pay"),
            outcome("refused", None),
        )
        before = (
            said("amount", 100, id="first"),
            said("agreed", True, source="work", basis={"amount": 100}),
            effect("pay", payload={"amount": 100}, when=at(1)),
            said("amount", 200, replaces=("first",), correction=True, when=at(2)),
        )
        assert wants(answer(program, *before, now=at(3))) == {"agreed:work"}
        again = said("agreed", True, source="work", basis={"amount": 200}, when=at(3))
        assert does(answer(program, *before, again, now=at(4))) == ["amend pay 2"]
        no = said("agreed", False, source="work", basis={"amount": 200}, when=at(3))
        assert does(answer(program, *before, no, now=at(4))) == ["undo pay 2"]

    def test_before_anything_began_a_change_counts(self):
        first = said("amount", eur(400), id="first")
        more = said("amount", eur(700), replaces=("first",), when=at(2))
        assert answer(bank(), first, more, said("balance", eur(1000), source="lookup"), now=at(3)).outcome == "refused"

    def test_today_is_the_day_on_which_the_outcome_began(self):
        program = compiled(
            fact("until", "date", ask="customer"),
            action("book", "x.book"),
            action("write", letter="booked"),
            outcome("booked", "today <= until", "book", "write"),
            outcome("late", None),
        )
        known = (said("until", START.date()), effect("book", when=at(0, 5)))
        assert answer(program, *known, now=at(4)).outcome == "booked"
        assert answer(program, known[0], now=at(4)).outcome == "late"

    def test_an_offer_counts_although_the_outcome_began(self):
        program = compiled(
            fact("cancelled", offer={"to": "customer"}, else_="no"),
            action("enrol", "crm.enrol", undo="crm.close"),
            outcome("cancelled", "cancelled", "undo enrol"),
            outcome("member", None, "enrol"),
        )
        found = answer(
            program, effect("enrol", when=at(1)), said("cancelled", True, source="offer", when=at(2)), now=at(3)
        )
        assert (found.outcome, does(found)) == ("cancelled", ["undo enrol 2"])

    def test_an_action_that_follows_changes_is_undone_by_one(self):
        program = compiled(
            fact("agreed", "consent", ask="customer"),
            action("share", "hub.share", undo="hub.forget", when="agreed", follows_changes=True),
            action("pay", "bank.pay", undo="bank.reverse", when="agreed"),
            action("welcome", letter="welcome"),
            outcome("joined", "agreed", "welcome"),
            outcome("otherwise", None),
        )
        begun = [effect(name, when=at(1)) for name in ("share", "pay", "welcome")]
        withdrawn = said("agreed", False, replaces=("first",), when=at(2))
        found = answer(program, said("agreed", True, id="first"), *begun, withdrawn, now=at(3))
        assert (found.outcome, does(found)) == ("joined", ["undo share 2"])

    def test_an_outcome_s_own_action_follows_changes_only_where_it_says_so(self):
        for follows, done in ((True, ["amend tell 2"]), (False, [])):
            program = compiled(
                fact("address", "text", ask="customer"),
                action("tell", "crm.tell", with_={"to": "address"}, amend="crm.move", follows_changes=follows),
                outcome("told", "known(address)", "tell"),
                outcome("otherwise", None),
            )
            moved = said("address", "B", replaces=("first",), when=at(2))
            made = effect("tell", payload={"to": "A"}, when=at(1))
            assert does(answer(program, said("address", "A", id="first"), made, moved, now=at(3))) == done


class TestFirstMatch:
    def program(self):
        return compiled(
            fact("suspicious", work={"team": "fraud", "shows": ["ok"]}),
            fact("ok", ask="customer"),
            outcome("fraud", "suspicious"),
            outcome("paid", "ok"),
            outcome("refused", None),
        )

    def test_an_unknown_earlier_outcome_blocks(self):
        found = answer(self.program(), said("ok", True))
        assert (found.outcome, wants(found)) == (None, {"suspicious:work"})

    def test_a_failed_earlier_outcome_blocks(self):
        program = compiled(
            fact("a", "integer", ask="customer"),
            fact("b", "decimal", **{"is": "10 / a"}),
            outcome("first", "b > 1"),
            outcome("second", None),
        )
        found = answer(program, said("a", 0))
        assert (found.state, found.outcome, found.facts["b"].status) == ("stuck", None, "failed")
        assert [one.kind for one in found.exceptions] == ["stuck"]

    def test_an_open_source_blocks_a_later_one(self):
        program = compiled(fact("seen", lookup="x.seen", work="team"), outcome("yes", "seen"), outcome("no", None))
        volunteered = said("seen", False, source="work")
        assert answer(program, volunteered).outcome is None
        assert answer(program, volunteered, said("seen", True, source="lookup")).outcome == "yes"
        assert answer(program, volunteered, silence("seen", source="lookup")).outcome == "no"


class TestOneSidedSources:
    def test_a_source_settles_only_what_it_may(self):
        program = compiled(
            fact("billed", "money", ask="customer"),
            fact("supports", **{"yes if": "billed >= 100 EUR"}, work={"team": "team", "shows": ["billed"]}),
            outcome("declined", "not supports"),
            outcome("paid", None),
        )
        assert answer(program, said("billed", eur(100))).outcome == "paid"
        assert wants(answer(program, said("billed", eur(90)))) == {"supports:work"}


class TestFiveStatuses:
    def program(self, condition):
        return compiled(
            fact("a", ask="customer"),
            fact("b", ask="customer"),
            fact("c", if_="a", ask="customer"),
            fact("result", **{"is": condition}),
            outcome("yes", "result"),
            outcome("no", None),
        )

    def test_false_and_unknown_is_false(self):
        assert answer(self.program("a and b"), said("a", False)).outcome == "no"

    def test_absent_is_neutral(self):
        found = answer(self.program("b and c"), said("a", False), said("b", True))
        assert (found.facts["c"].status, found.outcome) == ("absent", "yes")

    def test_failed_is_never_false(self):
        program = compiled(
            fact("n", "integer", ask="customer"),
            fact("bad", **{"is": "1 / n > 0"}),
            outcome("yes", "not bad"),
            outcome("no", None),
        )
        assert answer(program, said("n", 0)).outcome is None

    def test_two_currencies_fail(self):
        program = compiled(
            fact("x", "money", ask="customer"),
            fact("y", "money", ask="customer"),
            outcome("more", "x > y"),
            outcome("less", None),
        )
        found = answer(program, said("x", eur(1)), said("y", Money(Decimal(1), "USD")))
        assert found.state == "stuck"


class TestBasis:
    program = staticmethod(
        lambda: compiled(
            fact("amount", "integer", ask="customer"),
            fact("approved", work={"team": "team", "shows": ["amount"]}),
            outcome("paid", "approved"),
            outcome("refused", None),
        )
    )

    def test_an_answer_counts_while_what_was_shown_holds(self):
        first = said("amount", 100, id="one")
        approved = said("approved", True, source="work", by="anna", basis={"amount": 100})
        assert answer(self.program(), first, approved).outcome == "paid"
        second = said("amount", 200, id="two", replaces=("one",))
        found = answer(self.program(), first, approved, second)
        assert (found.outcome, wants(found)) == (None, {"approved:work"})
        assert found.wanted[0].basis == {"amount": 200}
        back = said("amount", 100, replaces=("two",))
        assert answer(self.program(), first, approved, second, back).outcome == "paid"


class TestConflicts:
    program = staticmethod(
        lambda condition="seen > 5": compiled(
            fact("seen", "integer", work="team"), outcome("many", condition), outcome("few", None)
        )
    )

    def test_two_answers_are_two_heads(self):
        found = answer(self.program(), said("seen", 3, source="work", id="x"), said("seen", 9, source="work", id="y"))
        assert found.facts["seen"].status == "conflict"
        assert [(one.source, one.conflict) for one in found.wanted] == [("settle", ("x", "y"))]

    def test_no_question_when_all_candidates_lead_to_the_same(self):
        found = answer(self.program(), said("seen", 8, source="work"), said("seen", 9, source="work"))
        assert (found.outcome, found.wanted, found.facts["seen"].status) == ("many", (), "conflict")

    def test_a_person_settles(self):
        heads = (said("seen", 3, source="work", id="x"), said("seen", 9, source="work", id="y"))
        found = answer(self.program(), *heads, said("seen", 9, source="settle", replaces=("x", "y")))
        assert (found.outcome, found.facts["seen"].source) == ("many", "settle")

    def test_facts_that_have_to_agree_and_do_not_are_a_conflict(self):
        program = compiled(
            fact("typed", "integer", ask="customer"),
            fact("read", "integer", work="team", agree="typed"),
            outcome("many", "read > 5"),
            outcome("few", None),
        )
        assert answer(program, said("read", 3, source="work"), said("typed", 9)).facts["read"].status == "conflict"
        assert answer(program, said("read", 9, source="work"), said("typed", 9)).outcome == "many"

    def test_a_doubted_answer_is_asked_again(self):
        program = compiled(
            fact("finding", "integer", work="team"),
            fact("second", work={"team": "other", "shows": ["finding"]}, doubts={"no": ("finding",)}),
            outcome("done", "second"),
            outcome("never", None),
        )
        one = said("finding", 1, source="work")
        no = said("second", False, source="work", when=at(1), basis={"finding": 1})
        assert wants(answer(program, one, no, now=at(2))) == {"finding:work"}
        again = said("finding", 2, source="work", when=at(2))
        assert wants(answer(program, one, no, again, now=at(3))) == {"second:work"}


class TestRelevance:
    def test_what_cannot_change_the_outcome_is_not_asked(self):
        program = compiled(
            fact("a", ask="customer"),
            fact("b", ask="customer"),
            outcome("yes", "(a and b) or (not a and b)"),
            outcome("no", None),
        )
        assert wants(answer(program)) == {"b:ask"}

    def test_a_certain_outcome_asks_nobody(self):
        program = compiled(fact("a", ask="customer"), outcome("yes", "a or not a"), outcome("no", None))
        found = answer(program)
        assert (found.outcome, found.wanted) == ("yes", ())

    def test_payloads_count(self):
        program = compiled(
            fact("ok", ask="customer"),
            fact("name", "text", ask="customer"),
            fact("city", "text", ask="customer"),
            action("enrol", "crm.enrol", with_={"name": "name"}),
            action("hello", letter="hello"),
            outcome("in", "ok", "enrol", "hello"),
            outcome("out", None),
            letter_fields={"hello": ("city",)},
        )
        assert wants(answer(program)) == {"ok:ask", "name:ask", "city:ask"}
        assert wants(answer(program, said("ok", False))) == set()
        assert wants(answer(program, said("ok", True))) == {"name:ask", "city:ask"}

    def test_the_cheapest_class_comes_first(self):
        program = compiled(
            fact("known", lookup="x.known"),
            fact("told", ask="customer"),
            fact("partner", ask="other"),
            fact("judged", work="team"),
            Role(name="other"),
            outcome("yes", "known and told and partner and judged"),
            outcome("no", None),
        )
        known, told, partner = said("known", True, source="lookup"), said("told", True), said("partner", True)
        assert wants(answer(program)) == {"known:lookup"}
        assert wants(answer(program, known)) == {"told:ask"}
        assert wants(answer(program, known, present="other")) == {"partner:ask"}
        assert wants(answer(program, known, told)) == {"partner:ask"}
        assert wants(answer(program, known, told, partner)) == {"judged:work"}

    def test_an_eager_source_is_opened_at_once(self):
        program = compiled(
            fact("told", ask="customer"),
            fact("judged", work={"team": "team", "eager": True}),
            outcome("yes", "told and judged"),
            outcome("no", None),
        )
        assert wants(answer(program)) == {"told:ask", "judged:work"}

    def test_reading_a_document_that_is_not_there_costs_an_ask(self):
        program = compiled(
            fact("paper", "document", ask="customer"),
            fact("total", "money", read="paper.total", work={"team": "team", "shows": ["paper"]}),
            outcome("much", "total > 5 EUR"),
            outcome("little", None),
        )
        paper = said("paper", Row(type="document", id="d1"))
        assert wants(answer(program)) == {"paper:ask"}
        assert wants(answer(program, paper)) == {"total:read"}
        unsure = silence("total", source="read", basis={"paper": paper.value})
        assert wants(answer(program, paper, unsure)) == {"total:work"}

    @pytest.mark.parametrize(("confidence", "asked"), [(0.79, {"total:work"}), (0.8, set())])
    def test_a_reading_with_doubt_costs_a_persons_look(self, confidence: float, asked: set[str]) -> None:
        program = compiled(
            fact("paper", "document", ask="customer"),
            fact("total", "money", read="paper.total", work={"team": "team", "shows": ["paper"]}),
            outcome("much", "total > 5 EUR"),
            outcome("little", None),
        )
        paper = said("paper", Row(type="document", id="d1"))
        read = said(
            "total", Money(Decimal(8), "EUR"), source="read", basis={"paper": paper.value}, confidence=confidence
        )
        assert wants(answer(program, paper, read)) == asked
        right = said("total", Money(Decimal(3), "EUR"), source="work", basis={"paper": paper.value})
        assert answer(program, paper, read, right).outcome == ("little" if asked else "much")

    def test_all_that_can_be_asked_of_one_person_now_is_wanted_together(self):
        program = compiled(
            *(fact(name, ask="customer") for name in "abc"),
            fact("later", ask="customer", if_="a", else_="no"),
            fact("other", ask="spouse"),
            Role(name="spouse"),
            outcome("done", "a and b and c and not later and other"),
            outcome("otherwise", None),
        )
        assert wants(answer(program)) == {"a:ask", "b:ask", "c:ask"}

    def test_with_more_open_facts_than_can_be_tried_the_formula_decides(self):
        names = [f"f{number}" for number in range(14)]
        program = compiled(
            *(fact(name, ask="customer") for name in names),
            outcome("all", " and ".join(names)),
            outcome("otherwise", None),
        )
        assert wants(answer(program)) == {f"{name}:ask" for name in names}
        assert wants(answer(program, said("f3", False))) == set()

    def test_an_optional_question_rides_along_and_is_blank_otherwise(self):
        program = compiled(
            fact("name", "text", ask="customer"),
            fact("nick", "text", ask="customer", optional=True, else_="'none'"),
            action("enrol", "crm.enrol", with_={"name": "name", "nick": "nick"}),
            outcome("in", None, "enrol"),
        )
        assert wants(answer(program)) == {"name:ask", "nick:ask"}
        found = answer(program, said("name", "Ada"))
        assert (wants(found), found.effects[0].payload) == (set(), {"name": "Ada", "nick": "none"})
        assert [one.fact for one in found.offers] == ["nick"]


class TestNothingWaitsForEver:
    def program(self, **keys):
        return compiled(
            fact("a", ask={"who": "customer", "within": "3 days"}, **keys), outcome("yes", "a"), outcome("no", None)
        )

    def test_silence_opens_the_next_source(self):
        assert wants(answer(self.program(work="team"), silence("a"))) == {"a:work"}

    def test_lapse_is_the_last_resort(self):
        found = answer(self.program(lapse="no"), silence("a"))
        assert (found.outcome, found.facts["a"].source) == ("no", "lapse")

    def test_without_it_the_fact_failed_and_the_case_is_stuck(self):
        found = answer(self.program(), silence("a"))
        assert (found.facts["a"].status, found.state) == ("failed", "stuck")

    def test_roles_are_asked_in_turn(self):
        program = compiled(Role(name="gp"), fact("a", ask=("gp", "customer")), outcome("yes", "a"), outcome("no", None))
        assert [one.who for one in answer(program).wanted] == ["gp"]
        assert [one.who for one in answer(program, silence("a", role="gp")).wanted] == ["customer"]

    def test_an_event_does_not_hold_up_the_next_source(self):
        program = compiled(fact("a", event="post.scan", ask="customer"), outcome("yes", "a"), outcome("no", None))
        assert wants(answer(program)) == {"a:event", "a:ask"}


class TestEffects:
    def known(self, amount=400):
        return (said("amount", eur(amount), id="first"), said("balance", eur(1000), source="lookup"))

    def test_one_after_the_other(self):
        assert does(answer(bank(), *self.known())) == ["do pay 1"]
        assert does(answer(bank(), *self.known(), effect("pay", "started", payload={"amount": eur(400)}))) == []
        done = effect("pay", payload={"amount": eur(400)}, gives={"number": "N1"})
        assert does(answer(bank(), *self.known(), done)) == ["do welcome 1"]
        told = effect("welcome", payload={"number": "N1"})
        found = answer(bank(), *self.known(), done, told)
        assert (found.state, does(found)) == ("ended", [])

    def test_changed_arguments_amend(self):
        done = effect("pay", payload={"amount": eur(400)}, when=at(1))
        other = said("amount", eur(300), replaces=("first",), correction=True, when=at(2))
        found = answer(bank(amend="bank.change"), *self.known(), done, other, now=at(3))
        assert (does(found), found.effects[0].payload["amount"]) == (["amend pay 2"], eur(300))

    def test_without_amend_it_is_undone_and_done_again(self):
        done = effect("pay", payload={"amount": eur(400)}, when=at(1))
        other = said("amount", eur(300), replaces=("first",), correction=True, when=at(2))
        assert does(answer(bank(), *self.known(), done, other, now=at(3))) == ["undo pay 2"]
        undone = effect("pay", kind="undo", generation=2, when=at(3))
        assert does(answer(bank(), *self.known(), done, other, undone, now=at(4))) == ["do pay 3"]

    def test_neither_is_an_exception(self):
        program = compiled(
            fact("amount", "integer", ask="customer"),
            action("pay", "bank.pay", with_={"amount": "amount"}),
            outcome("paid", None, "pay"),
        )
        done = effect("pay", payload={"amount": 1}, when=at(1))
        corrected = said("amount", 2, replaces=("first",), correction=True, when=at(2))
        found = answer(program, said("amount", 1, id="first"), done, corrected, now=at(3))
        assert [one.kind for one in found.exceptions] == ["no amend"]

    def test_a_refusal_puts_the_fact_in_doubt(self):
        program = compiled(
            fact("account", "text", ask="customer"),
            action("pay", "bank.pay", with_={"account": "account"}, refused={"closed": ("account",)}),
            outcome("paid", None, "pay"),
        )
        refused = effect("pay", "refused", refusal="closed", payload={"account": "A"}, when=at(1))
        found = answer(program, said("account", "A"), refused, now=at(2))
        assert (wants(found), does(found)) == ({"account:ask"}, [])
        again = said("account", "B", when=at(2))
        assert does(answer(program, said("account", "A"), refused, again, now=at(3))) == ["do pay 2"]

    def test_a_new_outcome_waits_for_the_undo_of_the_old(self):
        program = compiled(
            fact("bad", ask="customer"),
            action("pay", "bank.pay", undo="bank.reverse"),
            action("sorry", letter="sorry"),
            outcome("declined", "bad", "sorry"),
            outcome("paid", None, "pay"),
        )
        paid = effect("pay", when=at(1))
        bad = said("bad", True, replaces=("first",), correction=True, when=at(2))
        known = (said("bad", False, id="first"), paid, bad)
        assert does(answer(program, *known, now=at(3))) == ["undo pay 2"]
        assert (
            does(answer(program, *known, effect("pay", "started", kind="undo", generation=2, when=at(3)), now=at(4)))
            == []
        )
        assert does(answer(program, *known, effect("pay", kind="undo", generation=2, when=at(3)), now=at(4))) == [
            "do sorry 1"
        ]

    def test_the_steps_of_an_outcome_stop_at_a_refusal(self):
        refused = effect("pay", "refused", refusal="closed", payload={"amount": eur(400)}, when=at(1))
        found = answer(bank(), *self.known(), refused, now=at(2))
        assert (does(found), [one.kind for one in found.exceptions]) == ([], ["refused"])

    def test_what_an_action_gives_is_known_when_it_was_read_back_and_no_sooner(self):
        begun = effect("pay", "started", payload={"amount": eur(400)})
        unsure = effect("pay", "unknown", payload={"amount": eur(400)})
        for one in (begun, unsure):
            assert answer(bank(), *self.known(), one).facts["number"].status == "unknown"
        done = effect("pay", payload={"amount": eur(400)}, gives={"number": "N1"})
        assert answer(bank(), *self.known(), done).facts["number"].value == "N1"

    def test_an_effect_whose_fate_is_not_known_is_neither_made_again_nor_undone(self):
        unsure = effect("pay", "unknown", payload={"amount": eur(400)}, when=at(1))
        other = said("amount", eur(300), replaces=("first",), correction=True, when=at(2))
        assert does(answer(bank(), *self.known(), unsure, other, now=at(3))) == []

    def test_a_failed_effect_is_an_exception_for_a_person(self):
        found = answer(bank(), *self.known(), effect("pay", "failed", payload={"amount": eur(400)}))
        assert [one.kind for one in found.exceptions] == ["effect failed"]

    def test_a_conditional_action_follows_what_was_done(self):
        program = compiled(
            fact("plastic", ask="customer"),
            action("enrol", "crm.enrol", gives={"number": "text"}),
            action("card", "shop.order", when="plastic and done(enrol)", with_={"number": "number"}),
            outcome("member", None, "enrol"),
        )
        assert wants(answer(program)) == {"plastic:ask"}
        enrolled = effect("enrol", gives={"number": "N1"})
        found = answer(program, said("plastic", True), enrolled)
        assert (does(found), found.effects[0].payload, found.state) == (["do card 1"], {"number": "N1"}, "open")
        assert answer(program, said("plastic", False), enrolled).state == "ended"


class TestChecks:
    program = staticmethod(
        lambda: compiled(
            fact("amount", "money", ask="customer", check=[("amount <= most", "At most {most}.")]),
            fact("most", "money", lookup="x.most"),
            outcome("some", "amount > 5 EUR"),
            outcome("none", None),
        )
    )

    def test_a_refused_value_is_asked_again_with_the_reason(self):
        found = answer(self.program(), said("amount", eur(90)), said("most", eur(50), source="lookup"))
        assert (wants(found), found.facts["amount"].refusals) == ({"amount:ask"}, ("At most €50.00.",))

    def test_a_check_that_is_not_known_yet_is_looked_up(self):
        assert wants(answer(self.program(), said("amount", eur(90)))) == {"most:lookup"}


class TestLists:
    def program(self, **keys):
        return compiled(
            fact(
                "bills",
                "list",
                ask="customer",
                facts=[fact("billed", "money", ask="customer"), fact("fine", work={"team": "t", "shows": ["billed"]})],
                actions=[action("settle", "x.settle", when="fine", with_={"sum": "billed"})],
                **keys,
            ),
            fact("total", "money", **{"is": "sum(bills.billed)"}),
            outcome("paid", "all(bills.fine) and total > 0 EUR"),
            outcome("none", None),
        )

    def test_an_open_list_is_neither_all_nor_nothing(self):
        found = answer(self.program())
        assert (found.outcome, wants(found)) == (None, {"bills:ask"})

    def test_each_item_has_its_own_questions(self):
        found = answer(self.program(), item("bills/1"), item("bills/2"), said("bills/1/billed", eur(5)))
        assert wants(found) == {"bills:ask", "bills/2/billed:ask"}

    def test_one_no_settles_all(self):
        known = (
            item("bills/1"),
            said("bills/1/billed", eur(5)),
            said("bills/1/fine", False, source="work", basis={"billed": eur(5)}),
        )
        assert answer(self.program(), *known).outcome == "none"

    def test_closed_the_list_counts(self):
        known = (
            item("bills/1"),
            said("bills/1/billed", eur(5)),
            said("bills", True),
            said("bills/1/fine", True, source="work"),
        )
        found = answer(self.program(), *known)
        assert (found.outcome, found.facts["total"].value, does(found)) == ("paid", eur(5), ["do bills/1/settle 1"])
        assert found.effects[0].payload == {"sum": eur(5)}
        assert found.facts["bills/1/billed"].value == eur(5)

    def test_k_of_n_is_settled_by_the_k_th_and_needs_no_more(self):
        program = compiled(
            fact("referees", "list", ask="customer", facts=[fact("good", ask="customer")]),
            outcome("taken", "count(r for r in referees if r.good) >= 2"),
            outcome("otherwise", None),
        )
        three = [item(f"referees/{number}") for number in "123"]
        one = said("referees/1/good", True)
        assert answer(program, *three, one).outcome is None
        assert answer(program, *three, one, said("referees/3/good", True)).outcome == "taken"
        no = [said(f"referees/{number}/good", False) for number in "23"]
        assert answer(program, *three, one, *no).outcome is None
        assert answer(program, *three, one, *no, said("referees", True)).outcome == "otherwise"

    def test_done_says_when_the_list_is_complete(self):
        program = self.program(done="sum(billed) >= 10 EUR")
        assert answer(program, item("bills/1"), said("bills/1/billed", eur(5))).facts["bills"].status == "unknown"
        assert answer(program, item("bills/1"), said("bills/1/billed", eur(15))).facts["bills"].status == "value"

    def test_one_item_per_holder_of_a_role(self):
        program = compiled(
            Role(name="referee"),
            fact("references", "list", of="referee", facts=[fact("good", ask="referee")]),
            outcome("yes", "count(references.good) >= 2"),
            outcome("no", None),
        )
        holders = (Row(type="person", id="7"), Row(type="person", id="9"))
        found = answer(program, parties={"referee": holders})
        assert wants(found) == {"references/7/good:ask", "references/9/good:ask"}

    def test_a_nested_item_asks_for_what_its_own_owner_needs(self):
        hits = fact("hits", "list", ask="customer", facts=[fact("same", **{"is": "share > 50"})], done="len(hits) == 1")
        program = compiled(
            fact(
                "owners",
                "list",
                ask="customer",
                done="len(owners) == 2",
                facts=[fact("share", "integer", ask="customer"), hits],
            ),
            outcome("yes", "any(owners.hits.same)"),
            outcome("no", None),
        )
        known = (item("owners/1"), item("owners/2"), item("owners/2/hits/1"))
        found = answer(program, *known, said("owners/1/share", 10))
        assert "owners/2/share:ask" in wants(found)
        assert "owners/1/hits:ask" in wants(found)

    def test_repeat_starts_another_round(self):
        program = compiled(
            fact(
                "offers",
                "list",
                repeat="len(offers) == 0 or last(offers).answer == 'counter' and len(offers) < 3",
                facts=[
                    fact("sum", "integer", work="sales"),
                    fact("answer", "choice", choices=["accept", "counter"], ask={"who": "customer", "shows": ["sum"]}),
                ],
            ),
            outcome("agreed", "last(offers).answer == 'accept'"),
            outcome("not", None),
        )
        assert wants(answer(program)) == {"offers/1/sum:work"}
        first = (said("offers/1/sum", 10, source="work"), said("offers/1/answer", "counter", basis={"sum": 10}))
        assert wants(answer(program, *first)) == {"offers/2/sum:work"}
        second = (said("offers/2/sum", 12, source="work"), said("offers/2/answer", "accept", basis={"sum": 12}))
        assert answer(program, *first, *second).outcome == "agreed"


class TestTime:
    def test_wake_is_when_the_answer_can_change(self):
        program = compiled(
            fact("birth", "date", ask="customer"), outcome("minor", "age(birth) < 18"), outcome("adult", None)
        )
        found = answer(program, said("birth", START.date().replace(year=2008, month=6)))
        assert (found.outcome, found.wake) == ("minor", START.replace(month=6, hour=0))

    def test_a_stale_lookup_is_refreshed_before_the_effect(self):
        program = compiled(
            fact("balance", "money", lookup="bank.balance", fresh="5 minutes"),
            action("pay", "bank.pay"),
            outcome("paid", "balance > 1 EUR", "pay"),
            outcome("none", None),
        )
        balance = said("balance", eur(5), source="lookup")
        assert answer(program, balance, now=at(minutes=1)).effects[0].refresh == ()
        assert answer(program, balance, now=at(minutes=6)).effects[0].refresh == ("balance",)

    def test_a_lookup_is_refreshed_once_for_a_decision(self):
        program = compiled(
            fact("balance", "money", lookup="bank.balance", fresh="2 minutes"),
            fact("amount", "money", ask="customer"),
            action("pay", "bank.pay", with_={"amount": "amount"}),
            outcome("paid", "amount < balance", "pay"),
            outcome("no", None),
        )
        first = said("balance", eur(9), source="lookup")
        amount = said("amount", eur(5), when=at(minutes=1))
        slow = said("balance", eur(8), source="lookup", when=at(minutes=5), replaces=(first.id,))
        assert answer(program, first, amount, now=at(minutes=4)).effects[0].refresh == ("balance",)
        assert answer(program, first, amount, slow, now=at(minutes=8)).effects[0].refresh == ()
        more = said("amount", eur(6), when=at(minutes=9), replaces=(amount.id,), correction=True)
        assert answer(program, first, amount, slow, more, now=at(minutes=9)).effects[0].refresh == ("balance",)

    def test_cases_that_draw_on_one_thing_take_turns(self):
        program = compiled(
            fact("account", "text", ask="customer"),
            action("pay", "bank.pay", one_at_a_time="account"),
            outcome("paid", "account != 'x'", "pay"),
            outcome("none", None),
        )
        assert answer(program, said("account", "A1")).effects[0].turn == "A1"

    def test_a_repeated_action_comes_again_until_the_most(self):
        program = compiled(
            fact("paid", event="bank.paid", else_="no"),
            action("dun", message="dun", when="not paid", every="14 days", most=2),
            outcome("done", "paid"),
            outcome("open", None),
        )
        assert does(answer(program)) == ["do dun 1"]
        once = effect("dun", when=at(0))
        found = answer(program, once, now=at(3))
        assert (does(found), found.wake) == ([], at(14))
        assert does(answer(program, once, now=at(14))) == ["do dun 2"]
        assert does(answer(program, once, effect("dun", generation=2, when=at(14)), now=at(40))) == []


class TestPromises:
    def program(self, **keys):
        return compiled(
            fact("paper", "document", ask="customer"),
            fact("fine", work={"team": "t", "shows": ["paper"]}),
            Promise(name="answer", of="outcome", within=span("3 days"), **keys),
            outcome("yes", "fine"),
            outcome("no", None),
        )

    def test_the_clock_runs_from_the_opening(self):
        promise = answer(self.program()).promises[0]
        assert (promise.state, promise.due) == ("running", at(3))

    def test_what_only_another_outcome_would_have_done_is_not_promised_any_more(self):
        program = compiled(
            fact("fine", ask="customer"),
            action("pay", "bank.pay"),
            Promise(name="money", of="pay", within=span("3 days")),
            outcome("paid", "fine", "pay"),
            outcome("declined", None),
        )
        assert [promise.state for promise in answer(program).promises] == ["running"]
        no = said("fine", False, when=at(1))
        assert (answer(program, no, now=at(5)).promises, answer(program, no, now=at(2)).wake) == ((), None)
        told = PromiseRecord(name="money", broken_at=at(3))
        assert answer(program, no, told, now=at(5)).promises[0].state == "broken"

    def test_it_says_after_what_while_the_start_is_unknown(self):
        promise = answer(self.program(start="paper")).promises[0]
        assert (promise.state, promise.due, promise.after) == ("waiting", None, "paper")
        given = said("paper", Row(type="document", id="d"), when=at(2))
        assert answer(self.program(start="paper"), given, now=at(2)).promises[0].due == at(5)

    def test_it_pauses_only_while_the_customer_alone_is_awaited(self):
        program = self.program(pause=("customer",))
        alone = Wait(fact="paper", source="ask", who="customer", since=at(1), until=at(2))
        assert answer(program, alone, now=at(2.5)).promises[0].due == at(4)
        both = Wait(fact="fine", source="work", who="team:t", since=at(1), until=at(2))
        assert answer(program, alone, both, now=at(2.5)).promises[0].due == at(3)
        going_on = Wait(fact="paper", source="ask", who="customer", since=at(1))
        assert answer(program, going_on, now=at(9)).promises[0].state == "paused"

    def test_at_risk_then_broken_and_broken_stays_broken(self):
        assert answer(self.program(), now=at(2.5)).promises[0].state == "at risk"
        assert answer(self.program(), now=at(3.1)).promises[0].state == "broken"
        told = PromiseRecord(name="answer", broken_at=at(3))
        known = (said("paper", Row(type="document", id="d")), said("fine", True, source="work"))
        assert answer(self.program(), *known, told, now=at(3.1)).promises[0].state == "broken"

    def test_kept(self):
        known = (said("paper", Row(type="document", id="d")), said("fine", True, source="work"))
        assert answer(self.program(), *known).promises[0].state == "kept"

    def test_once_at_risk_a_dearer_source_opens(self):
        program = compiled(
            fact("told", ask="customer"),
            fact("judged", work="t"),
            Promise(name="answer", of="outcome", within=span("3 days")),
            outcome("yes", "told and judged"),
            outcome("no", None),
        )
        assert wants(answer(program)) == {"told:ask"}
        assert wants(answer(program, now=at(2.9))) == {"told:ask", "judged:work"}


class TestDone:
    def test_an_outcome_that_rests_on_an_action_is_open_while_that_may_come(self):
        program = compiled(
            fact("number", ask="customer"),
            action("pack", "post.pack", when="known(number)"),
            outcome("sent", "done(pack)"),
            outcome("lost", None),
        )
        begun = effect("pack", state="planned")
        assert answer(program, said("number", "1")).outcome is None
        assert answer(program, said("number", "1"), begun).outcome is None
        assert answer(program, said("number", "1"), effect("pack", state="done")).outcome == "sent"


class TestMoney:
    def test_it_is_rounded_once_where_it_becomes_a_fact(self):
        program = compiled(
            fact("part", "money", ask="customer"),
            fact("third", "money", **{"is": "part / 3 + part / 3 + part / 3"}),
            outcome("yes", "third == part"),
            outcome("no", None),
        )
        assert answer(program, said("part", eur("10.00"))).facts["third"].value == eur("10.00")


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_arrival_does_not_matter(order):
    everything = [
        said("amount", eur(400), id="a"),
        said("amount", eur(300), id="b", replaces=("a",)),
        said("balance", eur(1000), source="lookup", id="c"),
    ]
    found = answer(bank(), *everything[::order])
    assert (found.outcome, found.effects[0].payload) == ("paid", {"amount": eur(300)})

    def late_money(self):
        return compiled(
            fact("fine", ask="customer"),
            action("pay", "bank.pay"),
            action("credit", "bank.credit", when="late(money)"),
            Promise(name="money", of="pay", within=span("3 days")),
            outcome("paid", "fine", "pay"),
            outcome("declined", None),
        )

    def test_it_is_late_once_its_time_has_run_out_and_the_case_wakes_for_that(self):
        before, after = answer(self.late_money(), now=at(2.9)), answer(self.late_money(), now=at(3.1))
        assert (does(before), does(after)) == ([], ["do credit 1"])
        assert before.wake == at(3) + timedelta(microseconds=1)

    def test_what_was_told_stays_and_what_came_late_is_late(self):
        kept, broken = PromiseRecord(name="money", kept_at=at(2)), PromiseRecord(name="money", broken_at=at(3))
        assert does(answer(self.late_money(), kept, now=at(9))) == []
        assert does(answer(self.late_money(), broken, now=at(2))) == ["do credit 1"]
        told = said("fine", True, when=at(4))
        assert "do credit 1" in does(answer(self.late_money(), told, effect("pay", when=at(4)), now=at(5)))

    def test_what_will_not_come_any_more_is_not_late(self):
        assert does(answer(self.late_money(), said("fine", False, when=at(1)), now=at(9))) == []
