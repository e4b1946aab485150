"""Add colleagues, follow a directory, say how far authority reaches, and list them with teams, skills and duties."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from backline.project.printing import print_columns, print_json
from backline.project.starting import refusing, start

if TYPE_CHECKING:
    from backline.people.directory import Plan
    from backline.people.models import Staff


def add(parser: argparse.ArgumentParser) -> None:
    """``staff add NAME --email ADDRESS``, ``staff level EMAIL TEAM LEVEL``, ``staff sync SYSTEM``, ``staff list``."""
    within = parser.add_subparsers(dest="what", metavar="add|level|sync|list", required=True)
    one = within.add_parser("add", help="add a colleague; the first one should be an --administrator")
    one.add_argument("name")
    one.add_argument("--email", required=True, help="the address with which they sign in")
    one.add_argument("--administrator", action="store_true", help="may add colleagues and tokens")
    one.add_argument("--duty", action="append", default=[], metavar="DUTY", help="analyst, auditor, worker (default)")
    one.add_argument("--team", action="append", default=[], metavar="KEY", help="made where there is none")
    one.add_argument("--leads", action="append", default=[], metavar="KEY", help="a team that they lead")
    one.add_argument("--skill", action="append", default=[], metavar="KEY")
    one.add_argument(
        "--level", action="append", default=[], metavar="TEAM=LEVEL", help="authority in a team: 2, or 5000 EUR"
    )
    one.add_argument("--language", default="")
    one.add_argument(
        "--password-stdin", action="store_true", help="read a password; else they sign in by e-mailed code"
    )
    level = within.add_parser("level", help="say how far a colleague's authority reaches in a team")
    level.add_argument("email")
    level.add_argument("team")
    level.add_argument("level", help='2, or "5000 EUR"; "" takes it away')
    sync = within.add_parser("sync", help="show what a directory would change, and with --do change it")
    sync.add_argument("system", help="a system of the kind ldap")
    sync.add_argument("--do", action="store_true", help="do it; else it is only shown")
    sync.add_argument("--even-if-many-leave", action="store_true")
    for parser_of_one in (one, level, sync, within.add_parser("list", help="list the colleagues")):
        parser_of_one.add_argument("--json", action="store_true")
        parser_of_one.add_argument("--data", metavar="DIR", default=argparse.SUPPRESS, help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Add, say a level, follow a directory, or list."""
    start()
    return {"add": _add, "level": _level, "sync": _sync, "list": _list}[args.what](args)


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
            levels=_levels(args.level),
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


def _level(args: argparse.Namespace) -> int:
    from backline.people.actors import SYSTEM
    from backline.people.models import Staff
    from backline.people.staffing import StaffingRefused, give_level

    with refusing():
        staff = Staff.objects.filter(account__email__iexact=args.email).first()
        if staff is None:
            raise StaffingRefused(f"Nobody who works here has the address “{args.email}”.")
        give_level(by=SYSTEM, staff=staff, team=args.team, level=args.level)
    if args.json:
        print_json(_shown(staff))
    else:
        print(f"{staff.name} has level {args.level or 'none'} in {args.team}.")
    return 0


def _sync(args: argparse.Namespace) -> int:
    from django.utils import timezone

    from backline.people.actors import SYSTEM
    from backline.people.directory import follow
    from backline.project.staff_sync import planned

    plan = planned(args.system)
    if args.do:
        with refusing():
            follow(by=SYSTEM, plan=plan, now=timezone.now(), even_if_drastic=args.even_if_many_leave)
    if args.json:
        print_json({"system": args.system, "done": args.do, **_told(plan)})
        return 0
    for one in plan.joining:
        teams = ", ".join(sorted(one.listed.teams)) or "no team"
        print(f"{'known' if one.staff else 'joins':7} {one.listed.name} <{one.listed.email}>: {teams}")
    for change in plan.changes:
        parts = [f"+{team}" for team in change.joins] + [f"-{team}" for team in change.leaves]
        print(f"{'changes':7} {change.staff.name}: {', '.join([*parts, *([change.name] if change.name else [])])}")
    for staff in plan.leaving:
        print(f"{'leaves':7} {staff.name}")
    for doubt in plan.doubts:
        print(f"{'look':7} {doubt}")
    print("Done." if args.do else f"Nothing was changed. Do it: backline staff sync {args.system} --do")
    return 0


def _told(plan: Plan) -> dict[str, object]:
    return {
        "joining": [
            {"name": one.listed.name, "email": one.listed.email, "teams": sorted(one.listed.teams),
             "known": one.staff is not None}
            for one in plan.joining
        ],
        "changes": [
            {"staff": f"staff:{one.staff.pk}", "joins": one.joins, "leaves": one.leaves, "name": one.name}
            for one in plan.changes
        ],
        "leaving": [{"staff": f"staff:{one.pk}", "name": one.name} for one in plan.leaving],
        "doubts": plan.doubts,
    }  # fmt: skip


def _list(args: argparse.Namespace) -> int:
    from backline.people.models import Staff

    everybody = Staff.objects.select_related("account").prefetch_related("memberships__team", "skills", "duties")
    shown = [_shown(staff) for staff in everybody.order_by("pk")]
    if args.json:
        print_json(shown)
    else:
        titles = ("id", "name", "email", "teams", "levels", "skills", "duties")
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
        "levels": {m.team.key: m.level for m in memberships if m.level},
        "skills": sorted(skill.key for skill in staff.skills.all()),
        "duties": sorted(duty.key for duty in staff.duties.all()),
        "left": staff.left_at.isoformat() if staff.left_at else None,
    }


def _levels(told: list[str]) -> dict[str, str]:
    """``TEAM=LEVEL`` as it was typed."""
    return {team: level for team, _, level in (one.partition("=") for one in told)}


def _words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {level}" for key, level in sorted(value.items()))
    return ", ".join(value) if isinstance(value, list) else str(value)
