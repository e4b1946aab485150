"""What reads the parts of one file shares: where it is, and the problems found so far."""

from __future__ import annotations

import os
from pathlib import Path

from backline.connectors.places import Node
from backline.engine.definition import Problem

SECRETS = frozenset({"password", "token", "secret", "authorization"})
SECONDS = {"second": 1.0, "seconds": 1.0, "minute": 60.0, "minutes": 60.0, "hour": 3600.0, "hours": 3600.0,
           "milliseconds": 0.001}  # fmt: skip
RATES = {"second": 1.0, "minute": 60.0, "hour": 3600.0}


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

    def whole(self, node: Node | None, default: int) -> int:
        """A whole number from 1."""
        if node is None:
            return default
        if not (node.text.isascii() and node.text.isdigit() and 0 < int(node.text) < 1_000_000):
            self.wrong(node, f"'{node.text}' is no number here.", "Say a whole number from 1.")
            return default
        return int(node.text)

    def rate(self, node: Node | None) -> float:
        """How often in a second, from ``5 per second`` or ``100 per minute``; 0 where nothing is said."""
        if node is None:
            return 0.0
        number, _, unit = node.text.partition(" per ")
        try:
            rate = float(number) / RATES[unit.strip()]
        except (ValueError, KeyError):
            rate = 0.0
        if not 0.0 < rate < 1_000_000.0:
            self.wrong(node, f"'{node.text}' is no rate.", "Say, for example, '5 per second' or '100 per minute'.")
            return 0.0
        return rate

    def setting(self, node: Node, key: str) -> str:
        """The setting ``key`` of a node, wherever it is kept; empty where there is none."""
        value = node.get(key)
        return "" if value is None else self.told(key, value)

    def told(self, key: str, node: Node) -> str:
        """A setting written out, or kept in the environment or a file. A secret is only taken from there."""
        if isinstance(node.value, str):
            if key.lower() in SECRETS:
                mend = f"Say '{key}: {{environment: NAME}}' instead."
                self.wrong(node, f"'{key}' is a secret and must not stand here.", mend)
            return node.value
        self.only(node, ("environment", "file"), f"'{key}'")
        if name := self.text(node, "environment"):
            if name not in os.environ:
                self.wrong(node, f"The environment has no '{name}', from which '{key}' is taken.")
            return os.environ.get(name, "")
        path = self.folder / self.text(node, "file")
        if not path.is_file():
            self.wrong(node, f"There is no file '{self.text(node, 'file')}', from which '{key}' is taken.")
            return ""
        return path.read_text(encoding="utf-8").strip()

    @staticmethod
    def text(node: Node, key: str) -> str:
        """The text of a key; empty where there is none."""
        within = node.get(key)
        return within.text.strip() if within else ""
