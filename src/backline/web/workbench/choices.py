"""What can be chosen in the forms of a case: teams, colleagues, roles, and how somebody told us."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backline.cases.authority import writes
from backline.cases.models import Case
from backline.catalogue import versions
from backline.people.actors import Actor
from backline.people.models import Staff, Team

Option = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Choices:
    """For one case and one colleague."""

    writes: bool
    """Whether they may change it at all"""
    teams: tuple[Option, ...]
    colleagues: tuple[Option, ...]
    roles: tuple[Option, ...]
    """Those of the case type"""
    held: tuple[Option, ...]
    """Those that somebody has"""
    channels: tuple[Option, ...]


def for_case(case: Case, by: Actor) -> Choices:
    """All of them."""
    loaded, language = versions.load(case.type_key, case.type_version), get_language() or ""
    roles = tuple((name, loaded.texts.role(name, language)) for name in loaded.definition.roles)
    holders = case.snapshot["parties"]
    return Choices(
        writes=writes(by, case),
        teams=teams(),
        colleagues=colleagues(by),
        roles=roles,
        held=tuple((name, label) for name, label in roles if holders.get(name)),
        channels=channels(),
    )


def teams() -> tuple[Option, ...]:
    """All teams."""
    return tuple(Team.objects.order_by("name").values_list("key", "name"))


def colleagues(by: Actor) -> tuple[Option, ...]:
    """Everybody else who works here and is in a team, as actors."""
    rows = Staff.objects.filter(left_at__isnull=True, memberships__isnull=False).exclude(pk=by.staff_id or 0)
    return tuple((f"staff:{pk}", name) for pk, name in rows.distinct().order_by("name").values_list("pk", "name"))


def channels() -> tuple[Option, ...]:
    """How somebody told us."""
    return (
        ("phone", _("on the phone")),
        ("branch", _("in person")),
        ("email", _("by e-mail")),
        ("paper", _("on paper")),
    )


def channel_of(told: str) -> str:
    """The channel as told by a form; the phone where it is none of these."""
    return told if told in dict(channels()) else "phone"
