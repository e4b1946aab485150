"""Everybody whom a directory has under its staff, and in which of the named groups they are."""

from __future__ import annotations

from dataclasses import dataclass

from backline.connectors.ldap.asking import Directory, SaidNo
from backline.connectors.ldap.settings import StaffSettings


@dataclass(frozen=True, slots=True)
class Person:
    """One person: an identity that stays, name, address, teams."""

    identity: str
    name: str
    email: str
    teams: frozenset[str]


def people(directory: Directory, told: StaffSettings, *, deadline_s: float) -> list[Person]:
    """All of them. Raises SaidNo where there is nobody at all: an empty answer is a mistake, not a message."""
    entries = directory.search(
        under=told.under, wanted=told.filter, attributes=[told.id, told.name, told.email], deadline_s=deadline_s
    )
    if not entries:
        raise SaidNo("the directory has nobody there; look at 'under' and 'filter'")
    teams = _teams(directory, told, deadline_s) if told.teams else {}
    return [
        Person(
            one.first(told.id), one.first(told.name), one.first(told.email), frozenset(teams.get(_plain(one.dn), ()))
        )
        for one in entries
    ]


def _teams(directory: Directory, told: StaffSettings, deadline_s: float) -> dict[str, set[str]]:
    """By the name of an entry, the teams of the groups that list it."""
    groups = directory.search(
        under=told.groups_under, wanted=told.groups_filter, attributes=[told.group, told.member], deadline_s=deadline_s
    )
    found = {one.first(told.group) for one in groups}
    if lost := sorted(set(told.teams) - found):
        raise SaidNo(f"the directory has no group {', '.join(lost)}")
    teams: dict[str, set[str]] = {}
    for one in groups:
        team = told.teams.get(one.first(told.group))
        for member in one.attributes.get(told.member.lower(), ()) if team else ():
            teams.setdefault(_plain(member), set()).add(str(team))
    return teams


def _plain(dn: str) -> str:
    """A name as another spelling of it: spaces after commas and the case of letters say nothing."""
    return ",".join(part.strip() for part in dn.lower().split(","))
