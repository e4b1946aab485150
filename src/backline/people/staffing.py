"""Colleagues and teams: who joins, with which skills and duties, and who leaves."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from backline.people.accounts import account_for_staff
from backline.people.actors import Actor
from backline.people.levels import read_level
from backline.people.models import Duty, Membership, Skill, Staff, Team
from backline.people.refusals import NotAllowed, Refusal

ADMINISTRATOR = Duty.Kind.ADMINISTRATOR.value
DUTIES: tuple[str, ...] = tuple(Duty.Kind.values)


class StaffingRefused(Refusal):
    """Somebody can't join, or be given something, as asked."""


@transaction.atomic
def add_staff(
    *,
    by: Actor,
    name: str,
    email: str,
    now: datetime,
    teams: Collection[str] = (),
    leads: Collection[str] = (),
    skills: Collection[str] = (),
    duties: Collection[str] = ("worker",),
    levels: Mapping[str, str] | None = None,
    language: str = "",
    password: str = "",
) -> Staff:
    """A new colleague with an account under this address; without a password they sign in by e-mailed code.

    ``levels``: by team, how far their authority reaches in it (``2``, ``5000 EUR``).
    """
    _only_administrators(by)
    if not name.strip():
        raise StaffingRefused(_("A colleague needs a name."))
    staff = Staff.objects.create(name=name.strip()[:120], language=language, joined_at=now)
    account_for_staff(staff=staff, email=email, password=password, now=now)
    reach = levels or {}
    for key in sorted({*teams, *leads, *reach}):
        join_team(by=by, staff=staff, team=key, leads=key in leads, level=reach.get(key, ""))
    give_skills(by=by, staff=staff, skills=skills)
    give_duties(by=by, staff=staff, duties=duties)
    return staff


def add_team(*, by: Actor, key: str, name: str = "", calendar: str = "") -> Team:
    """The team with this key, made where there is none; a name or calendar that is given replaces the former."""
    _only_administrators(by)
    team, _made = Team.objects.get_or_create(key=key, defaults={"name": name or key.replace("-", " ").capitalize()})
    team.name = name or team.name
    team.calendar = calendar or team.calendar
    team.save(update_fields=["name", "calendar"])
    return team


def join_team(*, by: Actor, staff: Staff, team: str, leads: bool = False, level: str = "") -> Membership:
    """The colleague is in the team from now on, with this level of authority; the team is made where there is none."""
    told = {"leads": leads, "level": str(read_level(level)) if level else ""}
    row, _made = Membership.objects.update_or_create(staff=staff, team=add_team(by=by, key=team), defaults=told)
    return row


def give_level(*, by: Actor, staff: Staff, team: str, level: str) -> None:
    """From now on the colleague's authority in this team reaches so far; an empty level takes it away."""
    _only_administrators(by)
    stored = str(read_level(level)) if level else ""
    if not Membership.objects.filter(staff=staff, team__key=team).update(level=stored):
        raise StaffingRefused(_("%(name)s is not in the team “%(team)s”.") % {"name": staff.name, "team": team})


def leave_team(*, by: Actor, staff: Staff, team: str) -> None:
    """The colleague is in the team no more."""
    _only_administrators(by)
    Membership.objects.filter(staff=staff, team__key=team).delete()


def give_skills(*, by: Actor, staff: Staff, skills: Collection[str]) -> None:
    """The colleague has these skills besides those they have."""
    _only_administrators(by)
    for key in skills:
        Skill.objects.get_or_create(staff=staff, key=key)


def give_duties(*, by: Actor, staff: Staff, duties: Collection[str]) -> None:
    """The colleague has these duties besides those they have."""
    _only_administrators(by)
    for key in duties:
        if key not in DUTIES:
            raise StaffingRefused(
                _("There is no duty “%(duty)s”; there are %(duties)s.") % {"duty": key, "duties": ", ".join(DUTIES)}
            )
        Duty.objects.get_or_create(staff=staff, key=key)


@transaction.atomic
def leave(*, by: Actor, staff: Staff, now: datetime) -> None:
    """The colleague works here no more and can't sign in as one; what they did stays under their name."""
    _only_administrators(by)
    staff.left_at = now
    staff.save(update_fields=["left_at"])
    staff.memberships.all().delete()
    account = staff.account
    if account.party_id is None:
        account.is_active = False
        account.save(update_fields=["is_active"])


def _only_administrators(by: Actor) -> None:
    if not by.has_duty(ADMINISTRATOR):
        raise NotAllowed(_("Only an administrator can do this."))
