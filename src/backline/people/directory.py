"""Staff as a directory outside has them: who joined, who left, who is in which team. Planned first, then done."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from backline.people import identifiers
from backline.people.actors import Actor
from backline.people.models import Account, DirectoryEntry, Staff
from backline.people.refusals import NotAllowed, Refusal
from backline.people.staffing import ADMINISTRATOR, add_staff, join_team, leave, leave_team

MOST_LEAVING = 3
SHARE_LEAVING = 1 / 3
"""If more than so many and more than this share would leave at once, the directory is doubted first"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """One person in the directory."""

    identity: str
    name: str
    email: str
    teams: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Joining:
    """Somebody new; or, with ``staff``, a colleague whom we know already by their address."""

    listed: Listed
    staff: Staff | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What changes for a colleague."""

    staff: Staff
    joins: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What would be done, and what a person has to look at."""

    system: str
    joining: tuple[Joining, ...] = ()
    leaving: tuple[Staff, ...] = ()
    changes: tuple[Change, ...] = ()
    doubts: tuple[str, ...] = ()
    known: int = 0

    @property
    def is_drastic(self) -> bool:
        """Whether so many would leave that the directory is more likely to be wrong."""
        return len(self.leaving) > MOST_LEAVING and len(self.leaving) > self.known * SHARE_LEAVING


class SyncRefused(Refusal):
    """The plan is not done as asked."""


def plan(*, system: str, listed: Sequence[Listed], teams: Collection[str]) -> Plan:
    """What would have to be done. ``teams``: those whose members the directory decides on; others stay as they are."""
    entries = {one.identity: one.staff for one in _entries(system)}
    found = _Findings()
    for one in listed:
        staff = entries.get(one.identity)
        if staff is not None:
            _known(one, staff, teams, found)
        else:
            _unknown(one, found)
    there = {one.identity for one in listed}
    gone = [staff for identity, staff in entries.items() if identity not in there and staff.left_at is None]
    return Plan(
        system=system, joining=tuple(found.joining), leaving=tuple(gone), changes=tuple(found.changes),
        doubts=tuple(found.doubts), known=sum(1 for staff in entries.values() if staff.left_at is None),
    )  # fmt: skip


@transaction.atomic
def follow(*, by: Actor, plan: Plan, now: datetime, even_if_drastic: bool = False) -> None:
    """Do the plan, all of it or nothing. Nobody is deleted: who left stays with what they did."""
    if not by.has_duty(ADMINISTRATOR):
        raise NotAllowed(_("Only an administrator can do this."))
    if plan.is_drastic and not even_if_drastic:
        told = {"leaving": len(plan.leaving), "known": plan.known}
        raise SyncRefused(_("%(leaving)d of %(known)d colleagues would leave. Look at the directory first.") % told)
    for one in plan.joining:
        _join(one, plan.system, by, now)
    for change in plan.changes:
        _change(change, by)
    for staff in plan.leaving:
        leave(by=by, staff=staff, now=now)


@dataclass(slots=True)
class _Findings:
    joining: list[Joining] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def _entries(system: str) -> list[DirectoryEntry]:
    rows = DirectoryEntry.objects.filter(system=system).select_related("staff")
    return list(rows.prefetch_related("staff__memberships__team").order_by("pk"))


def _known(one: Listed, staff: Staff, teams: Collection[str], found: _Findings) -> None:
    if staff.left_at is not None:
        found.doubts.append(_("%(name)s left, and is in the directory again.") % {"name": one.name})
        return
    now_in = {row.team.key for row in staff.memberships.all()} & set(teams)
    joins, leaves = tuple(sorted(one.teams - now_in)), tuple(sorted(now_in - one.teams))
    name = one.name if one.name != staff.name else ""
    if joins or leaves or name:
        found.changes.append(Change(staff=staff, joins=joins, leaves=leaves, name=name))


def _unknown(one: Listed, found: _Findings) -> None:
    address = identifiers.normal(identifiers.EMAIL, one.email) if one.email else ""
    account = Account.objects.select_related("staff").filter(email=address).first() if address else None
    if not (address and one.name and one.identity):
        told = {"person": one.name or one.email or one.identity}
        found.doubts.append(_("%(person)s lacks a name, an address or an identity.") % told)
    elif any(address == other.listed.email for other in found.joining):
        found.doubts.append(_("Two in the directory have the address %(email)s.") % {"email": address})
    elif account is not None and account.staff is not None and account.staff.left_at is not None:
        found.doubts.append(_("%(name)s left, and is in the directory again.") % {"name": one.name})
    else:
        staff = account.staff if account is not None else None
        listed = Listed(identity=one.identity, name=one.name, email=address, teams=one.teams)
        found.joining.append(Joining(listed=listed, staff=staff))


def _join(one: Joining, system: str, by: Actor, now: datetime) -> None:
    staff = one.staff
    if staff is None:
        staff = add_staff(by=by, name=one.listed.name, email=one.listed.email, teams=one.listed.teams, now=now)
    else:
        there = set(staff.memberships.values_list("team__key", flat=True))
        for team in sorted(one.listed.teams - there):
            join_team(by=by, staff=staff, team=team)
    DirectoryEntry.objects.create(staff=staff, system=system, identity=one.listed.identity)


def _change(change: Change, by: Actor) -> None:
    for team in change.joins:
        join_team(by=by, staff=change.staff, team=team)
    for team in change.leaves:
        leave_team(by=by, staff=change.staff, team=team)
    if change.name:
        change.staff.name = change.name[:120]
        change.staff.save(update_fields=["name"])
