"""Composes the picture: lanes, boxes and lines with their words, ready for the template."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backline.insight.acts.blueprint import Blueprint, Follow, Step
from backline.insight.acts.tables import DOES, PEOPLE, SEES, SYSTEMS
from backline.web.studio.blueprint.measuring import MARGIN, Band, Line, Paper, Place, Point, measure
from backline.web.studio.blueprint.placing import place
from backline.web.studio.blueprint.routing import route
from backline.web.studio.blueprint.shapes import BEGIN, END, Box, Lane, Link
from backline.web.studio.blueprint.wording import wrapped
from backline.web.studio.naming import Names
from backline.web.studio.spans import percent, short

MOST_TEAMS = 6
"""Lanes of their own; further teams share one"""
OTHERS = "people:others"
THINNEST, THICKEST = 1.4, 5.6
STOP_WIDTH = 112.0
BOX, BOX_WITH_WORK = 79, 95


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A step as it is drawn."""

    step: Step
    place: Place
    name: str
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
    of_waiting: str
    broke: int
    again: int
    actor: str
    """Named where the lane does not name it"""
    who: str
    query: str
    words: str
    """All of it for somebody who does not see the picture"""

    @property
    def foot(self) -> float:
        """Where the round corner of the strip begins."""
        return self.place.height - 8

    @property
    def again_width(self) -> float:
        return round(26 + 6.4 * len(f"{self.again:,}"), 1)

    @property
    def broke_width(self) -> float:
        return round(54 + 6.4 * len(f"{self.broke:,}"), 1)


@dataclass(frozen=True, kw_only=True)
class Stop:
    """Where cases begin or end."""

    x: float
    y: float
    width: float
    label: str
    cases: int

    @property
    def half(self) -> float:
        return self.width / 2


@dataclass(frozen=True, kw_only=True)
class Ribbon:
    """A lane as it is drawn."""

    lane: Lane
    y: float
    height: float
    label: list[tuple[str, float]]
    """The lines of its name and where they stand"""
    empty: str
    """What is said where nothing is in it"""

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True, kw_only=True)
class Wait:
    """A part of all waiting."""

    key: str
    label: str
    share: str
    x: float
    width: float


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
    source_name: str
    target_name: str
    handed: int
    broke: int
    waited: str
    label: Point | None
    query: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Picture:
    """The whole blueprint."""

    paper: Paper
    bands: list[Ribbon]
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
    broke: int
    waits: list[Wait]
    unknown: list[str]
    """What this log can't tell"""
    covered: str

    @property
    def ordered(self) -> list[Drawn]:
        """The steps as they usually come."""
        return sorted(self.boxes, key=lambda box: (box.place.x, box.place.y))

    @property
    def least(self) -> int:
        """The least width at which the picture can still be read."""
        return round(0.7 * self.paper.width)

    @property
    def nothing_at(self) -> float:
        return MARGIN + 20


def compose(blueprint: Blueprint, *, names: Names) -> Picture:
    """Lay out and put into words."""
    lanes, lane_of = _lanes(blueprint.steps, names)
    boxes, links = _boxes(blueprint, lane_of)
    grid = place(boxes, lanes, links)
    ways = route(grid, links)
    works = any(step.touched is not None for step in blueprint.steps)
    paper = measure(grid, lanes, ways, box_height=BOX_WITH_WORK if works else BOX)
    steps = {step.activity: step for step in blueprint.steps}
    boxes_drawn = [_drawn(step, paper, blueprint, lane_of, names) for step in blueprint.steps]
    return Picture(
        paper=paper,
        bands=[_ribbon(band, lane_of) for band in paper.bands],
        boxes=sorted(boxes_drawn, key=lambda box: (box.place.x, box.place.y)),
        stops=_stops(blueprint, paper),
        strokes=_strokes(blueprint, paper, steps, names),
        visibility=_border(paper.bands, PEOPLE),
        inner=_border(paper.bands, SYSTEMS),
        axis=_axis(blueprint, grid.column, paper),
        works=works,
        broke=sum(step.broke for step in blueprint.steps),
        waits=_waits(blueprint),
        unknown=_unknown(blueprint, works),
        covered=percent(blueprint.covered),
    )


