"""Reads and checks case types."""

from __future__ import annotations

import argparse

from backline.project.command import DONE, REFUSED, Refused
from backline.project.commands.types.printing import count, print_problems, problem_row
from backline.project.printing import print_json


def check(args: argparse.Namespace) -> int:
    """Say what is wrong in case types, each problem with its place."""
    from backline.catalogue.drafts import NothingThere, check_paths

    try:
        drafts = list(check_paths(args.paths))
    except NothingThere as wrong:
        raise Refused(str(wrong)) from wrong
    problems = [problem for draft in drafts for problem in draft.problems]
    good = [draft for draft in drafts if draft.good]
    if args.json:
        checked = [{"type": draft.folder.name, "folder": str(draft.folder), "good": draft.good} for draft in drafts]
        print_json({"checked": checked, "problems": [problem_row(one) for one in problems]})
    else:
        print_problems(problems)
        print(f"{len(good)} of {count(drafts, 'case type')} without problems.")
    return REFUSED if problems else DONE
