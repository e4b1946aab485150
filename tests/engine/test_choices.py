"""Choices that come from a fact: what is not among them does not count, in words."""

from __future__ import annotations

from dataclasses import replace

from backline.engine.definition import Expression, ValueType
from backline.engine.values import Row
from tests.engine.making import action, answer, compiled, does, effect, fact, outcome, said, wants


def booking():
    """An appointment chosen among the free ones."""
    slot = fact("slot", "choice", ask="customer")
    return compiled(
        fact("free", "list", lookup="clinic.free"),
        replace(slot, type=ValueType(kind="choice", choices_from=Expression(text="free"))),
        action("book", "clinic.book", with_={"slot": "slot"}, undo="clinic.cancel"),
        outcome("booked", "known(slot)", "book"),
        outcome("otherwise", None),
    )


def free(*slots, **keys):
    return said("free", tuple(Row(type="record", id=one) for one in slots), source="lookup", **keys)


def chosen(one):
    return said("slot", Row(type="record", id=one))


class TestChoicesFromAFact:
    def test_one_of_them_counts(self):
        assert does(answer(booking(), free("1", "2"), chosen("2"))) == ["do book 1"]

    def test_another_is_refused_in_words_and_asked_again(self):
        found = answer(booking(), free("1", "2"), chosen("3"))
        assert (found.outcome, wants(found)) == (None, {"slot:ask"})
        assert found.facts["slot"].refusals == ("This is not offered any more. Please choose again.",)

    def test_what_was_begun_with_it_stays(self):
        made = effect("book", payload={"slot": Row(type="record", id="2")})
        found = answer(booking(), free("1"), chosen("2"), made)
        assert (found.outcome, does(found), wants(found)) == ("booked", [], set())

    def test_while_it_is_not_known_what_is_offered_the_choice_is_taken(self):
        assert answer(booking(), chosen("9")).outcome == "booked"
