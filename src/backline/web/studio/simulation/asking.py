"""What the form asks: people more or fewer, steps that go by themselves, and how much more comes."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from backline.catalogue.versions import LoadedType
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
    minutes: str
    automatic: int


def change_of(told: QueryDict, office: Office) -> Change:
    """What was asked; what can't be read changes nothing."""
    steps = usual_minutes(office)
    return Change(
        more={team: _between(told.get(f"team-{team}"), -MOST_PEOPLE, MOST_PEOPLE, 0) for team in office.people},
        automatic={what: _between(told.get(f"step-{what}"), 0, 100, 0) / 100 for what in steps},
        volume=_volume(told.get("volume")),
    )


def team_fields(office: Office, change: Change, names: dict[str, str]) -> list[TeamField]:
    """One for each team."""
    return [
        TeamField(name=f"team-{team}", label=names.get(team, team), now=count, more=change.more.get(team, 0))
        for team, count in office.people.items()
    ]


def step_fields(office: Office, change: Change, loaded: LoadedType, language: str) -> list[StepField]:
    """One for each task."""
    return [
        StepField(
            name=f"step-{what}",
            label=loaded.texts.label(what, language),
            minutes=f"{minutes:.0f}",
            automatic=round(100 * change.automatic.get(what, 0.0)),
        )
        for what, minutes in sorted(usual_minutes(office).items())
    ]


def changes_nothing(change: Change) -> bool:
    """Whether everything stays as it is."""
    return not any(change.more.values()) and not any(change.automatic.values()) and change.volume == 1.0


def _between(text: str | None, low: int, high: int, usual: int) -> int:
    try:
        return min(max(int(text or usual), low), high)
    except ValueError:
        return usual


def _volume(text: str | None) -> float:
    try:
        wanted = float(text or 1.0)
    except ValueError:
        return 1.0
    return wanted if wanted in VOLUMES else 1.0
