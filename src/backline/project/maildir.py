"""Outgoing mail kept in a Maildir, where no mail server is named.

Written as every Maildir is: into ``tmp``, onto the disk, then under its name into ``new``. The library's own class
looks the folder over for each message, which costs a quarter of the processor time of a whole case.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage


class MaildirBackend(BaseEmailBackend):
    """Puts each message into the Maildir at ``EMAIL_FILE_PATH``."""

    def __init__(self, *, file_path: str | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.folder = Path(file_path or str(getattr(settings, "EMAIL_FILE_PATH", "mail/out")))

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the messages and answer how many."""
        for message in email_messages:
            self._keep(message.message().as_bytes())
        return len(email_messages)

    def _keep(self, content: bytes) -> None:
        name = f"{time.time():.6f}.{os.getpid()}_{secrets.token_hex(8)}.backline"
        writing = self.folder / "tmp" / name
        try:
            file = writing.open("xb")
        except FileNotFoundError:
            for part in ("tmp", "new", "cur"):
                (self.folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
            file = writing.open("xb")
        with file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        writing.rename(self.folder / "new" / name)
