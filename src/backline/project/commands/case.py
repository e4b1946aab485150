"""Open a case, say facts of it, look at it, and ask why something in it is so."""

from __future__ import annotations

import argparse
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backline.project.command import Refused
from backline.project.printing import print_columns, print_json
from backline.project.starting import refusing, start

if TYPE_CHECKING:
    from backline.cases.models import Case
    from backline.cases.showing.views import CaseView
    from backline.people.actors import Actor
    from backline.people.models import Party

CHANNEL = "command line"
PURPOSE = "command line"


def add(parser: argparse.ArgumentParser) -> None:
    """``case open TYPE``, ``case set CASE``, ``case show CASE``, ``case why CASE FACT``, ``case export CASE FILE``."""
    within = parser.add_subparsers(dest="what", metavar="open|set|show|why|export", required=True)
    opened = _sub(within, "open", "open a case and do at once what can be done")
    opened.add_argument("type", metavar="TYPE")
    opened.add_argument(
        "--party", default="", metavar="IDENTIFIER", help="whom it is for: an e-mail address, KIND:VALUE"
    )
    opened.add_argument("--role", action="append", default=[], metavar="ROLE=IDENTIFIER", help="who else takes part")
    opened.add_argument("--set", action="append", default=[], dest="facts", metavar="NAME=VALUE")
    opened.add_argument("--once", default="", metavar="TOKEN", help="the same token again opens no second case")
    told = _sub(within, "set", "say facts: as a change, or as a correction")
    told.add_argument("case", metavar="CASE")
    told.add_argument("facts", nargs="+", metavar="NAME=VALUE")
    told.add_argument("--by", default="", metavar="IDENTIFIER", help="who says so; the organisation itself without it")
    told.add_argument("--correct", action="store_true", help="it never was otherwise")
    told.add_argument("--reason", default="")
    _sub(within, "show", "the case with its timeline").add_argument("case", metavar="CASE")
    exported = _sub(within, "export", "the whole case as one archive with an index")
    exported.add_argument("case", metavar="CASE")
    exported.add_argument("file", metavar="FILE", type=Path)
    reasons = _sub(within, "why", "the reasons behind a fact")
    reasons.add_argument("case", metavar="CASE")
    reasons.add_argument("fact", metavar="FACT")


def run(args: argparse.Namespace) -> int:
    """Do it."""
    start()
    with refusing():
        {"open": _open, "set": _set, "show": _show, "why": _why, "export": _export}[args.what](args)
    return 0


