"""Make a new organisation, ready to serve."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from zoneinfo import available_timezones

from backline.project.command import Refused
from backline.project.printing import print_json
from backline.project.starting import start


def add(parser: argparse.ArgumentParser) -> None:
    """Where, and what it is called."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="an empty folder, or one that is not there yet")
    parser.add_argument("--name", default="My organisation")
    parser.add_argument("--time-zone", default="UTC", help="such as Europe/Berlin")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    """Lay the folder out, make its database, and publish its first kind of request."""
    folder: Path = args.folder.resolve()
    _must_be_free(folder, args.time_zone)
    from backline.project.founding import found

    found(folder=folder, name=args.name, time_zone=args.time_zone)
    os.environ["BACKLINE_DATA"] = str(folder)
    start(migrated=False)
    published = _publish_types(folder)
    if args.json:
        print_json({"folder": str(folder), "types": published})
    else:
        print(f"{folder} is ready, with {', '.join(published)}. Next:")
        print(f"  backline --data {folder} staff add NAME --email ADDRESS --administrator --team desk")
        print(f"  backline --data {folder} serve")
    return 0


def _must_be_free(folder: Path, time_zone: str) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(f"{folder} is not empty; name a folder that is not there yet.")
    if not folder.parent.is_dir():
        raise Refused(f"There is no folder {folder.parent}.")
    if time_zone not in available_timezones():
        raise Refused(f"There is no time zone '{time_zone}'; they are called like 'Europe/Berlin'.")


def _publish_types(folder: Path) -> list[str]:
    from django.utils import timezone

    from backline.catalogue.drafts import folders_under
    from backline.catalogue.publishing import publish
    from backline.people.actors import SYSTEM
    from backline.project.serving import make_ready

    make_ready(folder)
    drafts = folders_under(folder / "types")
    return [publish(folder=draft, by=SYSTEM, now=timezone.now(), note="The first").key for draft in drafts]
