"""What can be said and called is written down."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from backline.project.command import COMMANDS
from backline.project.organisation import Organisation

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def keys(kind: Any) -> set[str]:
    """Every key of a settings file, at any depth."""
    found: set[str] = set()
    hints = get_type_hints(kind)
    for one in fields(kind):
        found.add(one.name)
        for inner in (hints[one.name], *get_args(hints[one.name])):
            if is_dataclass(inner) and isinstance(inner, type):
                found |= keys(inner)
    return found - {"folder"} if kind is Organisation else found


def test_every_setting_is_in_the_reference() -> None:
    told = set(re.findall(r"`(\w+)`", (REFERENCE / "settings.md").read_text(encoding="utf-8")))
    assert keys(Organisation) - told == set()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_reference(command: str) -> None:
    assert f"`backline {command}" in (REFERENCE / "commands.md").read_text(encoding="utf-8")
