"""Mail that another server puts into a Maildir: each message is taken, then moved on. None is seen half written."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from django.utils.text import get_valid_filename

from backline.channels.mail.taking import MessageTooLarge, take_message
from backline.channels.models import Contact

log = logging.getLogger(__name__)


def take_all(folder: Path, *, now: datetime, most: int = 100) -> list[Contact]:
    """Take what lies in ``new``; what was taken goes to ``cur`` as seen, what is too large to ``refused``."""
    waiting = sorted(path for path in (folder / "new").glob("*") if path.is_file()) if folder.is_dir() else []
    return [contact for path in waiting[:most] if (contact := _take(folder, path, now))]


def _take(folder: Path, path: Path, now: datetime) -> Contact | None:
    try:
        contact = take_message(path.read_bytes(), now=now)
    except FileNotFoundError:  # another process was faster
        return None
    except MessageTooLarge:
        log.warning("the message %s is too large", path.name)
        _move(path, folder / "refused", path.name)
        return None
    if contact.result == Contact.Result.TAKING:  # another process has it in hand, or died with it
        return None
    _move(path, folder / "cur", f"{get_valid_filename(path.name.partition(':')[0])}:2,S")
    return contact


def _move(path: Path, folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path.replace(folder / name)
