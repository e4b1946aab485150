"""What else is wrong in a definition that could not be read whole: said at once, as far as it does not follow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from backline.engine.checking import check
from backline.engine.definition import CaseType, DefinitionProblems, Place, Problem, Surroundings

END = 10**9
OTHERWISE = "'otherwise'"
QUOTED = re.compile(r"'([^' ]+)'")
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def further_problems(
    definition: CaseType, surroundings: Surroundings, known: Sequence[Problem], files: Mapping[str, str], folder: str
) -> list[Problem]:
    """What the checker finds besides, in lines that name nothing that is broken already."""
    try:
        check(definition, surroundings)
    except DefinitionProblems as found:
        places = {(one.place.file, one.place.line) for one in known}
        broken = _broken(definition, [one.place for one in known])
        if any(OTHERWISE in one.message for one in known):
            broken.add("nowhere")
        lines = {f"{folder}/{path}": text.splitlines() for path, text in files.items()}
        said = [set(QUOTED.findall(one.message)) for one in known]
        return [
            one
            for one in found.problems
            if not _follows(one, places, broken, lines) and not any(_is_said(one, names) for names in said)
        ]
    return []


def _is_said(problem: Problem, names: set[str]) -> bool:
    """Whether a problem that is known names the same; of the type as a whole, whether it names any of it."""
    own = set(QUOTED.findall(problem.message)) or {problem.message}
    return bool(own & names) if problem.place.line == 1 else own <= names


def _follows(
    problem: Problem, places: set[tuple[str, int]], broken: set[str], lines: Mapping[str, Sequence[str]]
) -> bool:
    """Whether a problem may come from another: it stands beside it, or is about what it broke."""
    place = problem.place
    text = lines.get(place.file, ())
    line = text[place.line - 1] if 0 < place.line <= len(text) else ""
    about = {*WORD.findall(line), *WORD.findall(problem.message)}
    return (place.file, place.line) in places or bool(about & broken) or not line


def _broken(definition: CaseType, places: Sequence[Place]) -> set[str]:
    """The names of what was declared where something could not be read: up to the next declaration, as far as it is
    indented deeper."""
    declared = sorted(_declared(definition), key=lambda one: (one[1].file, one[1].line))
    found: set[str] = set()
    following = [*declared[1:], ("", Place())]
    for (name, place), (_next, end) in zip(declared, following, strict=True):
        last = end.line if end.file == place.file else END
        here = (one for one in places if one.file == place.file and place.line <= one.line < max(last, place.line + 1))
        if any(one.line == place.line or one.column > place.column for one in here):
            found.add(name)
    return found


def _declared(definition: CaseType) -> Iterator[tuple[str, Place]]:
    parts: Iterable[Mapping[str, object]] = (
        definition.roles, definition.facts, definition.actions, definition.promises, definition.tables,
        {one.name: one for one in definition.outcomes},
    )  # fmt: skip
    for part in parts:
        for name, one in part.items():
            place = getattr(one, "place", None)
            if isinstance(place, Place) and place.file:
                yield name, place
