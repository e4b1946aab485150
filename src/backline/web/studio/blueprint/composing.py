"""Composes the picture: lanes, boxes and lines with their words, ready for the template."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from backline.insight.acts.blueprint import Blueprint, Follow, Step
from backline.insight.acts.tables import DOES, PEOPLE, SEES, SYSTEMS
from backline.web.studio.blueprint.measuring import Band, Line, Paper, Place, Point, measure
from backline.web.studio.blueprint.placing import place
from backline.web.studio.blueprint.routing import route
from backline.web.studio.blueprint.shapes import BEGIN, END, Box, Lane, Link
from backline.web.studio.blueprint.wording import wrapped
from backline.web.studio.spans import short

MOST_TEAMS = 6
"""Lanes of their own; further teams share one"""
OTHERS = "people:others"
THINNEST, THICKEST = 1.4, 5.6
BOX, BOX_WITH_WORK = 74, 89
END_WIDTH = 164


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A step as it is drawn."""

    step: Step
    place: Place
    lines: list[str]
    cases: str
    share: str
    part: float
    """Width of the bar that says in how many cases"""
    waited: str
    waited_p90: str
    touched: str
    touched_p90: str
    heat: int
    """How much of all waiting happens here, from 0 to 5"""
    broke: int
    again: int
    actor: str
    """Named where the lane does not name it"""


@dataclass(frozen=True, kw_only=True)
class Stop:
    """Where cases begin or end."""

    place: Place
    label: str
    cases: int


@dataclass(frozen=True, kw_only=True)
class Stroke:
    """A line as it is drawn."""

    line: Line
    width: float
    kind: str
    """plain, handed, back or broken"""
    times: int
    source: Step | None
    target: Step | None
    handed: int
    broke: int
    waited: str
    label: Point | None


@dataclass(frozen=True, kw_only=True)
class Picture:
    """The whole blueprint."""

    paper: Paper
    bands: list[Band]
    boxes: list[Drawn]
    stops: list[Stop]
    strokes: list[Stroke]
    visibility: float | None
    """Where the line of visibility runs"""
    inner: float | None
    """Where people end and systems begin"""
    axis: list[tuple[float, str]]
    works: bool
    """Whether anything is known of how long work takes"""


def compose(blueprint: Blueprint, *, label: Callable[[str], str] = str) -> Picture:
    """Lay out and put into words."""
    lanes, lane_of = _lanes(blueprint.steps)
    boxes, links = _boxes(blueprint, lane_of)
    grid = place(boxes, lanes, links)
    ways = route(grid, links)
    works = any(step.touched is not None for step in blueprint.steps)
    paper = measure(grid, lanes, ways, box_height=BOX_WITH_WORK if works else BOX)
    steps = {step.activity: step for step in blueprint.steps}
    return Picture(
        paper=paper,
        bands=paper.bands,
        boxes=[_drawn(step, paper, blueprint, lane_of, label) for step in blueprint.steps],
        stops=_stops(blueprint, paper),
        strokes=_strokes(blueprint, paper, steps),
        visibility=_border(paper.bands, PEOPLE),
        inner=_border(paper.bands, SYSTEMS),
        axis=_axis(blueprint, grid.column, paper),
        works=works,
    )


def _lanes(steps: Sequence[Step]) -> tuple[list[Lane], dict[int, str]]:
    """The lanes from top to bottom, and the lane of each step."""
    weight: Counter[str] = Counter()
    first: dict[str, float] = {}
    for step in steps:
        if step.side == PEOPLE:
            weight[step.actor_name] += step.times
            first[step.actor_name] = min(first.get(step.actor_name, math.inf), step.elapsed)
    most = [name for name, _times in weight.most_common(MOST_TEAMS if len(weight) <= MOST_TEAMS else MOST_TEAMS - 1)]
    teams = sorted(most, key=lambda name: (first[name], -weight[name]))
    lanes = [
        Lane(key="does", label=_("The customer does"), side=DOES),
        Lane(key="sees", label=_("The customer sees"), side=SEES),
        *(Lane(key=f"people:{name}", label=name or _("People"), side=PEOPLE) for name in teams),
    ]
    if len(most) < len(weight):
        lanes.append(Lane(key=OTHERS, label=_("Other people"), side=PEOPLE))
    lanes.append(Lane(key="systems", label=_("Systems"), side=SYSTEMS))
    keys = {lane.key for lane in lanes}

    def lane(step: Step) -> str:
        if step.side != PEOPLE:
            return {DOES: "does", SEES: "sees"}.get(step.side, "systems")
        return key if (key := f"people:{step.actor_name}") in keys else OTHERS

    return lanes, {step.activity: lane(step) for step in steps}


