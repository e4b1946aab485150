"""Issue, list and revoke the tokens with which programs use the API."""

from __future__ import annotations

import argparse
from datetime import timedelta
from typing import TYPE_CHECKING

from backline.project.command import Refused
from backline.project.printing import print_columns, print_json
from backline.project.starting import refusing, start

if TYPE_CHECKING:
    from backline.people.models import Token


def add(parser: argparse.ArgumentParser) -> None:
    """``token add NAME --scope SCOPE``, ``token list``, ``token revoke PREFIX``."""
    within = parser.add_subparsers(dest="what", metavar="add|list|revoke", required=True)
    issue = within.add_parser("add", help="issue a token; it is shown once")
    issue.add_argument("name", help="the program that will hold it")
    issue.add_argument("--scope", action="append", default=[], metavar="SCOPE", help="cases:read, cases:write, ...")
    issue.add_argument("--days", type=int, help="how long it is good for; without it, until it is revoked")
    revoke = within.add_parser("revoke", help="make a token good for nothing")
    revoke.add_argument("prefix", help="as 'token list' shows it")
    for parser_of_one in (issue, revoke, within.add_parser("list", help="list the tokens")):
        parser_of_one.add_argument("--json", action="store_true")
        parser_of_one.add_argument("--data", metavar="DIR", default=argparse.SUPPRESS, help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Issue, list or revoke."""
    start()
    return {"add": _add, "list": _list, "revoke": _revoke}[args.what](args)


def _add(args: argparse.Namespace) -> int:
    from django.utils import timezone

    from backline.people import tokens
    from backline.people.actors import SYSTEM

    now = timezone.now()
    expires_at = now + timedelta(days=args.days) if args.days is not None else None
    with refusing():
        issued = tokens.issue(by=SYSTEM, name=args.name, scopes=args.scope, expires_at=expires_at, now=now)
    if args.json:
        print_json({**_shown(issued.token), "token": issued.secret})
    else:
        print(issued.secret)
    return 0


def _list(args: argparse.Namespace) -> int:
    from backline.people.models import Token

    shown = [_shown(token) for token in Token.objects.order_by("pk")]
    if args.json:
        print_json(shown)
    else:
        titles = ("prefix", "name", "scopes", "expires", "last_used", "revoked")
        print_columns(titles, [[_words(one[title]) for title in titles] for one in shown])
    return 0


def _revoke(args: argparse.Namespace) -> int:
    from django.utils import timezone

    from backline.people import tokens
    from backline.people.actors import SYSTEM
    from backline.people.models import Token

    token = Token.objects.filter(prefix=args.prefix).first()
    if token is None:
        raise Refused(
            f"There is no token with the prefix '{args.prefix}'; 'backline token list' shows those there are."
        )
    token = tokens.revoke(by=SYSTEM, token=token, now=timezone.now())
    if args.json:
        print_json(_shown(token))
    else:
        print(f"{token.name} can't use its token any more.")
    return 0


def _shown(token: Token) -> dict[str, object]:
    times = {"created": token.created_at, "expires": token.expires_at, "last_used": token.last_used_at}
    times["revoked"] = token.revoked_at
    return {
        "id": f"token:{token.pk}",
        "name": token.name,
        "prefix": token.prefix,
        "scopes": token.scopes,
        **{name: moment.isoformat(timespec="seconds") if moment else None for name, moment in times.items()},
    }


def _words(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    return "" if value is None else str(value)
