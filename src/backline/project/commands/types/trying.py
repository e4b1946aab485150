"""A draft tried on cases, and open cases moved to another version."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from backline.project.command import DONE, REFUSED, Refused
from backline.project.commands.types.printing import count, print_problems, trial_in_words, trial_row
from backline.project.printing import print_json
from backline.project.starting import start


def try_on_cases(args: argparse.Namespace) -> int:
    """Print which cases would go otherwise under the draft; nothing is kept."""
    start()
    from backline.engine.definition import DefinitionProblems
    from backline.insight.trying import load_draft, try_draft

    states = {"open": ("open", "stuck"), "ended": ("ended",), "all": ("open", "stuck", "ended")}[args.cases]
    try:
        draft = load_draft(args.draft)
    except DefinitionProblems as wrong:
        print_problems(wrong.problems)
        return REFUSED
    trials = list(try_draft(draft, states=frozenset(states), most=args.most, now=datetime.now(UTC)))
    differing = [trial for trial in trials if not trial.comparison.same]
    if args.json:
        print_json({"type": draft.key, "cases": len(trials), "differing": [trial_row(trial) for trial in differing]})
        return DONE
    for trial in differing:
        for words in trial_in_words(trial):
            print(f"{trial.case}: {words}")
    print(f"{len(differing)} of {count(trials, 'case')} would differ.")
    return DONE


def move(args: argparse.Namespace) -> int:
    """Move open cases, and print what is otherwise with each."""
    start()
    from backline.catalogue.versions import VersionNotFound, load, load_current
    from backline.insight.trying import move_cases
    from backline.people.actors import SYSTEM

    try:
        to = load(args.type, args.to) if args.to else load_current(args.type)
    except VersionNotFound as missing:
        raise Refused(str(missing)) from missing
    moves = list(move_cases(to, by=SYSTEM, really=not args.dry_run, reason=args.reason, now=datetime.now(UTC)))
    refused = [move for move in moves if move.refusal]
    if args.json:
        told = [{**trial_row(one.trial), "moved": one.moved, "refused": one.refusal} for one in moves]
        print_json({"type": to.key, "to": to.version, "cases": told})
        return REFUSED if refused else DONE
    for move in moves:
        for words in (*trial_in_words(move.trial), *([move.refusal] if move.refusal else ())):
            print(f"{move.trial.case}: {words}")
    done = "could move" if args.dry_run else "moved"
    print(f"{len(moves) - len(refused)} of {count(moves, 'case')} {done} to version {to.version}.")
    return REFUSED if refused else DONE
