"""What reads the parts of one file shares: where it is, and the problems found so far."""

from __future__ import annotations

from pathlib import Path

from backline.connectors.places import Node
from backline.engine.definition import Problem

SECONDS = {"second": 1.0, "seconds": 1.0, "minute": 60.0, "minutes": 60.0, "milliseconds": 0.001}


class Reader:
    """Collects the problems of one file while its parts are read."""

    def __init__(self, *, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []

    def wrong(self, node: Node, message: str, mend: str = "", *, key: str = "") -> None:
        """Note a problem at a node, or at one of its keys."""
        place = node.key_place(key) if key else node.place
        self.problems.append(Problem(place=place, message=message, mend=mend))

    def only(self, node: Node, known: tuple[str, ...], what: str) -> None:
        """Note unknown keys."""
        if not isinstance(node.value, dict):
            self.wrong(node, f"{what} has to hold keys and values.")
        for key, _ in node.items():
            if key not in known:
                self.wrong(node, f"{what} has no key '{key}'.", f"Known are: {', '.join(known)}.", key=key)

    def seconds(self, node: Node | None, default: float) -> float:
        """A length of time such as ``2 seconds``."""
        if node is None:
            return default
        number, _, unit = node.text.partition(" ")
        try:
            return float(number) * SECONDS[unit.strip()]
        except (ValueError, KeyError):
            self.wrong(node, f"'{node.text}' is no length of time here.", "Say, for example, '2 seconds'.")
            return default
