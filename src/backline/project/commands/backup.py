"""Write one consistent archive of the database and the folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from backline.project.command import Refused
from backline.project.printing import print_json
from backline.project.starting import start


def add(parser: argparse.ArgumentParser) -> None:
    """The archive, which must not be there yet."""
    parser.add_argument("file", type=Path, help="where to write it, such as meridian.tar.gz; it holds secrets")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    """Back up while the organisation goes on working."""
    folder = start()
    from django.conf import settings
    from django.utils import timezone

    from backline.project.archiving import back_up

    archive: Path = args.file.resolve()
    if archive.exists():
        raise Refused(f"{archive} is there already; name another file.")
    if not archive.parent.is_dir():
        raise Refused(f"There is no folder {archive.parent}.")
    manifest = back_up(folder=folder, archive=archive, now=timezone.now())
    size = archive.stat().st_size
    if args.json:
        print_json({"file": str(archive), "bytes": size, "files": manifest["files"], "made_at": manifest["made_at"]})
    else:
        print(f"The database and {manifest['files']} files are in {archive} ({size:,} bytes). Keep it safe.")
        if settings.ORGANISATION.files.kind != "folder":
            print("The documents stay in their store, which keeps copies of its own; they are not in the archive.")
    return 0