def _sub(within: Any, name: str, words: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = within.add_parser(name, help=words, description=words)
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")
    return parser


def _open(args: argparse.Namespace) -> None:
    from backline.cases.effects.performing import perform_planned
    from backline.cases.openings.opening import open_case
    from backline.catalogue.versions import VersionNotFound, load_current
    from backline.people.actors import SYSTEM, of_party

    now = datetime.now(UTC)
    try:
        definition = load_current(args.type).definition
    except VersionNotFound as missing:
        raise Refused(f"{missing} 'backline types list' names what there is.")
    roles = dict(_pair(text) for text in args.role)
    if args.party:
        roles.setdefault(definition.for_, args.party)
    parties = {role: _party(identifier, now=now, make=True) for role, identifier in roles.items()}
    who = parties.get(definition.for_)
    case = open_case(
        type_key=args.type,
        by=of_party(who) if who and not args.role else SYSTEM,
        channel=CHANNEL,
        parties={role: party.pk for role, party in parties.items()},
        facts=dict(_pair(text) for text in args.facts),
        now=now,
        present=definition.for_ if who else "",
        once=args.once,
    )
    _print(perform_planned(case, now), args.json)


def _set(args: argparse.Namespace) -> None:
    from backline.cases.asserting import assert_facts
    from backline.cases.effects.performing import perform_planned
    from backline.cases.reach import load_case
    from backline.people.actors import SYSTEM

    now = datetime.now(UTC)
    by = _actor(args.by, now) if args.by else SYSTEM
    case = assert_facts(
        case=load_case(args.case, by, now=now),
        by=by,
        channel=CHANNEL,
        facts=dict(_pair(text) for text in args.facts),
        correct=args.correct,
        reason=args.reason,
        now=now,
    )
    _print(perform_planned(case, now), args.json)


def _show(args: argparse.Namespace) -> None:
    from backline.cases.reach import load_case
    from backline.people.actors import SYSTEM

    _print(load_case(args.case, SYSTEM), args.json, timeline=True)


def _export(args: argparse.Namespace) -> None:
    from django.conf import settings

    from backline.cases.reach import load_case
    from backline.cases.showing.viewing import view_case
    from backline.people.actors import SYSTEM
    from backline.web.ui.archiving import archive

    if args.file.exists():
        raise Refused(f"{args.file} is there already.")
    case, language = load_case(args.case, SYSTEM), settings.ORGANISATION.languages[0]
    view = view_case(case=case, by=SYSTEM, purpose=PURPOSE, language=language, now=datetime.now(UTC))
    with archive(case, view) as packed, args.file.open("xb") as written:
        shutil.copyfileobj(packed, written)
    told = {"case": view.reference, "file": str(args.file), "bytes": args.file.stat().st_size}
    print_json(told) if args.json else print(f"{view.reference}: {told['bytes']} bytes in {args.file}")


def _why(args: argparse.Namespace) -> None:
    from dataclasses import asdict

    from backline.cases.facts import split
    from backline.cases.reach import load_case
    from backline.cases.showing.reasons import why
    from backline.people.actors import SYSTEM

    name, item = split(args.fact)
    case = load_case(args.case, SYSTEM)
    explanation = why(case=case, by=SYSTEM, fact=name, item=item, purpose=PURPOSE, now=datetime.now(UTC))
    print_json(_plain(asdict(explanation))) if args.json else print(explanation)


def _print(case: Case, json: bool, *, timeline: bool = False) -> None:
    from django.conf import settings

    from backline.cases.showing.printing import as_json
    from backline.cases.showing.viewing import view_case
    from backline.people.actors import SYSTEM

    language = settings.ORGANISATION.languages[0]
    view = view_case(case=case, by=SYSTEM, purpose=PURPOSE, language=language, now=datetime.now(UTC))
    if json:
        print_json(as_json(view, timeline=timeline))
    else:
        _print_words(view, timeline)


def _print_words(view: CaseView, timeline: bool) -> None:
    outcome = f", {view.outcome_label}" if view.outcome else ""
    print(f"{view.reference}  {view.title}  ({view.state}{outcome})")
    if view.say:
        print(view.say)
    _table(("fact", "value", "source"), [(f.path, f.shown or f.status, f.source_words) for f in view.facts])
    _table(("wanted", "from", "who"), [(w.path or w.label, w.kind, w.who_words) for w in view.wanted])
    _table(("promise", "state", ""), [(p.name, p.state, p.words) for p in view.promises])
    if timeline:
        _table(("when", "what", "who"), [(f"{e.at:%F %T}", e.words, e.who) for e in view.timeline])


def _table(titles: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    if rows:
        print()
        print_columns(titles, rows)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise Refused(f"'{text}' is not NAME=VALUE.")
    return name, value


def _party(identifier: str, *, now: datetime, make: bool) -> Party:
    """The party of this identifier: an address, a number, or ``KIND:VALUE``."""
    from backline.people import identifiers, parties

    kind, colon, value = identifier.partition(":")
    if not colon:
        kind, value = identifiers.kind_of(identifier), identifier
    found = parties.find_by_identifier(kind, value) or next(iter(parties.claimants_of(kind, value)), None)
    if found is None and not make:
        raise Refused(f"Nobody here is known by '{identifier}'.")
    return found or parties.create_party(now=now, claims={kind: value})


def _actor(identifier: str, now: datetime) -> Actor:
    """A colleague with this e-mail address, else the party."""
    from backline.people.actors import of_account, of_party
    from backline.people.models import Account

    account = Account.objects.filter(email__iexact=identifier, staff__isnull=False).first()
    return of_account(account) if account else of_party(_party(identifier, now=now, make=False))


def _plain(value: Any) -> Any:
    """JSON of a tree of reasons."""
    from backline.engine import values

    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return values.encode(value)
