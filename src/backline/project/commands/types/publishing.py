"""Publishes case types as their next version, past the promise guard."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from backline.project.command import DONE, REFUSED, Refused
from backline.project.commands.types.printing import print_problems, print_versions
from backline.project.starting import start

if TYPE_CHECKING:
    from backline.catalogue.publishing import Verdict
    from backline.people.actors import Actor


def publish_types(args: argparse.Namespace) -> int:
    """Publish each, unless it is wrong or a promise would not be kept."""
    start()
    from django.conf import settings

    from backline.catalogue.drafts import NothingThere, folders_under
    from backline.catalogue.publishing import PublishingRefused, publish
    from backline.engine.definition import DefinitionProblems

    published, wrong, by = [], False, _publisher(args)
    try:
        folders = [folder for path in args.paths or [settings.FOLDER / "types"] for folder in folders_under(path)]
    except NothingThere as nothing:
        raise Refused(str(nothing)) from nothing
    for folder in folders:
        try:
            now, verdict = datetime.now(UTC), _verdict(folder, args)
            published.append(publish(folder=folder, by=by, now=now, note=args.note, verdict=verdict))
        except DefinitionProblems as problems:
            print_problems(problems.problems)
            wrong = True
        except PublishingRefused as refused:
            raise Refused(str(refused)) from refused
    print_versions(published, args)
    return REFUSED if wrong else DONE


def _publisher(args: argparse.Namespace) -> Actor:
    """Who publishes. Against the guard's verdict it has to be somebody with a name."""
    from backline.people.actors import SYSTEM, NoActor, of_account
    from backline.people.models import Account

    if args.despite and not args.by:
        raise Refused("Who publishes a promise that is not kept? Name them with --by EMAIL.")
    if not args.by:
        return SYSTEM
    account = Account.objects.filter(email=args.by.strip().lower()).first()
    try:
        return of_account(account) if account else _nobody(args.by)
    except NoActor:
        return _nobody(args.by)


def _nobody(email: str) -> NoReturn:
    raise Refused(f"Nobody works here who signs in as {email}.")


def _verdict(folder: Path, args: argparse.Namespace) -> Verdict | None:
    """What the promise guard says of the draft."""
    from backline.cases.fittings import fittings
    from backline.insight.promises.guarding import verdict_on

    return verdict_on(folder, calendar=fittings().calendar, now=datetime.now(UTC), reason=args.despite)
