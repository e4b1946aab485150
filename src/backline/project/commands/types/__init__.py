"""Check, publish, list, show and compare case types."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from backline.project.commands.types.checking import check
from backline.project.commands.types.comparing import diff
from backline.project.commands.types.publishing import publish_types
from backline.project.commands.types.showing import list_types, show
from backline.project.commands.types.trying import move, try_on_cases


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


WHAT: dict[str, Callable[[argparse.Namespace], int]] = {
    "check": check,
    "publish": publish_types,
    "list": list_types,
    "show": show,
    "diff": diff,
    "try": try_on_cases,
    "move": move,
}
