"""Which column each step stands in: what usually comes earlier stands further left, in as few columns as that needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from backline.web.studio.blueprint.shapes import BEGIN, END, Box, Key, Link

MATTERS = 0.2
"""A link that carries less of what leaves its source, and of what enters its target, does not push them apart"""
MOST_IN_A_CELL = 3
"""Steps of one lane in one column"""
SWEEPS = 12


def order(boxes: Sequence[Box], links: Sequence[Link]) -> list[Key]:
    """The steps in time: by their usual place, then exchanged with neighbours while fewer links run backwards."""
    keys = [box.key for box in sorted(boxes, key=lambda box: (box.key != BEGIN, box.key == END, box.rank, -box.weight))]
    flow: dict[tuple[Key, Key], int] = defaultdict(int)
    for link in links:
        flow[link.source, link.target] += link.times
    for _sweep in range(SWEEPS):
        moved = False
        for at in range(len(keys) - 1):
            left, right = keys[at], keys[at + 1]
            if left == BEGIN or right == END:
                continue
            if flow[right, left] > flow[left, right]:
                keys[at], keys[at + 1], moved = right, left, True
        if not moved:
            break
    return keys


def columns(boxes: Sequence[Box], links: Sequence[Link]) -> dict[Key, int]:
    """The column of each step."""
    keys = order(boxes, links)
    place = {key: at for at, key in enumerate(keys)}
    before = _before(links, place)
    lane = {box.key: box.lane for box in boxes}
    filled: dict[tuple[str, int], int] = defaultdict(int)
    found: dict[Key, int] = {}
    last = 1
    for key in keys:
        column = max((found[source] + 1 for source in before[key]), default=0 if key == BEGIN else last)
        while filled[lane[key], column] >= MOST_IN_A_CELL:
            column += 1
        found[key] = last = column
        filled[lane[key], column] += 1
    if END in found:
        found[END] = max(found.values()) + (sum(at == max(found.values()) for at in found.values()) > 1)
    return _pulled(found, links, place, lane, filled)


def _before(links: Sequence[Link], place: dict[Key, int]) -> dict[Key, list[Key]]:
    """For each step the earlier ones from which much of it comes."""
    out: dict[Key, int] = defaultdict(int)
    into: dict[Key, int] = defaultdict(int)
    for link in links:
        out[link.source] += link.times
        into[link.target] += link.times
    found: dict[Key, list[Key]] = defaultdict(list)
    for link in links:
        forward = place[link.source] < place[link.target]
        matters = link.times >= MATTERS * out[link.source] or link.times >= MATTERS * into[link.target]
        if forward and matters:
            found[link.target].append(link.source)
    return found


def _pulled(
    found: dict[Key, int],
    links: Sequence[Link],
    place: dict[Key, int],
    lane: dict[Key, str],
    filled: dict[tuple[str, int], int],
) -> dict[Key, int]:
    """Steps that lead on only much later are moved right, next to what follows them."""
    after: dict[Key, list[tuple[int, Key]]] = defaultdict(list)
    into: dict[Key, int] = defaultdict(int)
    for link in links:
        if place[link.source] < place[link.target]:
            after[link.source].append((link.times, link.target))
            into[link.target] += link.times
    for key in sorted(found, key=lambda one: -place[one]):
        if key in (BEGIN, END) or into[key] or not after[key]:
            continue
        column = min(found[target] for _times, target in after[key]) - 1
        if column > found[key] and filled[lane[key], column] < MOST_IN_A_CELL:
            filled[lane[key], found[key]] -= 1
            filled[lane[key], column] += 1
            found[key] = column
    return found
