"""How long a dead process keeps what it had in hand: seconds here, minutes in the product."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from backline.cases.fittings import Fittings
from backline.jobs import claiming
from backline.project import wiring

CLAIM = timedelta(seconds=6)


def case_fittings() -> Fittings:
    """What the product wires, with short claims."""
    return replace(wiring.case_fittings(), claim=CLAIM, attempt_budget=timedelta(seconds=3))


def shorten_claims() -> None:
    """The same for jobs."""
    claiming.CLAIM = CLAIM
