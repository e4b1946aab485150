"""Begin a connector of one's own, and list the kinds there are."""

from __future__ import annotations

import argparse
from pathlib import Path

from backline.project.command import Refused
from backline.project.printing import print_json
from backline.project.starting import start


def add(parser: argparse.ArgumentParser) -> None:
    """new and kinds."""
    within = parser.add_subparsers(dest="what", required=True)
    new = within.add_parser("new", help="a package for a kind of system that Backline does not know")
    new.add_argument("folder", type=Path, metavar="DIR", help="a folder that is not there yet")
    new.add_argument("--kind", default="", help="its name; else the folder's, without 'backline-'")
    kinds = within.add_parser("kinds", help="the kinds of systems that can be reached here")
    for one in (new, kinds):
        one.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    """Lay out the package, or list the kinds."""
    return _new(args) if args.what == "new" else _kinds(args)


def _new(args: argparse.Namespace) -> int:
    from backline.connectors.templating import CannotBegin, begin

    folder: Path = args.folder.resolve()
    kind = args.kind or folder.name.removeprefix("backline-").replace("-", "_")
    try:
        files = begin(folder=folder, name=kind)
    except CannotBegin as wrong:
        raise Refused(str(wrong)) from wrong
    if args.json:
        print_json({"folder": str(folder), "kind": kind, "files": [str(one.relative_to(folder)) for one in files]})
    else:
        print(f"{folder} holds a connector of the kind '{kind}'. Next, there:")
        print('  pip install -e ".[dev]"')
        print("  python -m pytest")
    return 0


def _kinds(args: argparse.Namespace) -> int:
    start(migrated=False)
    from backline.connectors.kinds import OWN, UnfitKind, kind_of, names

    told = []
    for name in names():
        try:
            kind_of(name)
            wrong = ""
        except UnfitKind as unfit:
            wrong = str(unfit)
        told.append({"kind": name, "of": "backline" if name in OWN else "package", "wrong": wrong})
    if args.json:
        print_json(told)
    else:
        for one in told:
            print("  ".join(part for part in one.values() if part))
    return 1 if any(one["wrong"] for one in told) else 0
