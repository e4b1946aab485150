"""Check, publish, list, show and compare case types."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from backline.project.command import DONE, REFUSED, Refused
from backline.project.printing import print_columns, print_json
from backline.project.starting import start

if TYPE_CHECKING:
    from backline.catalogue.comparing import Difference
    from backline.catalogue.models import Version
    from backline.catalogue.publishing import Verdict
    from backline.engine.definition import Problem
    from backline.people.actors import Actor
    from backline.project.trying import Trial


def add(parser: argparse.ArgumentParser) -> None:
    """What can be done with case types."""
    within = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    _sub(within, "check", "Read and check case types; each problem as file:line:column: message.").add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="a type.yaml, its folder, or a folder of such folders"
    )
    publish = _sub(within, "publish", "Publish case types as their next version.")
    publish.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="without it, all of the organisation")
    publish.add_argument("--note", default="", help="what changed, for those who look at the list later")
    publish.add_argument("--by", default="", metavar="EMAIL", help="the colleague who publishes; Backline without it")
    publish.add_argument(
        "--despite", default="", metavar="REASON", help="publish although a promise is not kept, and why; needs --by"
    )
    listed = _sub(within, "list", "The published case types with their owners.")
    listed.add_argument("words", nargs="*", metavar="WORD", help="only those that speak of it")
    listed.add_argument("--owner", default="", metavar="TEAM", help="only those of this team")
    listed.add_argument("--uses", default="", metavar="NAME", help="only those that use a shared fact, group or system")
    show = _sub(within, "show", "One published case type with its versions; or who uses a shared fact, and where.")
    show.add_argument("type", metavar="TYPE", help="a type, or a shared fact or group: person.email, person")
    show.add_argument("--version", type=int, metavar="N", help="without it, the current one")
    diff = _sub(
        within, "diff", "What differs: the last two versions, two that are named, or a draft from the current one."
    )
    diff.add_argument(
        "type", metavar="TYPE", help="a published type, the folder of a draft, or shared.yaml: whom its changes reach"
    )
    diff.add_argument("old", nargs="?", type=int, metavar="OLD")
    diff.add_argument("new", nargs="?", type=int, metavar="NEW")
    tried = _sub(within, "try", "Evaluate a draft on past or open cases, with no effect, and show what would differ.")
    tried.add_argument("draft", type=Path, metavar="DRAFT", help="the folder of the draft")
    tried.add_argument("--cases", choices=("open", "ended", "all"), default="all", help="which cases (all)")
    tried.add_argument("--most", type=int, default=200, metavar="N", help="the newest N of them (200)")
    move = _sub(within, "move", "Have open cases go on under the current version; what would differ is printed.")
    move.add_argument("type", metavar="TYPE")
    move.add_argument("--to", type=int, metavar="N", help="the version; the current one without it")
    move.add_argument("--dry-run", action="store_true", help="only print what would differ")
    move.add_argument("--reason", default="", help="why, for the timeline of each case")


def run(args: argparse.Namespace) -> int:
    """Do it."""
    return WHAT[args.what](args)


def _sub(within: Any, name: str, words: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = within.add_parser(name, help=words, description=words)
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")
    parser.add_argument("--data", metavar="DIR", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    return parser


def _check(args: argparse.Namespace) -> int:
    from backline.catalogue.drafts import NothingThere, check_paths

    try:
        drafts = list(check_paths(args.paths))
    except NothingThere as wrong:
        raise Refused(str(wrong)) from wrong
    problems = [problem for draft in drafts for problem in draft.problems]
    good = [draft for draft in drafts if draft.good]
    if args.json:
        checked = [{"type": draft.folder.name, "folder": str(draft.folder), "good": draft.good} for draft in drafts]
        print_json({"checked": checked, "problems": [_problem(one) for one in problems]})
    else:
        _print_problems(problems)
        print(f"{len(good)} of {_count(drafts, 'case type')} without problems.")
    return REFUSED if problems else DONE


def _publish(args: argparse.Namespace) -> int:
    start()
    from django.conf import settings

    from backline.catalogue.drafts import NothingThere, folders_under
    from backline.catalogue.publishing import PublishingRefused, publish
    from backline.engine.definition import DefinitionProblems

    published, wrong, by = [], False, _publisher(args)
    try:
        folders = [folder for path in args.paths or [settings.FOLDER / "types"] for folder in folders_under(path)]
    except NothingThere as nothing:
        raise Refused(str(nothing)) from nothing
    for folder in folders:
        try:
            now, verdict = datetime.now(UTC), _verdict(folder, args)
            published.append(publish(folder=folder, by=by, now=now, note=args.note, verdict=verdict))
        except DefinitionProblems as problems:
            _print_problems(problems.problems)
            wrong = True
        except PublishingRefused as refused:
            raise Refused(str(refused)) from refused
    _print_versions(published, args)
    return REFUSED if wrong else DONE


def _publisher(args: argparse.Namespace) -> Actor:
    """Who publishes. Against the guard's verdict it has to be somebody with a name."""
    from backline.people.actors import SYSTEM, NoActor, of_account
    from backline.people.models import Account

    if args.despite and not args.by:
        raise Refused("Who publishes a promise that is not kept? Name them with --by EMAIL.")
    if not args.by:
        return SYSTEM
    account = Account.objects.filter(email=args.by.strip().lower()).first()
    try:
        return of_account(account) if account else _nobody(args.by)
    except NoActor:
        return _nobody(args.by)


