"""Put back what a backup holds."""

from __future__ import annotations

import argparse
from pathlib import Path

from backline.project.command import Refused
from backline.project.printing import print_json
from backline.project.starting import start


def add(parser: argparse.ArgumentParser) -> None:
    """The archive, and whether it may replace what is there."""
    parser.add_argument("file", type=Path)
    parser.add_argument("--force", action="store_true", help="replace the organisation that is there")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    """Restore, while nothing serves the folder."""
    if not args.file.is_file():
        raise Refused(f"There is no file {args.file}.")
    folder = start(migrated=False)
    from backline.project.locking import FolderBusy, hold
    from backline.project.restoring import restore

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with hold(folder):
            manifest = restore(archive=args.file.resolve(), folder=folder, force=args.force)
    except FolderBusy as busy:
        raise Refused(str(busy))
    if args.json:
        print_json({"folder": str(folder), "files": manifest["files"], "made_at": manifest["made_at"]})
    else:
        print(f"{folder} is as it was at {manifest['made_at']}. Run 'backline migrate' before you serve it.")
    return 0
