"""Drafts in folders: finds the case types under some paths, and says all that is wrong in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from backline.catalogue.reading import Neighbourhood, files_of, read_files, read_folder, read_neighbourhood
from backline.engine.checking import check
from backline.engine.definition import DefinitionProblems, Problem

TYPE = "type.yaml"


@dataclass(frozen=True, slots=True)
class Draft:
    """A case type in a folder, and what is wrong in it. What was read is let go: there may be hundreds."""

    folder: Path
    title: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def good(self) -> bool:
        """Nothing is wrong in it."""
        return not self.problems


class NothingThere(LookupError):
    """A path holds no case type; the message says which."""


def check_paths(paths: Iterable[Path]) -> Iterator[Draft]:
    """Every case type under the paths, checked; a path is a type.yaml, its folder, or a folder of such folders."""
    around: dict[Path, Neighbourhood | tuple[Problem, ...]] = {}
    for path in paths:
        for folder in folders_under(path):
            if folder.parent not in around:
                around[folder.parent] = _neighbourhood(folder.parent)
            neighbourhood = around[folder.parent]
            if isinstance(neighbourhood, Neighbourhood):
                yield check_folder(folder, neighbourhood)
            elif neighbourhood:
                yield Draft(folder.parent, problems=neighbourhood)
                around[folder.parent] = Neighbourhood()


def folders_under(path: Path) -> list[Path]:
    """The folders of case types at or below a path, in the order of their names."""
    if not path.exists():
        raise NothingThere(f"{path}: there is no such file or folder.")
    if path.is_file():
        return [path.parent]
    found = sorted(one.parent for one in path.rglob(TYPE) if not any(part.startswith(".") for part in one.parts[:-1]))
    if not found:
        raise NothingThere(f"{path}: there is no case type (a folder with a {TYPE}) in it.")
    return found


def check_folder(folder: Path, neighbourhood: Neighbourhood) -> Draft:
    """The case type in ``folder``, read and checked."""
    try:
        read = read_folder(folder, neighbourhood)
        check(read.definition, neighbourhood.surroundings)
    except DefinitionProblems as wrong:
        return Draft(folder, problems=wrong.problems)
    return Draft(folder, read.definition.title)


def problems_in(folder: Path, written: Mapping[str, str]) -> tuple[Problem, ...]:
    """All that is wrong in the draft in ``folder``, as if the files in ``written`` were saved already."""
    try:
        neighbourhood = read_neighbourhood(folder.parent)
        read = read_files({**files_of(folder), **written}, str(folder), neighbourhood)
        check(read.definition, neighbourhood.surroundings)
    except DefinitionProblems as wrong:
        return wrong.problems
    return ()


def _neighbourhood(types: Path) -> Neighbourhood | tuple[Problem, ...]:
    try:
        return read_neighbourhood(types)
    except DefinitionProblems as wrong:
        return wrong.problems
