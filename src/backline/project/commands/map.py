"""What there is and what hangs on what: systems, operations, teams, case types, promises; and what is down."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from backline.project.command import Refused
from backline.project.printing import print_columns, print_json
from backline.project.starting import refusing, start


def add(parser: argparse.ArgumentParser) -> None:
    """``map``, ``map --system NAME``, ``map --system NAME --down "2 hours"``."""
    parser.add_argument("--system", default="", metavar="NAME", help="only what hangs on this system")
    parser.add_argument("--down", type=float, metavar="HOURS", help="note that it is down for so many hours from now")
    parser.add_argument("--back", action="store_true", help="note that it is back")
    parser.add_argument("--why", default="", help="why it is down, for colleagues")
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")


def run(args: argparse.Namespace) -> int:
    """Print the map, after noting what is down."""
    start()
    with refusing():
        _note(args)
        told = as_data(args.system)
    if args.json:
        print_json(told)
        return 0
    print_columns(
        ("case type", "promise", "needs"),
        [(one["key"], promise["name"], ", ".join(promise["systems"]) or "-")
         for one in told["types"] for promise in one["promises"] or [{"name": "-", "systems": one["systems"]}]],
    )  # fmt: skip
    for outage in told["down"]:
        print(f"\n{outage['system']} is down until {outage['until']}; {len(outage['at_risk'])} promises at risk.")
    return 0


def as_data(system: str = "") -> dict[str, Any]:
    """The map as JSON has it, the same as over the API."""
    from backline.channels import outages
    from backline.insight.capabilities import capability_map

    now = datetime.now(UTC)
    found = capability_map()
    systems = [one for one in found.systems if system in ("", one.name)]
    types = [one for one in found.types if not system or system in one.systems]
    if system and not systems:
        raise Refused(f"There is no system '{system}'. Known are: {', '.join(one.name for one in found.systems)}.")
    return {
        "systems": [asdict(one) for one in systems],
        "types": [
            {**asdict(one), "systems": one.systems,
             "promises": [{**asdict(promise), "systems": promise.systems} for promise in one.promises]}
            for one in types
        ],
        "teams": [asdict(one) for one in found.teams],
        "down": [outages.as_data(one) for one in outages.running(now).values() if system in ("", one.system)],
    }  # fmt: skip


def _note(args: argparse.Namespace) -> None:
    from backline.channels import outages
    from backline.people.actors import SYSTEM

    now = datetime.now(UTC)
    if args.down:
        until = now + timedelta(hours=args.down)
        outages.declare(by=SYSTEM, system=args.system, until=until, why=args.why, now=now)
    elif args.back and (outage := outages.running(now).get(args.system)):
        outages.end(by=SYSTEM, outage=outage, now=now)
