"""The people of Meridian. All of them are invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

SERVICE = "meridian.example"
"""No mail can ever leave for this domain: names that end so belong to nobody (RFC 2606)"""


PASSWORD = "the-long-way-home"  # noqa: S105 (everybody is invited to use it)
"""Everybody's; the start page of the demonstration shows it"""


@dataclass(frozen=True, kw_only=True)
class Customer:
    """Somebody whom Meridian serves. ``known_by`` holds their numbers in the systems of record."""

    key: str
    name: str
    email: str
    born: date
    language: str = "en"
    part: str = ""
    known_by: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Somebody who works at Meridian."""

    key: str
    name: str
    part: str
    teams: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    duties: tuple[str, ...] = ("worker",)
    language: str = "en"

    @property
    def email(self) -> str:
        """The address by which they sign in."""
        return f"{self.key}@{SERVICE}"


TEAMS = {
    "withdrawals": "Withdrawals", "front-desk": "Front desk", "loyalty": "Traveller programme", "workplace": "Workplace"
}  # fmt: skip

STAFF = (
    Colleague(key="ines", name="Ines Kahle", part="works on withdrawals", teams=("withdrawals",), skills=("evidence",)),
    Colleague(
        key="tom", name="Tom Berger", part="works on withdrawals, too", teams=("withdrawals",), skills=("evidence",),
        language="de",
    ),
    Colleague(
        key="ruth", name="Ruth Amsel", part="leads the withdrawals team", teams=("withdrawals",),
        leads=("withdrawals",),
        skills=("evidence",),
    ),
    Colleague(
        key="selma", name="Selma Ott", part="front desk of the clinic, and whatever the house needs",
        teams=("front-desk", "workplace"), language="de",
    ),
    Colleague(
        key="david", name="David Noll", part="traveller programme, and the workplace",
        teams=("loyalty", "workplace"),
    ),
    Colleague(key="greta", name="Greta Falk", part="administrator", duties=("administrator", "worker")),
    Colleague(key="nils", name="Nils Hagen", part="analyst", duties=("analyst",)),
    Colleague(key="vera", name="Vera Blum", part="auditor", duties=("auditor",)),
)  # fmt: skip


def customers(today: date) -> tuple[Customer, ...]:
    """The customers; Lena turned 18 a week before ``today``."""
    return (
        Customer(
            key="anna", name="Anna Seidel", email="anna.seidel@post.example", born=date(1978, 3, 14),
            part="saves in the pension plan, is married", known_by=(("recordkeeper", "P-1001"), ("clinic", "C-2003")),
        ),
        Customer(
            key="markus", name="Markus Seidel", email="markus.seidel@post.example", born=date(1975, 11, 2),
            language="de", part="Anna's husband", known_by=(("recordkeeper", "P-1901"),),
        ),
        Customer(
            key="peter", name="Peter Lang", email="peter.lang@post.example", born=date(1969, 6, 30),
            part="saves in the pension plan, lives alone", known_by=(("recordkeeper", "P-1002"),),
        ),
        Customer(
            key="karin", name="Karin Vogt", email="karin.vogt@post.example", born=date(1979, 8, 21),
            part="Lena's mother", known_by=(("clinic", "C-2002"),),
        ),
        Customer(
            key="lena", name="Lena Vogt", email="lena.vogt@post.example", born=eighteen_since(today, timedelta(days=7)),
            part="turned 18 last week", known_by=(("clinic", "C-2001"),),
        ),
        Customer(
            key="jonas", name="Jonas Rehm", email="jonas.rehm@post.example", born=date(1990, 1, 9),
            part="travels with a card already",
        ),
    )  # fmt: skip


def eighteen_since(today: date, ago: timedelta) -> date:
    """The birth date of somebody who turned 18 so long ago."""
    birthday = today - ago
    try:
        return birthday.replace(year=birthday.year - 18)
    except ValueError:
        return date(birthday.year - 18, 3, 1)
