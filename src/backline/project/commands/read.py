"""Say what is read in documents, without taking them in."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from backline.project.command import DONE, REFUSED

WRONG = ("broken", "encrypted", "too much", "unsupported")


def add(parser: argparse.ArgumentParser) -> None:
    """Files, and whether as JSON."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true", help="print JSON lines, one a file")


def run(args: argparse.Namespace) -> int:
    """Read each file; refused when one of them could not be read."""
    from backline.project.starting import start

    start(migrated=False)
    from backline.documents.describing import describe_file

    status = DONE
    for path in args.files:
        if not path.is_file() or not path.stat().st_size:
            print(f"{path}: there is no such file, or it is empty", file=sys.stderr)
            status = REFUSED
            continue
        document = describe_file(path)
        if document["state"] in WRONG:
            print(f"{path}: {document['reason']}", file=sys.stderr)
            status = REFUSED
        print(
            json.dumps({"file": str(path), "documents": [document]}, ensure_ascii=False)
            if args.json
            else _words(path, document)
        )
    return status


def _words(path: Path, document: dict[str, Any]) -> str:
    kind = document["kind"] or document["media_type"]
    head = f"{path}: {kind}, pages: {document['pages']}, {document['state']} {document['reason']}".rstrip()
    lines = [
        f"  {name}: {one['value']} (page {one['page']}, {one['confidence']:.0%})"
        for name, one in document["fields"].items()
    ]
    return "\n".join([head, *lines])
