"""Rows that are built quickly are the frozen dataclasses that they were."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from backline.engine.building import quick


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Slotted:
    name: str
    size: int = 1
    parts: list[str] = field(default_factory=list)


@quick
@dataclass(frozen=True)
class Plain:
    name: str
    size: int = 1
    parts: dict[str, int] = field(default_factory=dict, hash=False)


def test_defaults_are_as_declared_and_made_anew() -> None:
    first, second = Slotted(name="a"), Slotted(name="a")
    assert (first, first.size, first.parts) == (second, 1, [])
    assert first.parts is not second.parts


def test_positional_fields_stay_positional_and_keywords_keywords() -> None:
    assert Plain("a", 2) == Plain(name="a", size=2)
    with pytest.raises(TypeError):
        Slotted("a")  # type: ignore[misc]


@pytest.mark.parametrize("row", [Slotted(name="a"), Plain("a")])
def test_what_is_built_is_frozen_and_can_be_replaced(row: Slotted | Plain) -> None:
    with pytest.raises(FrozenInstanceError):
        row.name = "b"  # type: ignore[misc]
    changed = replace(row, size=3)
    assert (changed.name, changed.size) == ("a", 3)
    assert repr(changed).endswith(f"(name='a', size=3, parts={changed.parts!r})")


def test_equal_rows_have_equal_hashes() -> None:
    assert hash(Plain("a")) == hash(Plain("a", 1, {"b": 2}))
