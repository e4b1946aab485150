"""What if: the plan over live readings; no write can happen; "do exactly this" does exactly that, or stops."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from backline.cases.effects.doing_exactly import PlanChanged, do_exactly
from backline.cases.effects.plans import plan_of
from backline.cases.models import Case
from backline.cases.supposing import Supposed, suppose, suppose_opening
from backline.catalogue import versions
from backline.connectors import calling, systems
from backline.connectors.sql.connecting import SqlConnector
from backline.engine.values import Money
from tests.rooms.cases_house import BANK, House

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER")
pytestmark = pytest.mark.django_db


class WroteAllTheSame(BaseException):
    """A write where none may be; not an Exception, so that nothing takes it for a system in trouble."""


@pytest.fixture
def case(house: House) -> Case:
    """One that waits for a colleague's word, with a balance that was read."""
    return house.open(account="A-1", amount="300 EUR")


def supposed(house: House, case: Case, **facts: object) -> Supposed:
    return suppose(case=case, by=house.ann, facts=facts, now=house.now, present="customer", correct=True)


def carried_out(house: House, case: Case, plan: Supposed, **facts: object) -> Case:
    house.now += timedelta(minutes=1)
    return do_exactly(
        case=case, by=house.ann, channel="portal", facts=facts, version=plan.version, stood_on=plan.stood_on,
        now=house.now, present="customer",
    )  # fmt: skip


def set_balance(house: House, cents: int) -> None:
    with sqlite3.connect(house.folder / "bank.sqlite3") as bank:
        bank.execute("update account set balance_minor = ? where number = 'A-1'", (cents,))
    bank.close()


def test_no_write_can_happen(house: House, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(*args: object, **more: object) -> None:
        raise WroteAllTheSame

    def watching(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().split(" ", 1)[0].upper() in (
            "INSERT",
            "UPDATE",
            "DELETE",
            "REPLACE",
            "CREATE",
            "DROP",
            "ALTER",
        ):
            raise WroteAllTheSame(sql)
        return execute(sql, params, many, context)

    monkeypatch.setattr(calling, "write", write)
    monkeypatch.setattr(SqlConnector, "write", write)
    with connection.execute_wrapper(watching):
        plan = supposed(house, case, amount="80 EUR")
        opening = suppose_opening(
            type_key="payout", by=house.ann, parties={"customer": house.customer.pk},
            facts={"account": "A-1", "amount": "80 EUR"}, now=house.now, present="customer",
        )  # fmt: skip
    assert plan.evaluation.outcome == opening.evaluation.outcome == "paid"
    assert house.bank("select count(*) from payment") == [0]


def test_that_guard_would_catch_a_write(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(*args: object, **more: object) -> None:
        raise WroteAllTheSame

    monkeypatch.setattr(calling, "write", write)
    with pytest.raises(WroteAllTheSame):
        house.open(account="A-1", amount="80 EUR")


def test_the_plan_stands_on_what_systems_say_now(house: House, case: Case) -> None:
    set_balance(house, 2000)
    plan = supposed(house, case, amount="80 EUR")
    assert plan.evaluation.outcome == "otherwise", "there was enough when the case was opened, and is not any more"


def test_the_plan_names_effects_systems_and_costs(house: House, case: Case) -> None:
    declared = house.folder / "connectors" / "bank.yaml"
    declared.write_text(BANK.replace("  pay:\n", "  pay:\n    costs: 0.25 EUR\n"))
    systems.forget()
    plan = supposed(house, case, amount="80 EUR")
    told = plan_of(versions.load_current("payout"), plan.evaluation)
    assert [(one.action, one.system, one.can_be_undone) for one in told] == [
        ("pay", "The bank", True), ("message_paid", "", False),
    ]  # fmt: skip
    assert told[0].costs == Money(Decimal("0.25"), "EUR")
    assert plan.evaluation.promises[0].due is not None


def test_exactly_this_is_done(house: House, case: Case) -> None:
    plan = supposed(house, case, amount="80 EUR")
    done = carried_out(house, case, plan, amount="80 EUR")
    assert (done.state, done.outcome, house.bank("select minor from payment")) == ("ended", "paid", [8000])


def test_it_stops_where_a_reading_has_changed_and_nothing_is_written(house: House, case: Case) -> None:
    plan = supposed(house, case, amount="80 EUR")
    set_balance(house, 99999)
    with pytest.raises(PlanChanged, match="rests on has changed"):
        carried_out(house, case, plan, amount="80 EUR")
    again = Case.objects.get(pk=case.pk)
    assert (again.version, house.bank("select count(*) from payment")) == (plan.version, [0])
    plan = supposed(house, again, amount="80 EUR")
    assert carried_out(house, again, plan, amount="80 EUR").outcome == "paid"


def test_it_stops_where_the_case_has_changed(house: House, case: Case) -> None:
    plan = supposed(house, case, amount="80 EUR")
    first = carried_out(house, case, plan, amount="80 EUR")
    with pytest.raises(PlanChanged, match="request has changed"):
        carried_out(house, first, plan, amount="70 EUR")


def test_the_seal_tells_nothing_of_what_was_read(house: House, case: Case) -> None:
    plan = supposed(house, case, amount="80 EUR")
    assert "1000" not in plan.stood_on
    assert len(plan.stood_on) == 32