def _boxes(blueprint: Blueprint, lane_of: dict[int, str]) -> tuple[list[Box], list[Link]]:
    most = max((step.place for step in blueprint.steps), default=1.0)
    latest = max((step.elapsed for step in blueprint.steps), default=1.0) or 1.0
    boxes = [Box(key=BEGIN, lane="does", rank=-1, weight=blueprint.cases)]
    boxes += [
        Box(
            key=step.activity,
            lane=lane_of[step.activity],
            rank=step.elapsed / latest + step.place / most,
            weight=step.times,
        )
        for step in blueprint.steps
    ]
    boxes.append(Box(key=END, lane="sees", rank=9, weight=blueprint.cases))
    links = [Link(source=one.source, target=one.target, times=one.times) for one in blueprint.kept]
    links += _ends(blueprint)
    return boxes, links


def _ends(blueprint: Blueprint) -> list[Link]:
    """Where cases usually begin and end."""
    links = []
    for name in ("first", "last"):
        told = sorted(((getattr(step, name), step.activity) for step in blueprint.steps), reverse=True)
        whole, seen = sum(times for times, _activity in told), 0
        for times, activity in told:
            if times and seen < 0.97 * whole:
                ends = (BEGIN, activity) if name == "first" else (activity, END)
                links.append(Link(source=ends[0], target=ends[1], times=times))
            seen += times
    return links


def _drawn(
    step: Step, paper: Paper, blueprint: Blueprint, lane_of: dict[int, str], label: Callable[[str], str]
) -> Drawn:
    whole = sum(one.waited_all for one in blueprint.steps) or 1.0
    part = step.cases / blueprint.cases if blueprint.cases else 0.0
    known = step.waited is not None and step.first < step.times
    named = lane_of[step.activity] in (OTHERS, "systems", "sees")
    return Drawn(
        step=step,
        place=paper.places[step.activity],
        lines=wrapped(label(step.name), most=136),
        cases=f"{step.cases:,}",
        share=f"{part:.0%}" if part >= 0.01 or not part else "<1%",
        part=round(part * 100, 1),
        waited=short(step.waited) if known else "",
        waited_p90=short(step.waited_p90) if known else "",
        touched=short(step.touched),
        touched_p90=short(step.touched_p90),
        heat=min(5, math.ceil(10 * step.waited_all / whole)) if step.waited_all / whole > 0.02 else 0,
        broke=step.broke,
        again=step.again,
        actor=step.actor_name if named else "",
    )


def _stops(blueprint: Blueprint, paper: Paper) -> list[Stop]:
    ended = sum(step.last for step in blueprint.steps)
    return [
        Stop(place=paper.places[BEGIN], label=_("Begins"), cases=blueprint.cases),
        Stop(place=paper.places[END], label=_("Ends"), cases=ended),
    ]


def _strokes(blueprint: Blueprint, paper: Paper, steps: dict[int, Step]) -> list[Stroke]:
    most = max((line.way.link.times for line in paper.lines), default=1)
    told = {(one.source, one.target): one for one in blueprint.kept}
    strokes = [_stroke(line, most, told, steps) for line in paper.lines]
    return sorted(strokes, key=lambda stroke: (stroke.kind != "plain", -stroke.times))


def _stroke(line: Line, most: int, told: dict[tuple[int, int], Follow], steps: dict[int, Step]) -> Stroke:
    link = line.way.link
    follow = told.get((link.source, link.target))  # type: ignore[arg-type]
    handed, broke = (follow.handed, follow.broke) if follow else (0, 0)
    kind = "back" if line.way.backward else "handed" if 2 * handed > link.times else "plain"
    return Stroke(
        line=line,
        width=round(THINNEST + (THICKEST - THINNEST) * math.sqrt(link.times / most), 1),
        kind="broken" if broke and 20 * broke > link.times else kind,
        times=link.times,
        source=steps.get(link.source),  # type: ignore[arg-type]
        target=steps.get(link.target),  # type: ignore[arg-type]
        handed=handed,
        broke=broke,
        waited=short(follow.waited) if follow and follow.waited is not None else "",
        label=line.label if line.way.backward else None,
    )


def _border(bands: list[Band], side: int) -> float | None:
    return next((band.y for band in bands if band.lane.side >= side), None)


def _axis(blueprint: Blueprint, column: dict[int | str, int], paper: Paper) -> list[tuple[float, str]]:
    """Over each column, how long after its beginning a case usually gets there."""
    times: dict[int, list[tuple[int, float]]] = {}
    for step in blueprint.steps:
        times.setdefault(column[step.activity], []).append((step.times, step.elapsed))
    found, before = [], ""
    for at, x in paper.axis:
        if at not in times:
            continue
        told = short(max(times[at])[1])
        if told != before:
            found.append((x, told))
        before = told
    return found
