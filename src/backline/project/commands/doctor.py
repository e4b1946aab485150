"""Check the database, storage, readers, connectors, mail and clock."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from backline.project.printing import print_columns, print_json
from backline.project.starting import start


def add(parser: argparse.ArgumentParser) -> None:
    """No options but --json."""
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    """Print what was found; 1 where something needed does not work."""
    folder = start(migrated=False)
    from django.conf import settings
    from django.utils import timezone

    from backline.project.examining import examine

    found = examine(settings.ORGANISATION, now=timezone.now())
    well = all(finding.ok or not finding.needed for finding in found)
    if args.json:
        print_json({"ok": well, "folder": str(folder), "checks": [asdict(finding) for finding in found]})
    else:
        marks = [("ok" if f.ok else "WRONG" if f.needed else "missing", f.check, f.detail) for f in found]
        print_columns(("", "check", "detail"), marks)
    return 0 if well else 1
