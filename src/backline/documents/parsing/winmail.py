"""``winmail.dat``: what one mail program puts into a container of its own where others attach files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tnefparse import TNEF

from backline.documents.parsing import Unreadable

MOST_FILES = 50
MOST_TEXT = 400_000


def unpack(path: str, folder: str) -> Iterator[dict[str, Any]]:
    """Write what is in it to ``folder``: ``{"name", "file"}`` each, at last ``{"text", "html"}``."""
    try:
        opened = TNEF(Path(path).read_bytes(), do_checksum=False)
    except Exception as wrong:
        raise Unreadable("broken", f"it is not what it says: {wrong}") from wrong
    for number, one in enumerate(opened.attachments[:MOST_FILES]):
        content = one.data if isinstance(one.data, bytes) else b""
        if content:
            file = Path(folder) / str(number)
            file.write_bytes(content)
            yield {"name": _name(one), "file": str(file)}
    yield {"text": _text(opened.body), "html": _text(opened.htmlbody)}


def _name(one: Any) -> str:
    try:
        return str(one.long_filename())[:200]
    except (UnicodeError, AttributeError, TypeError):
        return "attachment"


def _text(told: Any) -> str:
    text = told.decode("cp1252", errors="replace") if isinstance(told, bytes) else str(told or "")
    return text.strip("\x00")[:MOST_TEXT]
