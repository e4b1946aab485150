"""Case types, problems and trials as lines and as JSON."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sized
from typing import TYPE_CHECKING

from backline.project.printing import print_columns, print_json

if TYPE_CHECKING:
    from backline.catalogue.comparing import Difference
    from backline.catalogue.models import Version
    from backline.engine.definition import Problem
    from backline.insight.trying import Trial


def print_problems(problems: Iterable[Problem]) -> None:
    """Each as ``file:line:column: message``, to the errors."""
    for problem in problems:
        print(problem, file=sys.stderr)


def print_versions(versions: list[Version], args: argparse.Namespace) -> None:
    """As a table, or as JSON."""
    if args.json:
        print_json([version_row(version) for version in versions])
        return
    rows = [(version.key, version.number, version.owner, version.title) for version in versions]
    print_columns(("type", "version", "owner", "title"), rows)


def version_row(version: Version) -> dict[str, object]:
    """A version for JSON."""
    return {
        "type": version.key,
        "version": version.number,
        "title": version.title,
        "owner": version.owner,
        "published_at": version.published_at.isoformat(),
        "published_by": version.published_by,
        "note": version.note,
        "digest": version.digest,
        "verdict": version.verdict,
    }


def problem_row(problem: Problem) -> dict[str, object]:
    """A problem for JSON."""
    place = problem.place
    told = {"message": problem.message, "mend": problem.mend}
    return {"file": place.file, "line": place.line, "column": place.column, **told}


def difference_row(one: Difference) -> dict[str, str]:
    """A difference for JSON."""
    return {"kind": one.kind, "part": one.part, "key": one.key, "before": one.before, "after": one.after}


def trial_row(trial: Trial) -> dict[str, object]:
    """What a trial found, for JSON."""
    found = trial.comparison
    return {
        "case": trial.case,
        "version": trial.version,
        "outcome": {"old": found.old.outcome, "new": found.new.outcome},
        "facts": [one.fact for one in found.facts],
        "asked": [one.fact for one in found.asked],
        "spared": [one.fact for one in found.spared],
        "effects": [{"action": one.action, "kind": one.kind} for one in found.effects],
        "orphans": list(found.orphans),
        "moves_by_itself": found.moves_by_itself,
    }


def trial_in_words(trial: Trial) -> Iterator[str]:
    """What a trial found, line by line."""
    found = trial.comparison
    if found.old.outcome != found.new.outcome:
        yield f"ends as {found.new.outcome or 'nothing yet'}, was {found.old.outcome or 'nothing yet'}"
    yield from (f"{one.fact} would stand otherwise" for one in found.facts)
    yield from (f"{one.fact} would be asked" for one in found.asked)
    yield from (f"{one.fact} would not be asked" for one in found.spared)
    yield from (f"{one.action} would be made ({one.kind})" for one in found.effects)
    yield from (f"{name} was made and is unknown to the draft" for name in found.orphans)


def count(things: Sized, word: str) -> str:
    """``1 case``, ``2 cases``."""
    return f"{len(things)} {word}{'' if len(things) == 1 else 's'}"
