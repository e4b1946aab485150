"""Outgoing mail kept in a Maildir, where no mail server is named."""

from __future__ import annotations

import mailbox
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
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        box = mailbox.Maildir(self.folder, create=True)
        for message in email_messages:
            box.add(message.message().as_bytes())
        return len(email_messages)
