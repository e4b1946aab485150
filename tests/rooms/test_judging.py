"""Tacit rules: a table that says what people say, where it is sure; in the shadow; adopted as a draft."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from backline.cases.models import Want
from backline.catalogue.drafts import check_paths
from backline.engine.values import Money
from backline.insight.judging import shadowing
from backline.insight.judging.adopting import AdoptingRefused, adopt
from backline.insight.judging.judgements import Judgement, features_of, judgements_of
from backline.insight.judging.rules import answer, as_csv, learn
from backline.people.actors import SYSTEM, Actor
from tests.rooms.past_house import NOW
from tests.rooms.past_house import past as past

START = datetime(2026, 1, 1, tzinfo=UTC)


def judgements(count: int = 400, *, mistakes: float = 0.0) -> list[Judgement]:
    """Two people who accept a bill from nine tenths of the amount on, unless it is for a holiday."""
    chance, found = Random(4), []
    for number in range(count):
        reason, part = chance.choice(["medical", "school", "holiday"]), chance.uniform(0.3, 1.2)
        amount = Money(Decimal(chance.randrange(200, 5000)), "EUR")
        billed = Money((amount.amount * Decimal(part)).quantize(Decimal("0.01")), "EUR")
        right = reason != "holiday" and billed.amount >= Decimal("0.9") * amount.amount
        said = right if chance.random() >= mistakes else not right
        found.append(
            Judgement(
                case=number, value="yes" if said else "no", by=f"staff:{number % 2}",
                at=START + timedelta(hours=number),
                seen=features_of({"reason": reason, "amount": amount, "billed": billed}), minutes=10.0,
            )
        )  # fmt: skip
    return found


def test_the_rule_that_nobody_wrote_down_is_found_and_readable() -> None:
    learnt = learn(judgements())
    assert learnt is not None
    assert learnt.precision >= 0.97
    assert learnt.covered >= 0.9
    table = as_csv(learnt, "supports")
    assert table.splitlines()[0].startswith("billed / amount,reason,supports") or "billed / amount" in table
    assert "0.9" in table
    seen = {"reason": "medical", "amount": Money(Decimal(100), "EUR"), "billed": Money(Decimal(97), "EUR")}
    assert answer(learnt.rules, features_of(seen)) == "yes"
    assert answer(learnt.rules, features_of({**seen, "reason": "holiday"})) == "no"
    assert answer(learnt.rules, {}) is None, "what it does not know goes to a person"


def test_people_who_toss_a_coin_give_no_rule() -> None:
    learnt = learn(judgements(mistakes=0.5))
    assert learnt is not None
    assert learnt.covered < 0.3
    assert learnt.agreement is not None
    assert learnt.agreement < 0.6


def test_a_handful_of_judgements_teaches_nothing() -> None:
    assert learn(judgements(30)) is None


@pytest.mark.django_db
def test_the_table_speaks_in_the_shadow_and_is_adopted_as_a_draft_that_passes_its_check(past: Path) -> None:
    found = judgements_of("hardship-withdrawal", "evidence_supports")
    learnt = learn(found)
    assert learnt is not None
    assert learnt.precision > 0.85
    shadow = shadowing.begin(
        type_key="hardship-withdrawal", fact="evidence_supports", learnt=learnt, by=SYSTEM, now=NOW - timedelta(days=20)
    )
    assert shadowing.look(now=NOW) > 0
    assert shadow.shadowed.count() >= Want.objects.filter(fact="evidence_supports", closed_at__isnull=True).count()
    seen = shadowing.seen("hardship-withdrawal", "evidence_supports")
    assert seen is not None
    assert 0.7 <= seen.agreed / seen.answered <= 1.0
    worker = Actor(id="staff:1", kind="staff")
    told = {"organisation": past, "type_key": "hardship-withdrawal", "fact": "evidence_supports", "learnt": learnt}
    with pytest.raises(AdoptingRefused):
        adopt(**told, by=worker)
    adopted = adopt(**told, by=SYSTEM)
    assert adopted.problems == ()
    assert all(draft.good for draft in check_paths([past / "drafts" / "hardship-withdrawal"]))
    assert f"decide: {adopted.table}" in (adopted.folder / "type.yaml").read_text(encoding="utf-8")
    with pytest.raises(AdoptingRefused):
        adopt(**told, by=SYSTEM)
