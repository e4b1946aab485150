"""Say what is read in documents, without taking them in."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from backline.project.command import DONE, REFUSED
from backline.project.telling_mail import looks_like_mail

WRONG = ("broken", "encrypted", "too much", "unsupported")
AT_ONCE = 3
"""Each file has a process of its own, and the second reader serves one at a time"""
MANY = 4
"""Files from which on the second reader starts at once: it will be asked, and takes a second to be ready"""
MOST_BYTES = 100 * 1024 * 1024


def add(parser: argparse.ArgumentParser) -> None:
    """Files, and whether as JSON."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true", help="print JSON lines, one a file")


def run(args: argparse.Namespace) -> int:
    """Read each file; refused when one of them could not be read."""
    from backline.project.starting import start

    start(migrated=False)
    status = DONE
    if len(args.files) >= MANY:
        from backline.documents import second_reader

        second_reader.begin()
    with ThreadPoolExecutor(AT_ONCE) as readers:
        read = readers.map(lambda path: list(_documents(path)), args.files)
    for path, documents in zip(args.files, read, strict=True):
        first = documents[0]
        if first["state"] in WRONG:
            print(f"{path}: {first['reason']}", file=sys.stderr)
            status = REFUSED
        if args.json:
            print(json.dumps({"file": str(path), "documents": documents}, ensure_ascii=False))
        else:
            print("\n".join(_words(path, document) for document in documents))
    return status


def _documents(path: Path) -> Iterator[dict[str, Any]]:
    """What is read in a file; a message is read with what is attached to it."""
    from backline.documents.describing import describe_file, nothing_read

    if not path.is_file():
        yield nothing_read("broken", "there is no such file")
    elif not path.stat().st_size:
        yield nothing_read("broken", "the file is empty")
    elif path.stat().st_size > MOST_BYTES:
        yield nothing_read("too much", "the file is too large")
    elif looks_like_mail(_head(path)):
        yield from _message(path)
    else:
        yield describe_file(path)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4096)


def _message(path: Path) -> Iterator[dict[str, Any]]:
    from backline.channels.mail.parsing import parse
    from backline.documents.describing import describe_file, nothing_read

    mail = parse(path.read_bytes())
    head = {"from": mail.sender, "to": ", ".join(mail.to), "subject": mail.subject, "date": mail.header("date")}
    state = ("read", "; ".join(mail.faults)) if mail.text.strip() else ("empty", "no text was found")
    told = nothing_read(*state) | {"kind": "message", "media_type": "message/rfc822", "text": mail.text}
    yield told | {"fields": {n: {"value": v, "confidence": 1.0, "page": 0, "box": None} for n, v in head.items() if v}}
    for one in mail.attachments:
        with tempfile.NamedTemporaryFile(prefix="backline-") as file:
            file.write(one.content)
            file.flush()
            yield {"name": one.name, **describe_file(Path(file.name))}


def _words(path: Path, document: dict[str, Any]) -> str:
    kind = document["kind"] or document["media_type"]
    head = f"{path}: {kind}, pages: {document['pages']}, {document['state']} {document['reason']}".rstrip()
    lines = [
        f"  {name}: {one['value']} (page {one['page']}, {one['confidence']:.0%})"
        for name, one in document["fields"].items()
    ]
    return "\n".join([head, *lines])
