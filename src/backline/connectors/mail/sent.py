"""What was sent under which key and reference, in files of the organisation's folder: one for a key."""

from __future__ import annotations

import json
import os
import secrets
import time
from base64 import b32encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

LEFT_S = 120.0
"""So long after it was begun a mail that was not sent is begun again"""


@dataclass(frozen=True, slots=True)
class Sending:
    """One mail of one key. Its reference can't be guessed, so only who has the mail can answer it."""

    path: Path
    reference: str

    @property
    def is_sent(self) -> bool:
        """Whether the mail server has taken it."""
        return self.path.with_suffix(".sent").exists()

    @property
    def is_left(self) -> bool:
        """Whether nobody is at it any more: it got lost on its way, or the process that was at it has died."""
        try:
            return self.path.with_suffix(".lost").exists() or time.time() - self.path.stat().st_mtime > LEFT_S
        except FileNotFoundError:
            return False

    def note_lost(self) -> None:
        """Nobody knows whether the mail server has taken it; the same mail may be sent again."""
        self.path.with_suffix(".lost").touch()

    def note_sent(self) -> None:
        """The mail server has taken it."""
        self.path.with_suffix(".sent").touch()

    def forget(self) -> None:
        """It was not sent."""
        self.path.unlink(missing_ok=True)


class Sent:
    """All mails of a system."""

    def __init__(self, folder: Path, system: str) -> None:
        self._folder = folder / "mail" / "systems" / system

    def of_key(self, key: str) -> Sending | None:
        """What was begun under this key."""
        path = self._path(key)
        try:
            return Sending(path, str(json.loads(path.read_text(encoding="utf-8"))["reference"]))
        except (FileNotFoundError, ValueError, KeyError):
            return None

    def begin(self, key: str) -> Sending | None:
        """Note that a mail of this key will be sent; None where somebody else is at it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._path(key)
        reference = f"BL-{b32encode(secrets.token_bytes(10)).decode()}"
        told = json.dumps({"key": key, "reference": reference}).encode()
        try:
            number = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            return None
        with os.fdopen(number, "wb") as file:
            file.write(told)
            file.flush()
            os.fsync(number)
        return Sending(path, reference)

    def _path(self, key: str) -> Path:
        return self._folder / f"{sha256(key.encode()).hexdigest()[:40]}.json"
