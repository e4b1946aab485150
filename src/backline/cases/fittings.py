"""What a house gives to its cases: its calendar, its money, and who performs what. Wired in ``project.wiring``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from backline.cases.models import Case, Effect
from backline.cases.storage.happenings import Happening
from backline.catalogue.versions import LoadedType
from backline.connectors.contract import ReadResult, WriteResult
from backline.engine.calendars import Calendar
from backline.engine.definition import Span


class Performer(Protocol):
    """Makes an effect that is no call of a system: a message, a letter, a document.

    It gets the effect's row; ``case`` and ``case.snapshot`` are loaded. It must be idempotent by ``effect.key``, and
    writes
    rows of its own in its own transactions.
    """

    def __call__(self, effect: Effect, /) -> WriteResult: ...


Lookup = Callable[[Case, Mapping[str, Any], datetime], ReadResult]
"""A lookup that Backline itself answers (``people.mandate``), for a case, with its arguments, as of an instant."""


@dataclass(frozen=True, kw_only=True)
class SettlingRules:
    """Who decides about effects that went wrong, by way (``retry``, ``by hand``, ``give up``, ``take back``)."""

    leader: frozenset[str] = frozenset()
    """Ways that are for the leader of the team that owns the case"""
    second: frozenset[str] = frozenset()
    """Ways that a second colleague has to confirm"""


@dataclass(frozen=True, kw_only=True)
class Fittings:
    """The organisation's side of every case."""

    calendar: Calendar
    currency: str = "EUR"
    languages: tuple[str, ...] = ("en",)
    zone: str = "UTC"
    performers: Mapping[str, Performer] = field(default_factory=dict)
    """By the call's first part (``message``, ``letter``, ``make``, ``open``) or the whole call (``people.grant``)"""
    lookups: Mapping[str, Lookup] = field(default_factory=dict)
    """By the whole name of the operation"""
    lookup_deadline: timedelta = timedelta(seconds=8)
    """How long a customer waits for systems that are read before the answer goes on without them"""
    attempt_budget: timedelta = timedelta(seconds=8)
    """How long the first attempts of effects may hold the customer; then the job takes over"""
    escalate: Mapping[str, Span] = field(default_factory=dict)
    """By team: after how long its leaders are told of what goes wrong and nobody settled; "" for all others"""
    held: Callable[[LoadedType, datetime], Mapping[str, datetime]] | None = None
    """Promises that are not made while a system is down, and when it is back; asked when a case is opened"""
    tell: Callable[[Case, Sequence[Happening], datetime], None] | None = None
    """Told in the transaction of each change what happened; writes rows of its own for those outside who want to
    know"""
    settling: SettlingRules = field(default_factory=SettlingRules)
    grace: timedelta = timedelta(seconds=60)
    """Who is here now is not written to about a question before they had so long to answer it on the spot"""
    loop: bool = False
    """This process has a loop of jobs, which makes at once what nobody waits for before a page"""
    claim: timedelta = timedelta(seconds=60)
    """After this long, nobody knows whether a claimed effect was done"""


_fitted: Fittings | None = None


def fittings() -> Fittings:
    """What this process was wired with; the callable that ``settings.CASES_FITTINGS`` names makes it once."""
    global _fitted
    if _fitted is None:
        make: Callable[[], Fittings] = import_string(settings.CASES_FITTINGS)
        _fitted = make()
    return _fitted


def fit(given: Fittings | None) -> None:
    """Use these from now on; None makes them anew when they are asked for next."""
    global _fitted
    _fitted = given
