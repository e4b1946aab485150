"""What the form asks: people more or fewer, steps that go by themselves, and how much more comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from backline.insight.simulating.recipes import Office, usual_minutes
from backline.insight.simulating.running import Change

VOLUMES = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0)
MOST_PEOPLE = 20


@dataclass(frozen=True, kw_only=True)
class TeamField:
    """How many people a team would have more."""

    name: str
    label: str
    now: int
    more: int


@dataclass(frozen=True, kw_only=True)
class StepField:
    """How much of a task would go by itself, in per cent."""

    name: str
    label: str
    about: str
    minutes: str
    automatic: int


@dataclass(frozen=True, kw_only=True)
class VolumeField:
    """How many times as many requests of a type come."""

    name: str
    label: str
    options: tuple[tuple[str, bool], ...]
    """Each with whether it is chosen"""


def change_of(told: Mapping[str, str], office: Office) -> Change:
    """What was asked; what can't be read changes nothing."""
    return Change(
        more={team: _between(told.get(f"team-{team}"), -MOST_PEOPLE, MOST_PEOPLE) for team in office.teams},
        automatic={
            (key, what): _between(told.get(f"step-{key}-{what}"), 0, 100) / 100 for key, what in usual_minutes(office)
        },
        volume={key: _volume(told.get(f"volume-{key}")) for key in office.types},
    )


def team_fields(office: Office, change: Change, names: Mapping[str, str]) -> list[TeamField]:
    """One for each team."""
    return [
        TeamField(
            name=f"team-{team}",
            label=names.get(team, team),
            now=office.people_in(team),
            more=change.more.get(team, 0),
        )
        for team in office.teams
    ]


def step_fields(
    office: Office, change: Change, label: Callable[[str, str], str], title: Callable[[str], str]
) -> list[StepField]:
    """One for each task."""
    return [
        StepField(
            name=f"step-{key}-{what}",
            label=label(key, what),
            about=title(key),
            minutes=f"{minutes:.0f}",
            automatic=round(100 * change.automatic.get((key, what), 0.0)),
        )
        for (key, what), minutes in sorted(usual_minutes(office).items())
    ]


def volume_fields(office: Office, change: Change, title: Callable[[str], str]) -> list[VolumeField]:
    """One for each case type."""
    return [
        VolumeField(
            name=f"volume-{key}",
            label=title(key),
            options=tuple((f"{value:g}", value == change.times(key)) for value in VOLUMES),
        )
        for key in office.types
    ]


def changes_nothing(change: Change) -> bool:
    """Whether everything stays as it is."""
    same_volume = all(value == 1.0 for value in change.volume.values())
    return same_volume and not any(change.more.values()) and not any(change.automatic.values())


def _between(text: str | None, low: int, high: int) -> int:
    try:
        return min(max(int(text or 0), low), high)
    except ValueError:
        return 0


def _volume(text: str | None) -> float:
    try:
        wanted = float(text or 1.0)
    except ValueError:
        return 1.0
    return wanted if wanted in VOLUMES else 1.0