def _nobody(email: str) -> NoReturn:
    raise Refused(f"Nobody works here who signs in as {email}.")


def _verdict(folder: Path, args: argparse.Namespace) -> Verdict | None:
    """What the promise guard says of the draft."""
    from backline.cases.fittings import fittings
    from backline.insight.promises.guarding import verdict_on

    return verdict_on(folder, calendar=fittings().calendar, now=datetime.now(UTC), reason=args.despite)


def _list(args: argparse.Namespace) -> int:
    start()
    from django.conf import settings

    from backline.catalogue import listing

    found = list(listing.newest(owner=args.owner))
    if args.words:
        spoken = {loaded.key for loaded in listing.search(" ".join(args.words), language=settings.LANGUAGE_CODE)}
        found = [version for version in found if version.key in spoken]
    if args.uses:
        users = {use.key for use in (*listing.uses_of_shared(args.uses), *listing.uses_of_system(args.uses))}
        found = [version for version in found if version.key in users]
    _print_versions(found, args)
    return DONE


def _show(args: argparse.Namespace) -> int:
    start()
    from backline.catalogue.models import Version
    from backline.catalogue.showing import described
    from backline.catalogue.versions import VersionNotFound, current, load, published

    try:
        version = published(args.type, args.version) if args.version else current(args.type)
    except VersionNotFound as missing:
        from backline.project.impact import print_impact

        if print_impact(args.type, as_json=args.json):
            return DONE
        raise Refused(str(missing)) from missing
    shown = described(load(version.key, version.number))
    history = list(Version.objects.filter(key=version.key).defer("files"))
    if args.json:
        print_json({**_version(version), **shown, "versions": [_version(one) for one in history]})
        return DONE
    print(f"{version.key} {version.number}: {version.title}\nOwner: {version.owner}")
    for part in ("roles", "facts", "actions", "outcomes", "promises"):
        print(f"\n{part.capitalize()}")
        for name, words in shown[part].items():
            print(f"  {name:28} {words}")
    print("\nVersions")
    for one in history:
        print(f"  {one.number:>4}  {one.published_at:%Y-%m-%d %H:%M}  {one.published_by}  {one.note}")
    return DONE


def _diff(args: argparse.Namespace) -> int:
    start()
    from backline.catalogue.comparing import differences, text_differences
    from backline.engine.definition import CaseType, DefinitionProblems

    try:
        if args.type.removesuffix(".yaml").endswith("shared"):
            return _diff_shared(args)
        old, new = _sides(args)
    except DefinitionProblems as wrong:
        _print_problems(wrong.problems)
        return REFUSED
    sides: tuple[CaseType, CaseType] = (old[1], new[1])
    found = [*differences(*sides), *text_differences(old[2], new[2])]
    if args.json:
        print_json(
            {"type": sides[1].key, "old": old[0], "new": new[0], "differences": [_difference(one) for one in found]}
        )
    else:
        for one in found:
            print(one)
        print(f"{_count(found, 'difference')} between {old[0]} and {new[0]}.")
    return DONE


def _diff_shared(args: argparse.Namespace) -> int:
    from django.conf import settings

    from backline.project.impact import print_changes

    named = Path(args.type)
    print_changes(named.parent if named.is_file() else Path(settings.FOLDER) / "types", as_json=args.json)
    return DONE


