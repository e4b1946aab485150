"""Any order of opening, saying, correcting, working, effects, faults, undoing and time, checked against the engine's
rules.

Each example is a case of its own with an account of its own in a real bank; whatever happened, what stands in the bank
in the end is exactly what the case says, once.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from backline.cases.answering import answer_want
from backline.cases.asserting import assert_facts
from backline.cases.effects import attempting
from backline.cases.effects.settling_effects import Way, settle_effect
from backline.cases.models import Case, Effect, PromiseRow, Want
from backline.cases.refusals import FactsRefused, Refusal
from backline.cases.storage import verifying
from backline.cases.storage.replaying import history_of
from backline.connectors import calling
from backline.connectors.contract import Again, Refused, Unknown
from tests.rooms.cases_house import House

pytestmark = pytest.mark.django_db
AMOUNTS = st.sampled_from(["40 EUR", "80 EUR", "300 EUR", "700 EUR", "2000 EUR"])
FAULTS = st.sampled_from(["none", "none", "busy", "refuses", "loses the answer", "dies before", "dies after"])
UNSETTLED = ("planned", "started", "unknown")
_accounts = count(1)
FEW = 5
EXAMPLES = int(os.environ.get("BACKLINE_MACHINE_EXAMPLES", FEW))
"""More, and others at each run, where somebody asks for it"""


class Died(BaseException):
    """The process is gone."""


class Machine(RuleBasedStateMachine):
    """One customer, one case, a bank that fails in every way."""

    house: House
    write: Callable[..., Any]

    def __init__(self) -> None:
        super().__init__()
        self.account = f"M-{next(_accounts)}"
        self.fault = "none"
        self.broken: set[str] = set()
        with sqlite3.connect(self.house.folder / "bank.sqlite3") as bank:
            bank.execute("insert into account (number, balance_minor) values (?, 100000)", (self.account,))
        bank.close()
        calling.write = self._faulty  # type: ignore[assignment]
        self.case: Case

    def teardown(self) -> None:
        """Heal everything, answer all that is asked, let time pass: then the bank has what the case says."""
        if not hasattr(self, "case"):
            return
        self.fault = "none"
        for _ in range(8):
            self._doing(lambda: self.house.pass_time(minutes=61))
            self._answer_all()
        case = Case.objects.get(pk=self.case.pk)
        assert not Effect.objects.filter(case=case, state__in=UNSETTLED).exists(), self._stands(case)
        live = [minor for minor in self._payments() if minor]
        if case.outcome == "paid" and case.state == "ended":
            assert len(live) == 1, self._stands(case)
            assert 100000 - live[0] == self._balance(), self._stands(case)
        elif case.state == "ended":
            assert live == [], self._stands(case)
            assert self._balance() == 100000

    @initialize(amount=AMOUNTS)
    def open(self, amount: str) -> None:
        before = set(Case.objects.values_list("pk", flat=True))
        with suppress(FactsRefused):
            self._doing(lambda: self.house.open(account=self.account, amount=amount))
        self.case = Case.objects.exclude(pk__in=before).get()

    @rule(amount=AMOUNTS, correct=st.booleans())
    def say_another_amount(self, amount: str, correct: bool) -> None:
        def say() -> None:
            assert_facts(case=self._fresh(), by=self.house.ann, channel="portal", facts={"amount": amount},
                         correct=correct, now=self._later())  # fmt: skip

        self._doing(say)

    @rule(yes=st.booleans())
    def drop_it(self, yes: bool) -> None:
        facts = {"dropped": "yes" if yes else "no"}
        self._doing(
            lambda: assert_facts(
                case=self._fresh(), by=self.house.ann, channel="portal", facts=facts, now=self._later()
            )
        )

    @rule(yes=st.booleans(), by=st.sampled_from(["worker", "colleague"]))
    def work(self, yes: bool, by: str) -> None:
        value = "yes" if yes else "no"
        for want in Want.objects.filter(case=self.case, kind="work", closed_at=None)[:1]:
            self._doing(
                lambda w=want, value=value: answer_want(  # type: ignore[misc]
                    want=w, by=self.house.actor(by), channel="workbench", value=value, now=self._later()
                )
            )

    @rule(fault=FAULTS)
    def the_bank_changes_its_mood(self, fault: str) -> None:
        self.fault = fault

    @rule(hours=st.sampled_from([0.02, 0.1, 2, 30, 100]))
    def time_passes(self, hours: float) -> None:
        self._doing(lambda: self.house.pass_time(hours=hours))

    @precondition(lambda self: Want.objects.filter(case=self.case, kind="exception", closed_at=None).exists())
    @rule(how=st.sampled_from(["retry", "give up", "take back"]))
    def a_colleague_settles(self, how: str) -> None:
        row = (
            Effect.objects.filter(case=self.case, state__in=("refused", "failed"))
            .order_by("-generation", "-pk")
            .first()
        )
        if row is not None:
            way = Way(how=how, reason="It has to be so")
            self._doing(lambda: settle_effect(effect=row, by=self.house.actor("worker"), way=way, now=self._later()))

    @invariant()
    def the_timeline_holds_and_rebuilds_the_case(self) -> None:
        if hasattr(self, "case"):
            case = self._fresh()
            assert list(verifying.problems_of(case, history_of(case))) == []

    @invariant()
    def one_action_is_under_way_at_most_once(self) -> None:
        if hasattr(self, "case"):
            under_way = Effect.objects.filter(case=self.case, state__in=UNSETTLED).values_list("action", "item")
            assert len(under_way) == len(set(under_way))

    @invariant()
    def what_the_bank_has_was_wished_once(self) -> None:
        if hasattr(self, "case"):
            tried = Effect.objects.filter(case=self.case, action="pay", kind="do", started_at__isnull=False).count()
            payments = self._payments()
            assert len(payments) <= tried
            assert sum(1 for minor in payments if minor) <= 1, "never two payments that stand"

    @invariant()
    def broken_stays_broken(self) -> None:
        if hasattr(self, "case"):
            states = dict(PromiseRow.objects.filter(case=self.case).values_list("name", "state"))
            assert all(states[name] == "broken" for name in self.broken)
            self.broken |= {name for name, state in states.items() if state == "broken"}

    @invariant()
    def nobody_is_asked_in_a_case_that_ended(self) -> None:
        if hasattr(self, "case") and self._fresh().state == "ended":
            assert not Want.objects.filter(case=self.case, kind__in=("ask", "work"), closed_at=None).exists()

    def _faulty(self, operation: str, payload: Any, *, key: str, deadline_s: float | None = None) -> Any:
        if self.fault == "dies before":
            raise Died
        if self.fault == "busy":
            return Again(after_s=5, reason="busy")
        if self.fault == "refuses":
            return Refused(code="odd", message="Not now.")
        done = type(self).write(operation, payload, key=key, deadline_s=deadline_s)
        if self.fault == "dies after":
            raise Died
        return Unknown(reason="the line broke") if self.fault == "loses the answer" else done

    def _doing(self, what: Callable[[], object]) -> None:
        """A refusal is an answer; a death leaves everything as it lies."""
        with suppress(Refusal, Died):
            what()

    def _answer_all(self) -> None:
        for want in Want.objects.filter(case=self.case, closed_at=None):
            if want.kind == "work":
                for by in ("worker", "colleague"):
                    self._doing(
                        lambda w=want, b=by: answer_want(  # type: ignore[misc]
                            want=w, by=self.house.actor(b), channel="workbench", value="yes", now=self._later()
                        )
                    )
            elif want.kind == "ask" and want.fact == "amount":
                self._doing(
                    lambda: assert_facts(
                        case=self._fresh(),
                        by=self.house.ann,
                        channel="portal",
                        facts={"amount": "80 EUR"},
                        now=self._later(),
                    )
                )
            elif want.kind == "exception":
                for row in Effect.objects.filter(case=self.case, state__in=("refused", "failed")).order_by(
                    "-generation"
                )[:1]:
                    self._doing(
                        lambda r=row: settle_effect(  # type: ignore[misc]
                            effect=r, by=self.house.actor("worker"), way=Way(how="retry"), now=self._later()
                        )
                    )

    def _fresh(self) -> Case:
        return Case.objects.get(pk=self.case.pk)

    def _later(self) -> Any:
        self.house.now += timedelta(minutes=1)
        return self.house.now

    def _payments(self) -> list[int]:
        return self.house.bank(f"select minor from payment where account = '{self.account}' order by id")

    def _balance(self) -> int:
        return int(self.house.bank(f"select balance_minor from account where number = '{self.account}'")[0])

    def _stands(self, case: Case) -> str:
        rows = Effect.objects.filter(case=case).order_by("generation", "pk")
        made = [(row.action, row.kind, row.generation, row.state, row.refusal) for row in rows]
        return f"{case.state} {case.outcome} {self._payments()} {self._balance()} {made}"


def test_whatever_happens_in_whatever_order_the_bank_has_what_the_case_says(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempting.log, "exception", lambda *args: None)
    monkeypatch.setattr(calling, "write", calling.write)  # put back afterwards
    Machine.house, Machine.write = house, staticmethod(calling.write)
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Machine,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=10, deadline=None, derandomize=EXAMPLES == FEW, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
