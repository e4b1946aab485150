"""What if: more people, a step that goes by itself, more requests; past cases played again with their teams."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from backline.project.command import DONE, Refused
from backline.project.printing import print_columns, print_json
from backline.project.starting import start

if TYPE_CHECKING:
    from backline.insight.simulating.answering import Figure, Outlook
    from backline.insight.simulating.recipes import Office
    from backline.insight.simulating.running import Change


def add(parser: argparse.ArgumentParser) -> None:
    """What would be different."""
    parser.add_argument("type", nargs="?", default="", metavar="TYPE", help="with all that shares its teams; else all")
    parser.add_argument("--people", action="append", default=[], metavar="TEAM=N", help="so many more, or fewer")
    parser.add_argument(
        "--automatic", action="append", default=[], metavar="TYPE/FACT=N", help="so many per cent go by themselves"
    )
    parser.add_argument("--volume", action="append", default=[], metavar="[TYPE=]N", help="so many times as many come")
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")


def run(args: argparse.Namespace) -> int:
    """Play it."""
    start()
    from backline.insight.simulating import answering

    office = _office(args.type)
    change = _change(args, office)
    share = answering.fit(office)
    before, after = (answering.outlook(office, one, share=share) for one in (_nothing(), change))
    promises, teams = _promises(office, before, after), _teams(before, after)
    if args.json:
        print_json({"requests": len(office.recipes), "promises": promises, "teams": teams})
        return DONE
    print(f"The last {len(office.recipes)} requests, played {answering.RUNS} times.\n")
    columns = ("promise", "happened", "simulated", "then", "between")
    print_columns(columns, [tuple(_percent(one[name]) for name in columns) for one in promises])
    print()
    columns = ("team", "waits h", "then", "busy", "then busy")
    print_columns(columns, [tuple(str(one[name]) for name in columns) for one in teams])
    return DONE


def _office(type_key: str) -> Office:
    from backline.cases.fittings import fittings
    from backline.insight.simulating import offices

    known = offices.all_types()
    if type_key and type_key not in known:
        raise Refused(f"No case type “{type_key}” promises anything; there are: {', '.join(known) or 'none'}.")
    keys = [type_key] if type_key else known
    office = offices.office_of(keys, calendar=fittings().calendar, now=datetime.now(UTC))
    if office is None:
        raise Refused(
            "Too little is known: some dozens of past requests are needed in which a team had to do something."
        )
    return office


def _change(args: argparse.Namespace, office: Office) -> Change:
    from backline.insight.simulating.recipes import usual_minutes
    from backline.insight.simulating.running import ALL, Change

    steps = [f"{key}/{what}" for key, what in usual_minutes(office)]
    parts = _pairs(args.automatic, steps, "step")
    return Change(
        more={team: int(count) for team, count in _pairs(args.people, office.teams, "team").items()},
        automatic={(key, what): number / 100 for step, number in parts.items() for key, what in [step.split("/", 1)]},
        volume=_pairs([one if "=" in one else f"={one}" for one in args.volume], (ALL, *office.types), "case type"),
    )


def _pairs(told: Sequence[str], known: Sequence[str], word: str) -> dict[str, float]:
    """``NAME=NUMBER``, of names that are known."""
    found = {}
    for one in told:
        name, _sign, number = one.rpartition("=")
        if name not in known:
            raise Refused(
                f"No {word} “{name}” has work in these requests; there are: {', '.join(filter(None, known))}."
            )
        try:
            found[name] = float(number)
        except ValueError:
            raise Refused(f"“{number}” is no number.") from None
    if any(number < 0 for number in found.values()) and word != "team":
        raise Refused("Less than nothing can't be played.")
    return found


def _nothing() -> Change:
    from backline.insight.simulating.running import Change

    return Change()


def _promises(office: Office, before: Outlook, after: Outlook) -> list[dict[str, Any]]:
    return [
        {
            "promise": name,
            "happened": _happened(office, name),
            "simulated": round(one.kept.value, 4),
            "then": round(after.promises[name].kept.value, 4),
            "between": _between(after.promises[name].kept),
        }
        for name, one in before.promises.items()
        if name in after.promises
    ]


def _happened(office: Office, name: str) -> float:
    took = [one.took[name] for one in office.recipes if name in one.took]
    return round(sum(one <= office.given[name] for one in took) / len(took), 4)


def _teams(before: Outlook, after: Outlook) -> list[dict[str, Any]]:
    return [
        {
            "team": team,
            "waits h": round(before.waited_s[team].value / 3600, 2),
            "then": round(after.waited_s[team].value / 3600, 2),
            "busy": round(before.busy[team].value, 3),
            "then busy": round(after.busy[team].value, 3),
        }
        for team in before.busy
    ]


def _between(one: Figure) -> str:
    return f"{100 * max(one.low, 0.0):.0f} – {100 * min(one.high, 1.0):.0f} %"


def _percent(told: object) -> str:
    return f"{100 * told:.1f} %" if isinstance(told, float) else str(told)