def _try(args: argparse.Namespace) -> int:
    start()
    from backline.engine.definition import DefinitionProblems
    from backline.project.trying import load_draft, try_draft

    states = {"open": ("open", "stuck"), "ended": ("ended",), "all": ("open", "stuck", "ended")}[args.cases]
    try:
        draft = load_draft(args.draft)
    except DefinitionProblems as wrong:
        _print_problems(wrong.problems)
        return REFUSED
    trials = list(try_draft(draft, states=frozenset(states), most=args.most, now=datetime.now(UTC)))
    differing = [trial for trial in trials if not trial.comparison.same]
    if args.json:
        print_json({"type": draft.key, "cases": len(trials), "differing": [_trial(trial) for trial in differing]})
        return DONE
    for trial in differing:
        for words in _trial_in_words(trial):
            print(f"{trial.case}: {words}")
    print(f"{len(differing)} of {_count(trials, 'case')} would differ.")
    return DONE


def _move(args: argparse.Namespace) -> int:
    start()
    from backline.catalogue.versions import VersionNotFound, load, load_current
    from backline.project.trying import move_cases

    try:
        to = load(args.type, args.to) if args.to else load_current(args.type)
    except VersionNotFound as missing:
        raise Refused(str(missing)) from missing
    moves = list(move_cases(to, really=not args.dry_run, reason=args.reason, now=datetime.now(UTC)))
    refused = [move for move in moves if move.refusal]
    if args.json:
        told = [{**_trial(one.trial), "moved": one.moved, "refused": one.refusal} for one in moves]
        print_json({"type": to.key, "to": to.version, "cases": told})
        return REFUSED if refused else DONE
    for move in moves:
        for words in (*_trial_in_words(move.trial), *([move.refusal] if move.refusal else ())):
            print(f"{move.trial.case}: {words}")
    done = "could move" if args.dry_run else "moved"
    print(f"{len(moves) - len(refused)} of {_count(moves, 'case')} {done} to version {to.version}.")
    return REFUSED if refused else DONE


def _sides(args: argparse.Namespace) -> Any:
    """What is compared: (its name, its definition, its files), twice."""
    from backline.catalogue.packing import unpack
    from backline.catalogue.reading import read_folder
    from backline.catalogue.versions import VersionNotFound, current, published

    def stored(version: Version) -> tuple[str, Any, Any]:
        return f"version {version.number}", unpack(version.files, version.key)[0].definition, version.files

    try:
        if (Path(args.type) / "type.yaml").is_file():
            draft = read_folder(Path(args.type))
            against = published(draft.definition.key, args.old) if args.old else current(draft.definition.key)
            return stored(against), ("the draft", draft.definition, draft.files)
        new = published(args.type, args.new) if args.new else current(args.type)
        if new.number == 1 and not args.old:
            raise Refused(f"There is one version of '{args.type}' so far. Name the folder of a draft to compare with.")
        return stored(published(args.type, args.old or new.number - 1)), stored(new)
    except VersionNotFound as missing:
        raise Refused(str(missing)) from missing


def _print_problems(problems: Iterable[Problem]) -> None:
    for problem in problems:
        print(problem, file=sys.stderr)


def _print_versions(versions: list[Version], args: argparse.Namespace) -> None:
    if args.json:
        print_json([_version(version) for version in versions])
        return
    rows = [(version.key, version.number, version.owner, version.title) for version in versions]
    print_columns(("type", "version", "owner", "title"), rows)


def _version(version: Version) -> dict[str, object]:
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


def _problem(problem: Problem) -> dict[str, object]:
    place = problem.place
    told = {"message": problem.message, "mend": problem.mend}
    return {"file": place.file, "line": place.line, "column": place.column, **told}


def _difference(one: Difference) -> dict[str, str]:
    return {"kind": one.kind, "part": one.part, "key": one.key, "before": one.before, "after": one.after}


def _trial(trial: Trial) -> dict[str, object]:
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


def _trial_in_words(trial: Trial) -> Iterator[str]:
    found = trial.comparison
    if found.old.outcome != found.new.outcome:
        yield f"ends as {found.new.outcome or 'nothing yet'}, was {found.old.outcome or 'nothing yet'}"
    yield from (f"{one.fact} would stand otherwise" for one in found.facts)
    yield from (f"{one.fact} would be asked" for one in found.asked)
    yield from (f"{one.fact} would not be asked" for one in found.spared)
    yield from (f"{one.action} would be made ({one.kind})" for one in found.effects)
    yield from (f"{name} was made and is unknown to the draft" for name in found.orphans)


def _count(things: list[Any], word: str) -> str:
    return f"{len(things)} {word}{'' if len(things) == 1 else 's'}"


WHAT: dict[str, Callable[[argparse.Namespace], int]] = {
    "check": _check,
    "publish": _publish,
    "list": _list,
    "show": _show,
    "diff": _diff,
    "try": _try,
    "move": _move,
}
