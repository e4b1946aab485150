"""Add colleagues, and list them with their teams, skills and duties."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from backline.project.printing import print_columns, print_json
from backline.project.starting import refusing, start

if TYPE_CHECKING:
    from backline.people.models import Staff


def add(parser: argparse.ArgumentParser) -> None:
    """``staff add NAME --email ADDRESS`` and ``staff list``."""
    within = parser.add_subparsers(dest="what", metavar="add|list", required=True)
    one = within.add_parser("add", help="add a colleague; the first one should be an --administrator")
    one.add_argument("name")
    one.add_argument("--email", required=True, help="the address with which they sign in")
    one.add_argument("--administrator", action="store_true", help="may add colleagues and tokens")
    one.add_argument("--duty", action="append", default=[], metavar="DUTY", help="analyst, auditor, worker (default)")
    one.add_argument("--team", action="append", default=[], metavar="KEY", help="made where there is none")
    one.add_argument("--leads", action="append", default=[], metavar="KEY", help="a team that they lead")
    one.add_argument("--skill", action="append", default=[], metavar="KEY")
    one.add_argument("--language", default="")
    one.add_argument(
        "--password-stdin", action="store_true", help="read a password; else they sign in by e-mailed code"
    )
    for parser_of_one in (one, within.add_parser("list", help="list the colleagues")):
        parser_of_one.add_argument("--json", action="store_true")
        parser_of_one.add_argument("--data", metavar="DIR", default=argparse.SUPPRESS, help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Add or list."""
    start()
    return _add(args) if args.what == "add" else _list(args)


def _add(args: argparse.Namespace) -> int:
    from django.utils import timezone

    from backline.people.actors import SYSTEM
    from backline.people.staffing import ADMINISTRATOR, add_staff

    password = sys.stdin.readline().rstrip("\n") if args.password_stdin else ""
    with refusing():
        staff = add_staff(
            by=SYSTEM,
            name=args.name,
            email=args.email,
            teams=args.team,
            leads=args.leads,
            skills=args.skill,
            duties=[*args.duty, *([ADMINISTRATOR] if args.administrator else [])] or ["worker"],
            language=args.language,
            password=password,
            now=timezone.now(),
        )
    if args.json:
        print_json(_shown(staff))
    else:
        way = "with the password" if password else "by a code that is e-mailed to that address"
        print(f"{staff.name} can sign in as {staff.account.email} {way}.")
    return 0


def _list(args: argparse.Namespace) -> int:
    from backline.people.models import Staff

    everybody = Staff.objects.select_related("account").prefetch_related("memberships__team", "skills", "duties")
    shown = [_shown(staff) for staff in everybody.order_by("pk")]
    if args.json:
        print_json(shown)
    else:
        titles = ("id", "name", "email", "teams", "skills", "duties")
        print_columns(titles, [[_words(one[title]) for title in titles] for one in shown])
    return 0


def _shown(staff: Staff) -> dict[str, object]:
    memberships = staff.memberships.all()
    return {
        "id": f"staff:{staff.pk}",
        "name": staff.name,
        "email": staff.account.email,
        "teams": sorted(m.team.key for m in memberships),
        "leads": sorted(m.team.key for m in memberships if m.leads),
        "skills": sorted(skill.key for skill in staff.skills.all()),
        "duties": sorted(duty.key for duty in staff.duties.all()),
        "left": staff.left_at.isoformat() if staff.left_at else None,
    }


def _words(value: object) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