def _lanes(steps: Sequence[Step], names: Names) -> tuple[list[Lane], dict[int, str]]:
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
        *(Lane(key=f"people:{name}", label=names.team(name) if name else _("People"), side=PEOPLE) for name in teams),
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


def _ribbon(band: Band, lane_of: dict[int, str]) -> Ribbon:
    """A lane with its name in lines; an empty one says what is not known."""
    lines = wrapped(band.lane.label, most=MARGIN - 22, lines=3)
    filled = band.lane.key in lane_of.values()
    nothing = {
        DOES: _("Nothing is told of what the customer does"),
        SEES: _("Nothing is told of what the customer sees"),
        SYSTEMS: _("Nothing is told of systems"),
    }
    shown = band.lane.side == SYSTEMS  # the lanes of the customer hold where cases begin and end
    return Ribbon(
        lane=band.lane,
        y=band.y,
        height=band.height,
        label=[(line, band.y + 20 + 15 * at) for at, line in enumerate(lines)],
        empty=nothing.get(band.lane.side, "") if shown and not filled else "",
    )


def _drawn(step: Step, paper: Paper, blueprint: Blueprint, lane_of: dict[int, str], names: Names) -> Drawn:
    whole = sum(one.waited_all for one in blueprint.steps) or 1.0
    part = step.cases / blueprint.cases if blueprint.cases else 0.0
    known = step.waited is not None and step.first < step.times
    named = lane_of[step.activity] in (OTHERS, "systems", "sees")
    name, actor = names.act(step.name), names.team(step.actor_name) if step.actor_name else ""
    waited, waited_p90 = (short(step.waited), short(step.waited_p90)) if known else ("", "")
    return Drawn(
        step=step,
        place=paper.places[step.activity],
        name=name,
        lines=wrapped(name, most=144),
        cases=intcomma(step.cases),
        share=percent(part),
        part=round(part * 100, 1),
        waited=waited,
        waited_p90=waited_p90,
        touched=short(step.touched),
        touched_p90=short(step.touched_p90),
        heat=min(5, math.ceil(10 * step.waited_all / whole)) if step.waited_all / whole > 0.02 else 0,
        of_waiting=percent(step.waited_all / whole),
        broke=step.broke,
        again=step.again,
        actor=actor if named else "",
        who=_who(step, actor),
        query=urlencode({"step": step.name}),
        words=_words(step, name, waited, waited_p90),
    )


def _who(step: Step, actor: str) -> str:
    """Who acts, in one word."""
    sides = {DOES: _("customer"), SEES: _("customer sees it"), SYSTEMS: _("system")}
    return ": ".join(filter(None, (sides.get(step.side, ""), actor))) or _("people")


def _words(step: Step, name: str, waited: str, waited_p90: str) -> str:
    told = [f"{name}: " + ngettext("%(n)s case", "%(n)s cases", step.cases) % {"n": intcomma(step.cases)}]
    if waited:
        told.append(_("waits %(half)s, nine of ten below %(most)s") % {"half": waited, "most": waited_p90})
    if step.touched is not None:
        work = {"half": short(step.touched), "most": short(step.touched_p90)}
        told.append(_("work %(half)s, nine of ten below %(most)s") % work)
    if step.again:
        told.append(_("%(n)s times again") % {"n": intcomma(step.again)})
    if step.broke:
        told.append(_("%(n)s promises broke here") % {"n": intcomma(step.broke)})
    return ", ".join(told)


def _stops(blueprint: Blueprint, paper: Paper) -> list[Stop]:
    ended = sum(step.last for step in blueprint.steps)
    told = ((BEGIN, _("Begins"), blueprint.cases), (END, _("Ends"), ended))
    stops = []
    for key, label, cases in told:
        at = paper.places[key]
        x = at.x + (at.width - STOP_WIDTH if key == BEGIN else 0)
        stops.append(Stop(x=x, y=at.middle - 22, width=STOP_WIDTH, label=label, cases=cases))
    return stops


