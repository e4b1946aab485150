"""What is over its time, kept on order, or destroyed; and a person's wish to be forgotten."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from backline.project.command import Refused
from backline.project.printing import print_columns, print_json
from backline.project.starting import refusing, start


def add(parser: argparse.ArgumentParser) -> None:
    """``records over|destroy|hold|release|forget|certificates``."""
    within = parser.add_subparsers(dest="what", metavar="over|destroy|hold|release|forget|certificates", required=True)
    _sub(within, "over", "cases that nothing keeps any more")
    _sub(within, "destroy", "destroy what they held; a certificate stays of each")
    for name, words in (("hold", "keep a case whatever its time"), ("release", "end the orders to keep a case")):
        one = _sub(within, name, words)
        one.add_argument("case", metavar="CASE")
        one.add_argument("--reason", required=True)
    forget = _sub(within, "forget", "destroy what nothing keeps of a person, and say what is kept until when")
    forget.add_argument("person", metavar="IDENTIFIER", help="an e-mail address, or KIND:VALUE")
    forget.add_argument("--reason", required=True)
    _sub(within, "certificates", "what was destroyed, the last first")


def run(args: argparse.Namespace) -> int:
    """Do it; ``forget`` answers 1 where something has to be kept."""
    start()
    with refusing():
        return DOES[args.what](args)


def _sub(within: Any, name: str, words: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = within.add_parser(name, help=words, description=words)
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")
    parser.add_argument("--data", metavar="DIR", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    return parser


def _over(args: argparse.Namespace) -> int:
    from backline.cases.records import retention

    found = [_line(case, until.isoformat()) for case, until in retention.over(now=datetime.now(UTC))]
    return _print(found, args.json)


def _destroy(args: argparse.Namespace) -> int:
    from django.conf import settings

    from backline.cases.records import retention
    from backline.cases.records.destroying import destroy
    from backline.channels.forgetting import forget_case
    from backline.channels.forgetting_talks import forget_talks
    from backline.people.actors import SYSTEM

    now = datetime.now(UTC)
    forget_talks(before=now - timedelta(days=settings.ORGANISATION.keep.talk_days))
    done = []
    for case, until in list(retention.over(now=now)):
        destroy(case=case, by=SYSTEM, ground="retention", now=now, also=[forget_case])
        done.append(_line(case, until.isoformat()))
    return _print(done, args.json)


def _hold(args: argparse.Namespace) -> int:
    from backline.cases.reach import load_case
    from backline.cases.records.holding import hold
    from backline.people.actors import SYSTEM

    case = load_case(args.case, SYSTEM)
    hold(case=case, by=SYSTEM, reason=args.reason, now=datetime.now(UTC))
    return _print([{"case": case.reference, "held": args.reason}], args.json)


def _release(args: argparse.Namespace) -> int:
    from backline.cases.reach import load_case
    from backline.cases.records.holding import release
    from backline.cases.records.retention import running_holds
    from backline.people.actors import SYSTEM

    case = load_case(args.case, SYSTEM)
    holds = list(running_holds(case))
    if not holds:
        raise Refused(f"Nobody ordered that {case.reference} be kept.")
    for held in holds:
        release(held=held, by=SYSTEM, reason=args.reason, now=datetime.now(UTC))
    return _print([{"case": case.reference, "released": one.reason} for one in holds], args.json)


def _forget(args: argparse.Namespace) -> int:
    from backline.cases.records.forgetting_people import erase_person
    from backline.channels.forgetting import forget_case
    from backline.channels.forgetting_talks import forget_talks_of
    from backline.people import identifiers, parties
    from backline.people.actors import SYSTEM

    kind, colon, value = args.person.partition(":")
    if not colon:
        kind, value = identifiers.kind_of(args.person), args.person
    party = parties.find_by_identifier(kind, value)
    if party is None:
        raise Refused(f"Nobody here is known by '{args.person}'.")
    forget_talks_of(party)
    told = erase_person(party=party, by=SYSTEM, reason=args.reason, now=datetime.now(UTC), also=[forget_case])
    if args.json:
        print_json({"destroyed": told.destroyed, "kept": dict(told.kept), "forgotten": told.forgotten})
    else:
        lines = [{"case": one, "became": "destroyed"} for one in told.destroyed]
        _print(lines + [{"case": one, "became": f"kept. {why}"} for one, why in told.kept], False)
        print("The person is forgotten." if told.forgotten else "The person stays known while something is kept.")
    return 0 if told.forgotten else 1


def _certificates(args: argparse.Namespace) -> int:
    from backline.cases.models import Destruction

    rows = Destruction.objects.select_related("case").order_by("-at", "-pk")
    told = [
        {
            **_line(row.case, row.kept_until.isoformat() if row.kept_until else ""),
            "ground": row.ground,
            "reason": row.reason,
            "entries": row.entries,
            "documents": len(row.documents),
            "chain": row.chain,
            "by": row.by,
            "at": row.at.isoformat(),
        }
        for row in rows
    ]
    return _print(told, args.json)


def _line(case: Any, until: str) -> dict[str, Any]:
    return {"case": case.reference, "type": case.type_key, "kept until": until}


def _print(lines: list[dict[str, Any]], json: bool) -> int:
    if json:
        print_json(lines)
    elif lines:
        print_columns(tuple(lines[0]), [tuple(str(value) for value in line.values()) for line in lines])
    return 0


DOES: dict[str, Callable[[argparse.Namespace], int]] = {
    "over": _over,
    "destroy": _destroy,
    "hold": _hold,
    "release": _release,
    "forget": _forget,
    "certificates": _certificates,
}
