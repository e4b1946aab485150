"""Logs of other systems become acts: with beginning and end, on a side, by a team, with what a case stood for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from backline.insight.acts import blueprint, cases, looking
from backline.insight.acts.choosing import Chosen
from backline.insight.acts.tables import CUSTOMER, DOES, PEOPLE, QUEUE, SEES, SYSTEM, SYSTEMS
from tests.rooms.test_logs_tables import table, taken
from tests.rooms.test_logs_xes import event, log, trace


def acts_of(folder: Path, name: str, case: str) -> list[cases.Told]:
    """The acts of one case of the only log."""
    with looking.looked_at(folder, name, own=False) as (connection, found):
        told = cases.acts_of(connection, found.log, case)
    assert told is not None
    return told[1]


def csv(folder: Path, rows: list[tuple[str, ...]], header: tuple[str, ...]) -> Path:
    path = folder / "log.csv"
    path.write_text(table(rows, header=header))
    taken(path)
    return folder


def test_start_and_end_of_the_same_work_are_one_act_whose_touch_time_is_known(tmp_path: Path) -> None:
    start = '<string key="lifecycle:transition" value="start"/>'
    complete = '<string key="lifecycle:transition" value="complete"/>'
    path = tmp_path / "log.xes"
    told = [event("ask", 1), event("check", 3), event("check", 5)]
    phases = [complete, start, complete]
    events = [one.replace("</event>", f"{phase}</event>") for one, phase in zip(told, phases, strict=True)]
    path.write_text(log(trace("A", *events)))
    taken(path)
    ask, check = acts_of(tmp_path, "log", "A")
    assert (ask.activity, ask.touched, ask.waited) == ("ask", None, None)
    assert check.began is not None
    assert check.touched == (check.moment - check.began).total_seconds() > 0
    assert check.waited == (check.began - ask.moment).total_seconds()


def test_sides_are_read_off_who_did_it_and_what_it_is_called(tmp_path: Path) -> None:
    rows = [
        ("A", "Hand in", "2025-01-01T00:00Z", "Applicant"),
        ("A", "Check", "2025-01-01T02:00Z", "Ann"),
        ("A", "Book", "2025-01-01T03:00Z", "Booking System"),
        ("A", "Send letter to applicant", "2025-01-01T04:00Z", "Ann"),
    ]
    told = acts_of(csv(tmp_path, rows, ("case", "activity", "time", "resource")), "log", "A")
    assert [act.side for act in told] == [DOES, PEOPLE, SYSTEMS, SEES]
    assert [act.cause for act in told] == [0, QUEUE, SYSTEM, QUEUE]


@pytest.mark.parametrize(
    ("values", "teams"),
    [
        (("front", "back"), ["front", "back"]),
        (("EMPTY", "back"), ["", "back"]),
    ],
)
def test_a_column_of_teams_names_the_team_and_what_says_nothing_names_none(
    tmp_path: Path, values: tuple[str, str], teams: list[str]
) -> None:
    rows = [("A", "ask", "2025-01-01T00:00Z", values[0]), ("A", "check", "2025-01-01T02:00Z", values[1])]
    told = acts_of(csv(tmp_path, rows, ("case", "activity", "time", "team")), "log", "A")
    assert [act.actor for act in told] == teams


def test_numbered_people_are_a_team_of_their_kind(tmp_path: Path) -> None:
    rows = [
        (case, what, f"2025-01-0{day}T00:00Z", f"{who} {number}")
        for number, case in enumerate("ABCDEF")
        for day, (what, who) in enumerate((("ask", "Clerk"), ("check", "Officer")), 1)
    ]
    told = acts_of(csv(tmp_path, rows, ("case", "activity", "time", "resource")), "log", "A")
    assert [act.actor for act in told] == ["Clerk", "Officer"]


def test_the_same_hand_in_the_same_instant_on_many_cases_is_a_batch(tmp_path: Path) -> None:
    rows = [
        row
        for case in "ABCDEF"
        for row in ((case, "ask", "2025-01-01T00:00Z", "Ann"), (case, "close", "2025-01-09T00:00Z", "Bob"))
    ]
    told = acts_of(csv(tmp_path, rows, ("case", "activity", "time", "resource")), "log", "A")
    assert told[1].cause == 4


def test_a_wait_over_the_hours_in_which_nobody_works_is_the_calendars(tmp_path: Path) -> None:
    rows = [
        (f"{day}-{hour}-{n}", what, f"2025-01-{day:02}T{hour + later:02}:{7 * n:02}Z", "Ann")
        for day in (6, 7, 8, 9, 10, 13, 14, 15, 16, 17)
        for hour in range(8, 15)
        for n in range(4)
        for what, later in (("ask", 0), ("check", 1))
    ]
    rows += [("over night", "ask", "2025-01-06T15:00Z", "Ann"), ("over night", "check", "2025-01-07T09:00Z", "Ann")]
    told = acts_of(csv(tmp_path, rows, ("case", "activity", "time", "resource")), "log", "over night")
    assert told[1].waited == 18 * 3600
    assert told[1].closed == 16 * 3600


def test_a_picture_of_fewer_steps_links_each_to_the_one_before_it_that_is_shown(tmp_path: Path) -> None:
    rows: list[tuple[str, ...]] = []
    for case in "ABCD":
        steps = ("ask", "look", "check", "pay") if case != "D" else ("ask", "think", "check", "pay")
        rows += [(case, what, f"2025-01-0{day}T00:00Z") for day, what in enumerate(steps, 1)]
    folder = csv(tmp_path, rows, ("case", "activity", "time"))
    with looking.looked_at(folder, "log", own=False) as (connection, found):
        chosen = Chosen(log=found.log)
        drawn = blueprint.draw_up(connection, chosen, most=4)
        names = {step.activity: step.name for step in drawn.steps}
        flows = {(names[one.source], names[one.target]): one.times for one in drawn.follows}
        assert set(names.values()) == {"ask", "look", "check", "pay"}
        assert flows == {("ask", "look"): 3, ("look", "check"): 3, ("ask", "check"): 1, ("check", "pay"): 4}
        steps = {step.name: (step.first, step.last) for step in drawn.steps}
        assert steps == {"ask": (4, 0), "look": (0, 0), "check": (0, 0), "pay": (0, 4)}
        ask, check = (next(at for at, name in names.items() if name == told) for told in ("ask", "check"))
        count, listed = cases.cases_behind(
            connection, chosen, cases.Asked(step=check, after=ask, most=4), first=0, count=10
        )
        assert (count, [one.name for one in listed]) == (1, ["D"])


def test_cases_are_chosen_by_team_channel_and_end(tmp_path: Path) -> None:
    rows = [
        ("A", "ask", "2025-01-01T00:00Z", "front", "web"),
        ("A", "pay", "2025-01-02T00:00Z", "back", "web"),
        ("B", "ask", "2025-01-01T00:00Z", "front", "phone"),
        ("B", "refuse", "2025-01-02T00:00Z", "front", "phone"),
    ]
    folder = csv(tmp_path, rows, ("case", "activity", "time", "team", "channel"))
    with looking.looked_at(folder, "log", own=False) as (connection, found):
        words = {(kind, name): at for (kind, at), name in blueprint.words_of(connection, found.log).items()}

        def chosen(**told: Any) -> list[str]:
            _count, listed = cases.cases_behind(
                connection, Chosen(log=found.log, **told), cases.Asked(), first=0, count=9
            )
            return [one.name for one in listed]

        assert chosen(team=words["actor", "back"]) == ["A"]
        assert chosen(channel=words["channel", "phone"]) == ["B"]
        assert chosen(ended=words["activity", "pay"]) == ["A"]
        assert sorted(chosen()) == ["A", "B"]


def test_the_customer_waits_for_nobody_but_themselves(tmp_path: Path) -> None:
    rows = [("A", "check", "2025-01-01T00:00Z", "Ann"), ("A", "answer", "2025-01-03T00:00Z", "Customer")]
    told = acts_of(csv(tmp_path, rows, ("case", "activity", "time", "resource")), "log", "A")
    assert (told[1].side, told[1].cause, told[1].waited) == (DOES, CUSTOMER, 2 * 86_400)