def _waits(blueprint: Blueprint) -> list[Wait]:
    """All waiting by cause, the largest first."""
    labels = {
        "queue": _("in a queue"),
        "calendar": _("outside working hours"),
        "customer": _("for the customer"),
        "system": _("for systems"),
        "batch": _("for a batch run"),
    }
    whole = sum(blueprint.waits.values())
    found: list[Wait] = []
    x = 0.0
    for key, seconds in sorted(blueprint.waits.items(), key=lambda one: -one[1]):
        if whole and seconds / whole >= 0.005:
            width = 1000 * seconds / whole
            found.append(
                Wait(key=key, label=labels[key], share=percent(seconds / whole), x=round(x), width=round(width))
            )
            x += width
    return found


def _unknown(blueprint: Blueprint, works: bool) -> list[str]:
    sides = {step.side for step in blueprint.steps}
    told = []
    if not works:
        told.append(_("This log doesn't tell when work began: waits hold the work itself."))
    if not sides & {DOES, SEES}:
        told.append(_("It doesn't tell what the customer does or sees."))
    if blueprint.part > 1:
        told.append(_("Counts are of all cases, times of every %(part)sth.") % {"part": blueprint.part})
    return told


def _strokes(blueprint: Blueprint, paper: Paper, steps: dict[int, Step], names: Names) -> list[Stroke]:
    most = max((line.way.link.times for line in paper.lines), default=1)
    told = {(one.source, one.target): one for one in blueprint.kept}
    strokes = [_stroke(line, most, told, steps, names) for line in paper.lines]
    return sorted(strokes, key=lambda stroke: (stroke.kind != "plain", -stroke.times))


def _stroke(line: Line, most: int, told: dict[tuple[int, int], Follow], steps: dict[int, Step], names: Names) -> Stroke:
    link = line.way.link
    source = steps.get(link.source) if isinstance(link.source, int) else None
    target = steps.get(link.target) if isinstance(link.target, int) else None
    follow = told.get((source.activity, target.activity)) if source and target else None
    handed, broke = (follow.handed, follow.broke) if follow else (0, 0)
    kind = "back" if line.way.backward else "handed" if 2 * handed > link.times else "plain"
    return Stroke(
        line=line,
        width=round(THINNEST + (THICKEST - THINNEST) * math.sqrt(link.times / most), 1),
        kind="broken" if broke and 20 * broke > link.times else kind,
        times=link.times,
        source=source,
        target=target,
        source_name=names.act(source.name) if source else _("Begins"),
        target_name=names.act(target.name) if target else _("Ends"),
        handed=handed,
        broke=broke,
        waited=short(follow.waited) if follow and follow.waited is not None else "",
        label=line.label if line.way.backward else None,
        query=_query(source, target),
        words=_flow_words(link.times, handed, broke, source, target, names),
    )


def _query(source: Step | None, target: Step | None) -> str:
    """Where the cases behind a line are."""
    if source is None:
        return urlencode({"step": target.name if target else "", "which": "first"})
    return urlencode({"step": target.name, "after": source.name} if target else {"step": source.name, "which": "last"})


def _flow_words(times: int, handed: int, broke: int, source: Step | None, target: Step | None, names: Names) -> str:
    ends = {
        "source": names.act(source.name) if source else _("Begins"),
        "target": names.act(target.name) if target else _("Ends"),
        "n": intcomma(times),
    }
    told = [ngettext("%(source)s, then %(target)s: once", "%(source)s, then %(target)s: %(n)s times", times) % ends]
    if handed:
        told.append(_("%(n)s times handed to somebody else") % {"n": intcomma(handed)})
    if broke:
        told.append(_("%(n)s promises broke here") % {"n": intcomma(broke)})
    return ", ".join(told)


def _border(bands: list[Band], side: int) -> float | None:
    return next((band.y for band in bands if band.lane.side >= side), None)


def _axis(blueprint: Blueprint, column: dict[int | str, int], paper: Paper) -> list[tuple[float, str]]:
    """Over each column, how long after its beginning a case usually gets there."""
    times: dict[int, list[tuple[int, float]]] = {}
    for step in blueprint.steps:
        times.setdefault(column[step.activity], []).append((step.times, step.elapsed))
    found: list[tuple[float, str]] = []
    latest = -1.0
    for at, x in paper.axis:
        elapsed = max(times[at])[1] if at in times else -1.0
        if elapsed > latest and (not found or short(elapsed) != found[-1][1]):
            found.append((x, short(elapsed)))
        latest = max(latest, elapsed)
    return found
