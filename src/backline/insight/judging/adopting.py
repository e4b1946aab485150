"""A person adopts a learnt table: it goes into a draft of the case type, beside the question, and is checked there."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from backline.catalogue.drafting import DRAFTS, see_what_stands_around
from backline.catalogue.drafts import check_paths
from backline.catalogue.reading import read_folder
from backline.engine.definition import Fact
from backline.insight.judging.rules import Learnt, as_csv
from backline.people.actors import Actor


class AdoptingRefused(Exception):
    """The table can't be adopted; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Adopted:
    """Where the draft lies, and what the check says of it."""

    folder: Path
    table: str
    problems: tuple[str, ...]


def adopt(*, organisation: Path, type_key: str, fact: str, learnt: Learnt, by: Actor) -> Adopted:
    """Write the draft: the case type as it stands, with the table as a source before the people."""
    if not (by.has_duty("analyst") or by.has_duty("administrator")):
        raise AdoptingRefused(_("Only an analyst or an administrator may draft a case type."))
    if not learnt.rules:
        raise AdoptingRefused(_("Nothing is sure enough to be a rule."))
    types, drafts = organisation / "types", organisation / DRAFTS
    folder, name = drafts / type_key, f"learnt_{fact}.csv"
    if folder.exists():
        raise AdoptingRefused(_("There is a draft of this case type already: publish it, or take it away first."))
    shutil.copytree(types / type_key, folder)
    see_what_stands_around(organisation)
    (folder / name).write_text(as_csv(learnt, fact), encoding="utf-8")
    _insert(folder / "type.yaml", read_folder(folder).definition.facts[fact], name)
    problems = [str(problem) for draft in check_paths([folder]) for problem in draft.problems]
    return Adopted(folder=folder, table=name, problems=tuple(problems))


def _insert(path: Path, fact: Fact, table: str) -> None:
    """A line before the one by which the team is asked."""
    work = next(source for source in fact.sources if source.kind == "work")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    line = lines[work.place.line - 1]
    indent = line[: len(line) - len(line.lstrip())]
    lines.insert(work.place.line - 1, f"{indent}decide: {table}\n")
    path.write_text("".join(lines), encoding="utf-8")
