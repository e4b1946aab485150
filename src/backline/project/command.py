"""The command line: ``backline COMMAND``."""

from __future__ import annotations

import argparse
import importlib
import os
import sys

COMMANDS: tuple[str, ...] = (
    "migrate",
    "init",
    "serve",
    "work",
    "staff",
    "token",
    "backup",
    "restore",
    "types",
    "case",
    "take",
    "read",
    "readings",
    "log",
    "promises",
    "what-if",
    "records",
    "verify",
    "doctor",
    "map",
    "connector",
    "demo",
)
"""Each is a module in ``commands`` with ``add(parser)`` and ``run(args)``; a dash in the name is an underscore."""

DONE, REFUSED, WRONG_USAGE = 0, 1, 2


class Refused(Exception):
    """The command can't do what was asked; the message says why and what to do."""


def main(argv: list[str] | None = None) -> int:
    """Run one command and answer its exit status: 0 done, 1 refused or found wrong, 2 wrong usage."""
    arguments = sys.argv[1:] if argv is None else argv
    parser = _parser(arguments)
    args = parser.parse_args(arguments)
    if args.data:
        os.environ["BACKLINE_DATA"] = args.data
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backline.project.settings")
    try:
        return int(args.run(args) or DONE)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        return REFUSED
    except BrokenPipeError:
        sys.stderr.close()
        return DONE


def _parser(arguments: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="backline", description="Runs the work behind a customer's request.")
    parser.add_argument("--data", metavar="DIR", help="the organisation's folder (or BACKLINE_DATA)")
    parser.set_defaults(data="")
    within = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in COMMANDS:
        module = importlib.import_module(f"backline.project.commands.{name.replace('-', '_')}")
        one = within.add_parser(name, help=(module.__doc__ or "").strip().partition("\n")[0])
        one.add_argument("--data", metavar="DIR", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        module.add(one)
        one.set_defaults(run=module.run)
    return parser


if __name__ == "__main__":
    from backline.project import command  # commands raise the Refused of that module, not of this second copy of it

    sys.exit(command.main())
