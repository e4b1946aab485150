"""What is left after the run, counted in the systems of record, in the outgoing mail and in the cases themselves."""

from __future__ import annotations

import contextlib
import io
import json
import mailbox
import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from backline.project.command import main
from tests.crash.founding import SYSTEMS, store_of

if TYPE_CHECKING:
    from backline.cases.models import Case


@dataclass(frozen=True, kw_only=True)
class Counted:
    """All but the first two have to be nothing."""

    kills: int
    accepted: int
    lost: int
    doubled: int
    chains_broken: int
    timers_missed: int

    @property
    def sound(self) -> bool:
        """Whether nothing was lost, doubled, broken or missed."""
        return not (self.lost or self.doubled or self.chains_broken or self.timers_missed)


def count(folder: Path, accepted: Mapping[int, str], *, kills: int) -> Counted:
    """Count, with the processes stopped."""
    from django.db import connections

    from backline.cases.models import Case

    cases = {case.reference: case for case in Case.objects.all()}
    made = {name: _numbers(folder, name) for name in SYSTEMS}
    mail = _mail(folder)
    whole = {
        number
        for number, reference in accepted.items()
        if (case := cases.get(reference)) and case.state == "ended" and case.outcome == "done"
        if all(number in numbers for numbers in (*made.values(), mail))
    }
    counted = Counted(
        kills=kills,
        accepted=len(accepted),
        lost=len(accepted) - len(whole),
        doubled=sum(_doubled(folder, name, numbers) for name, numbers in made.items()) + _more_than_once(mail),
        chains_broken=_chains_broken(),
        timers_missed=sum(not _fired(case) for case in cases.values()),
    )
    connections.close_all()
    return counted


def _numbers(folder: Path, name: str) -> Counter[int]:
    """How often each order stands in a system, under whatever key: a case that was opened twice shows, too."""
    return Counter(number for _, number in _entries(folder, name))


def _doubled(folder: Path, name: str, numbers: Counter[int]) -> int:
    """By key and by case; the same entry is not counted for both."""
    return max(_more_than_once(numbers), _more_than_once(Counter(key for key, _ in _entries(folder, name))))


def _entries(folder: Path, name: str) -> list[tuple[str, int]]:
    with contextlib.closing(sqlite3.connect(store_of(folder, name))) as database:
        return database.execute("select key, number from entry").fetchall()


def _mail(folder: Path) -> Counter[int]:
    """Messages for each order. One handed over again after a crash has the same Message-ID, which receivers drop."""
    box = mailbox.Maildir(folder / "mail" / "out", create=True)
    letters = {str(one["Message-ID"]): str(one["Subject"]) for one in box}
    return Counter(int(words.split()[1]) for words in letters.values() if words.startswith("Order "))


def _more_than_once(numbers: Counter[int] | Counter[str]) -> int:
    return sum(times - 1 for times in numbers.values())


def _fired(case: Case) -> bool:
    """Whether the desk's silence was noted, when its time was over."""
    said = case.snapshot["assertions"]
    return any(one["fact"] == "objection" and one["who"] == "system:backline" for one in said)


def _chains_broken() -> int:
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        main(["verify", "--json"])
    return len({one["case"] for one in json.loads(told.getvalue())["broken"]})
