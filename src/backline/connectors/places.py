"""YAML in which every scalar is text and everything knows its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from backline.engine.definition import Place, Problem

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MOST_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Node:
    """A text, a list of nodes, or keys with nodes; and where it stands."""

    value: str | list[Node] | dict[str, Node]
    place: Place
    keys: dict[str, Place] | None = None

    @property
    def text(self) -> str:
        """The text; empty when it is none."""
        return self.value if isinstance(self.value, str) else ""

    def items(self) -> Iterator[tuple[str, Node]]:
        """Keys with their nodes; nothing when it is no mapping."""
        return iter(self.value.items() if isinstance(self.value, dict) else ())

    def get(self, key: str) -> Node | None:
        """The node of a key, or None."""
        return self.value.get(key) if isinstance(self.value, dict) else None

    def texts(self) -> Iterator[Node]:
        """Every text at and below this node, in the order of the file."""
        below = self.value.values() if isinstance(self.value, dict) else self.value
        if isinstance(below, str):
            yield self
            return
        for one in below:
            yield from one.texts()

    def plain(self) -> Any:
        """The same as texts, lists and mappings, without places."""
        if isinstance(self.value, dict):
            return {key: one.plain() for key, one in self.value.items()}
        return [one.plain() for one in self.value] if isinstance(self.value, list) else self.value

    def key_place(self, key: str) -> Place:
        """Where a key stands."""
        return (self.keys or {}).get(key, self.place)


class NotYaml(Exception):
    """The file can't be read as YAML."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def read_nodes(path: Path) -> Node:
    """The file as nodes. Raises NotYaml with the place."""
    name = str(path)
    if path.stat().st_size > MOST_BYTES:
        raise NotYaml(Problem(place=Place(file=name), message="The file is larger than 1 MB."))
    try:
        composed = yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark
        place = Place(file=name, line=mark.line + 1, column=mark.column + 1) if mark else Place(file=name)
        raise NotYaml(Problem(place=place, message=f"This is not YAML: {wrong.problem}.")) from wrong
    except (yaml.YAMLError, UnicodeDecodeError) as wrong:
        raise NotYaml(Problem(place=Place(file=name), message=f"This is not YAML in UTF-8: {wrong}")) from wrong
    return _node(composed, name, frozenset()) if composed is not None else Node({}, Place(file=name), {})


def _node(composed: yaml.Node, file: str, above: frozenset[int]) -> Node:
    place = Place(file=file, line=composed.start_mark.line + 1, column=composed.start_mark.column + 1)
    if id(composed) in above:
        raise NotYaml(Problem(place=place, message="This refers to itself."))
    within = above | {id(composed)}
    if isinstance(composed, yaml.MappingNode):
        return _mapping(composed, place, within)
    if isinstance(composed, yaml.SequenceNode):
        return Node([_node(one, file, within) for one in composed.value], place)
    return Node(str(composed.value), place)


def _mapping(composed: yaml.MappingNode, place: Place, within: frozenset[int]) -> Node:
    values: dict[str, Node] = {}
    keys: dict[str, Place] = {}
    for key, value in composed.value:
        at = Place(file=place.file, line=key.start_mark.line + 1, column=key.start_mark.column + 1)
        if not isinstance(key, yaml.ScalarNode):
            raise NotYaml(Problem(place=at, message="A key has to be a word."))
        if key.value in values:
            raise NotYaml(Problem(place=at, message=f"The key '{key.value}' stands here twice."))
        values[key.value] = _node(value, place.file, within)
        keys[key.value] = at
    return Node(values, place, keys)
