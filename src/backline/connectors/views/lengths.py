"""Lengths of time as a view says them: from milliseconds to days; ``no`` is none."""

from __future__ import annotations

from backline.connectors.places import Node
from backline.connectors.reader import Reader

UNITS = {"milliseconds": 0.001, "second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0, "week": 604800.0}


def seconds(node: Node | None, default: float, reader: Reader) -> float:
    """``2 seconds``, ``30 days``, ``no``; a problem goes to the reader."""
    if node is None:
        return default
    if node.text == "no":
        return 0.0
    number, _, unit = node.text.partition(" ")
    told = unit.strip()
    each = UNITS.get(told) or UNITS.get(told.removesuffix("s"))
    if each is None or not number.replace(".", "", 1).isdigit():
        reader.wrong(node, f"'{node.text}' is no length of time here.", "Say, for example, '2 seconds' or '30 days'.")
        return default
    return float(number) * each
