"""What changed between two versions of a case type, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal

from backline.engine.definition import CaseType, Expression, Place, Span

PARTS = {"roles": "role", "facts": "fact", "actions": "action", "promises": "promise", "tables": "decision table"}
SILENT = ("place", "name", "letter_fields", "use", "version")
SPELLED = {
    "if_": "if",
    "else_": "else",
    "while_": "while",
    "for_": "for",
    "not_by": "not by",
    "start": "from",
    "do": "do",
}

BARE = ("kind", "who", "expression", "call", "team", "target", "table", "action")
"""What is said without its key: ``ask customer``, ``lookup bank.balance``"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One thing that differs; ``before`` and ``after`` as a person would write them, empty for nothing."""

    kind: Literal["added", "removed", "changed", "moved"]
    part: str
    """``fact amount``, ``outcome paid``, ``case type``"""
    key: str = ""
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        if self.kind != "changed":
            return f"{self.part}: {self.kind}"
        if not self.before:
            return f"{self.part}: '{self.key}' is now {self.after}"
        if not self.after:
            return f"{self.part}: '{self.key}' was {self.before} and is gone"
        return f"{self.part}: '{self.key}' was {self.before}, is now {self.after}"


def differences(old: CaseType, new: CaseType) -> list[Difference]:
    """All that differs, in the order in which a case type is read."""
    found = list(_members("case type", old, new, skip=(*PARTS, "outcomes")))
    for name, word in PARTS.items():
        found.extend(_named(word, getattr(old, name), getattr(new, name)))
    outcomes = {one.name: one for one in old.outcomes}, {one.name: one for one in new.outcomes}
    found.extend(_named("outcome", *outcomes))
    found.extend(_order("outcome", list(outcomes[0]), list(outcomes[1])))
    return found


def text_differences(old: Mapping[str, str], new: Mapping[str, str]) -> list[Difference]:
    """Which letters, messages and texts differ between the files of two versions."""
    found = []
    for path in sorted(old.keys() | new.keys()):
        if not path.endswith(".md") and not path.startswith("texts."):
            continue
        if path not in old:
            found.append(Difference(kind="added", part=path))
        elif path not in new:
            found.append(Difference(kind="removed", part=path))
        elif old[path] != new[path]:
            changed = f"{_lines(old[path], new[path])} other lines"
            found.append(Difference(kind="changed", part=path, key="text", after=changed))
    return found


def _lines(old: str, new: str) -> int:
    return len(set(new.splitlines()) - set(old.splitlines())) or len(set(old.splitlines()) - set(new.splitlines()))


def _named(word: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    for name in old:
        if name not in new:
            yield Difference(kind="removed", part=f"{word} {name}")
    for name, part in new.items():
        if name not in old:
            yield Difference(kind="added", part=f"{word} {name}")
        else:
            yield from _members(f"{word} {name}", old[name], part)


def _order(word: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Difference]:
    """Outcomes that stand elsewhere than before among those that stayed."""
    stayed = [name for name in old if name in new]
    now = [name for name in new if name in old]
    for name, before in zip(now, stayed, strict=True):
        if name != before:
            yield Difference(kind="moved", part=f"{word} {name}")


def _members(part: str, old: Any, new: Any, skip: tuple[str, ...] = ()) -> Iterator[Difference]:
    for one in fields(old):
        if one.name in SILENT or one.name in skip:
            continue
        before, after = getattr(old, one.name), getattr(new, one.name)
        if one.name in ("facts", "actions") and part != "case type":
            prefix = f"{one.name[:-1]} {part.partition(' ')[2]}."
            yield from _nested(prefix, before, after)
            continue
        key = _word(one.name)
        shown = spoken(before), spoken(after)
        if shown[0] != shown[1]:
            yield Difference(kind="changed", part=part, key=key, before=shown[0], after=shown[1])


def _nested(prefix: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    word, _, path = prefix.partition(" ")
    yield from _named(word, {f"{path}{name}": one for name, one in old.items()},
                      {f"{path}{name}": one for name, one in new.items()})  # fmt: skip


def spoken(value: Any) -> str:
    """A part of a definition as a person would write it; empty for what is not said."""
    if isinstance(value, Expression):
        return value.text
    if isinstance(value, Span):
        unit = value.unit if value.amount != 1 else value.unit[:-1]
        return f"{value.amount} {'business ' if value.business else ''}{unit}"
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {spoken(one)}" if spoken(one) else key for key, one in value.items())
    if isinstance(value, tuple | list):
        return ", ".join(spoken(one) for one in value)
    if is_dataclass(value) and not isinstance(value, type | Place):
        said = ((one.name, spoken(getattr(value, one.name))) for one in fields(value) if one.name not in SILENT)
        return " ".join(text if name in BARE else f"{_word(name)} {text}" for name, text in said if text)
    return "" if value is None else str(value)


def _word(name: str) -> str:
    """A key as a case type spells it."""
    return SPELLED.get(name, name.replace("_", " "))
