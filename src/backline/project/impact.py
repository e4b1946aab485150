"""What hangs on a shared fact, and what a change of shared facts would reach, as the command line prints it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from backline.cases.models import Case
from backline.catalogue.impact import Change, Impact, changes_of, impact_of
from backline.catalogue.listing import Use
from backline.catalogue.reading.folders import read_neighbourhood
from backline.project.printing import print_columns, print_json

SHARED = "shared.yaml"
FEW = 8
"""So many case types are named in a line; --json names all"""


def print_impact(name: str, *, as_json: bool) -> bool:
    """Who uses a shared fact, where, and with how many open cases; False where nobody does."""
    found = impact_of(name)
    cases = _open_cases(impact.use for impact in found)
    if as_json and found:
        print_json([_impact(impact, cases) for impact in found])
    elif found:
        titles = ("type", "version", "owner", "open cases", "facts", "where")
        rows = [(i.use.key, i.use.version, i.use.owner, cases.get(i.use.key, 0), ", ".join(i.use.facts), _where(i))
                for i in found]  # fmt: skip
        print_columns(titles, rows)
        print(f"{len(found)} case types use {name}; {sum(cases.values())} cases of them are open.")
    return bool(found)


def print_changes(types: Path, *, as_json: bool) -> None:
    """What shared.yaml in this folder changes of what case types were published with; raises DefinitionProblems."""
    found = changes_of(read_neighbourhood(types).groups)
    cases = _open_cases(use for change in found for use in change.uses)
    if as_json:
        print_json([_change(change, cases) for change in found])
        return
    for change in found:
        touched = sum(cases.get(use.key, 0) for use in change.uses)
        print(f"{change.fact}: {_words(change)}")
        print(f"    {len(change.uses)} case types, {touched} open cases: {_names(change.uses)}")
    differences = "1 difference" if len(found) == 1 else f"{len(found)} differences"
    print(f"{differences} between {SHARED} and what was published. Open cases keep the version that they have.")


def _names(uses: tuple[Use, ...]) -> str:
    """The first few, and how many more."""
    more = f", and {len(uses) - FEW} more" if len(uses) > FEW else ""
    return ", ".join(use.key for use in uses[:FEW]) + more


def _words(change: Change) -> str:
    return str(change.difference).partition(": ")[2]


def _where(impact: Impact) -> str:
    return ", ".join(impact.where) or "nowhere else"


def _open_cases(uses: Iterable[Use]) -> dict[str, int]:
    """By case type, how many of its cases are open."""
    keys = {use.key for use in uses}
    found: dict[str, int] = {}
    for key in Case.objects.filter(type_key__in=keys).exclude(state="ended").values_list("type_key", flat=True):
        found[key] = found.get(key, 0) + 1
    return found


def _impact(impact: Impact, cases: dict[str, int]) -> dict[str, object]:
    use = impact.use
    return {"type": use.key, "version": use.version, "owner": use.owner, "facts": list(use.facts),
            "where": list(impact.where), "open_cases": cases.get(use.key, 0)}  # fmt: skip


def _change(change: Change, cases: dict[str, int]) -> dict[str, object]:
    types = {use.key: cases.get(use.key, 0) for use in change.uses}
    return {"fact": change.fact, "difference": _words(change), "types": types}
