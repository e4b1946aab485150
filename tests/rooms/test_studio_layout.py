"""The blueprint's layout: nothing lies on anything else, whatever happened."""

from __future__ import annotations

import re
from itertools import pairwise
from random import Random

import pytest

from backline.web.studio.blueprint.measuring import Paper, measure
from backline.web.studio.blueprint.placing import place
from backline.web.studio.blueprint.ranking import columns
from backline.web.studio.blueprint.routing import route
from backline.web.studio.blueprint.shapes import BEGIN, END, Box, Lane, Link
from backline.web.studio.blueprint.wording import wrapped

LANES = [Lane(key=f"lane {number}", label=f"Lane {number}", side=min(3, number)) for number in range(6)]
HEIGHT = 79.0


def some_journey(seed: int, steps: int) -> tuple[list[Box], list[Link]]:
    """Steps in lanes by chance, usually one after the other, with jumps and returns."""
    chance = Random(seed)
    boxes = [Box(key=BEGIN, lane="lane 0", rank=-1, weight=1000), Box(key=END, lane="lane 1", rank=99, weight=1000)]
    boxes += [
        Box(key=at, lane=f"lane {chance.randrange(6)}", rank=at, weight=chance.randint(1, 900)) for at in range(steps)
    ]
    links = {(at, at + 1): chance.randint(100, 900) for at in range(steps - 1)}
    for _more in range(steps):
        one, other = chance.randrange(steps), chance.randrange(steps)
        if one != other:
            links[one, other] = chance.randint(1, 300)
    told = [Link(source=one, target=other, times=times) for (one, other), times in links.items()]
    return boxes, [Link(source=BEGIN, target=0, times=900), *told, Link(source=steps - 1, target=END, times=900)]


def drawn(boxes: list[Box], links: list[Link]) -> Paper:
    grid = place(boxes, LANES, links)
    return measure(grid, LANES, route(grid, links), box_height=HEIGHT)


def pieces(path: str) -> list[tuple[float, float, float, float]]:
    """The straight pieces of a path, their corners taken as points."""
    numbers = [float(one) for one in re.findall(r"-?\d+\.?\d*", re.sub(r"Q[\d. -]+? [\d. -]+?(?= |$)", "", path))]
    points = list(zip(numbers[::2], numbers[1::2], strict=False))
    return [(*one, *other) for one, other in pairwise(points)]


@pytest.mark.parametrize("seed", range(12))
def test_no_step_lies_on_another(seed: int) -> None:
    boxes, links = some_journey(seed, 4 + 3 * seed)
    places = list(drawn(boxes, links).places.values())
    for number, one in enumerate(places):
        for other in places[number + 1 :]:
            apart = one.x + one.width <= other.x or other.x + other.width <= one.x
            assert apart or one.y + one.height <= other.y or other.y + other.height <= one.y


@pytest.mark.parametrize("seed", range(12))
def test_no_line_runs_over_a_step(seed: int) -> None:
    boxes, links = some_journey(seed, 4 + 3 * seed)
    paper = drawn(boxes, links)
    for line in paper.lines:
        for x1, y1, x2, y2 in pieces(line.path):
            for at in paper.places.values():
                inside_x = min(x1, x2) < at.x + at.width - 1 and max(x1, x2) > at.x + 1
                inside_y = min(y1, y2) < at.y + at.height - 1 and max(y1, y2) > at.y + 1
                assert not (inside_x and inside_y), (line.way, at)


@pytest.mark.parametrize("seed", range(12))
def test_no_two_lines_share_a_piece_of_a_channel(seed: int) -> None:
    boxes, links = some_journey(seed, 4 + 3 * seed)
    grid = place(boxes, LANES, links)
    ways = route(grid, links)
    for number, one in enumerate(ways):
        for other in ways[number + 1 :]:
            if one.corridor >= 0 and one.corridor == other.corridor and one.corridor_track == other.corridor_track:
                low, high = sorted((one.first, one.second))
                assert max(other.first, other.second) < low or min(other.first, other.second) > high


def test_time_runs_from_left_to_right_and_begin_and_end_stand_outside() -> None:
    boxes, links = some_journey(3, 12)
    found = columns(boxes, links)
    assert found[BEGIN] == 0
    assert found[END] == max(found.values())
    usual = [found[link.source] < found[link.target] for link in links if link.times >= 300]
    assert all(usual)


def test_the_same_figures_give_the_same_picture() -> None:
    boxes, links = some_journey(5, 20)
    assert drawn(boxes, links) == drawn(list(reversed(boxes)), list(reversed(links)))


def test_words_are_cut_where_a_box_ends() -> None:
    assert wrapped("Pay", most=144) == ["Pay"]
    lines = wrapped("Does the document support the reason and the amount that was asked for?", most=144)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert wrapped("Donaudampfschifffahrtsgesellschaftskapitän", most=100)[0].endswith("…")
