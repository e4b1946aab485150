"""Who acts: a party, a colleague, a program with a token, or Backline itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from backline.people.models import Account, Party, Staff, Token

ActorKind = Literal["party", "staff", "token", "system"]


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts, as every door takes it and every row names it."""

    id: str
    """``party:12``, ``staff:3``, ``token:4``, ``system:backline``"""
    kind: ActorKind
    name: str = ""
    party_id: int | None = None
    staff_id: int | None = None
    teams: frozenset[str] = frozenset()
    """Keys of the teams that a colleague is in"""
    leads: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    levels: frozenset[tuple[str, str]] = frozenset()
    """A team, and the colleague's level of authority in it: ``("credit", "5000 EUR")``"""
    duties: frozenset[str] = frozenset()
    """administrator, analyst, auditor, worker"""
    scopes: frozenset[str] = frozenset()
    """What a token may do; see ``tokens.SCOPES``"""

    def has_duty(self, duty: str) -> bool:
        """Whether this colleague has that duty; Backline itself has all."""
        return self.kind == "system" or duty in self.duties

    def level_in(self, team: str) -> str:
        """This colleague's level of authority in that team; empty for none."""
        return dict(self.levels).get(team, "")


SYSTEM = Actor(id="system:backline", kind="system", name="Backline")


class NoActor(Exception):
    """An account that belongs neither to a customer nor to a colleague who still works here."""


def of_account(account: Account) -> Actor:
    """Who acts when this account is signed in: the colleague where it has one, else the customer."""
    if account.staff is not None and account.staff.left_at is None:
        return of_staff(account.staff, party_id=account.party_id)
    if account.party is not None:
        return of_party(account.party)
    raise NoActor(account.email)


def of_number(staff: int) -> Actor:
    """The colleague with this number; raises NoActor for one who left."""
    row = Staff.objects.filter(pk=staff, left_at=None).first()
    if row is None:
        raise NoActor(f"staff:{staff}")
    return of_staff(row)


def of_party(party: Party) -> Actor:
    """The customer; also for a colleague who asks for something themselves."""
    return Actor(id=f"party:{party.pk}", kind="party", name=party.name, party_id=party.pk)


def of_staff(staff: Staff, *, party_id: int | None = None) -> Actor:
    """The colleague, with teams, skills and duties as they are now."""
    memberships = list(staff.memberships.select_related("team"))
    return Actor(
        id=f"staff:{staff.pk}",
        kind="staff",
        name=staff.name,
        party_id=party_id,
        staff_id=staff.pk,
        teams=frozenset(m.team.key for m in memberships),
        leads=frozenset(m.team.key for m in memberships if m.leads),
        levels=frozenset((m.team.key, m.level) for m in memberships if m.level),
        skills=frozenset(skill.key for skill in staff.skills.all()),
        duties=frozenset(duty.key for duty in staff.duties.all()),
    )


def of_token(token: Token) -> Actor:
    """The program that holds the token."""
    return Actor(id=f"token:{token.pk}", kind="token", name=token.name, scopes=frozenset(token.scopes))
