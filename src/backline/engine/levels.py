"""How much authority an answer of a worker needs as things stand, whether it is wanted now or not."""

from __future__ import annotations

from typing import Any

from backline.engine.answered import Answered
from backline.engine.wanting import UNKNOWN_LEVEL, level_of


def needed_level(answer: Answered, name: str, item: str, position: int) -> Any:
    """The level of the source at that position of a fact; None where it asks for none."""
    view = answer.view
    level = "/".join(item.split("/")[::2])
    node = view.program.by_path[f"{level}/{name}" if level else name]
    items = view.items(level)
    return level_of(view, node, position, items.index(item)) if item in items else UNKNOWN_LEVEL
