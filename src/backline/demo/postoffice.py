"""A small mail server on loopback: mail for the reply domain goes to Backline by LMTP, all other into one Maildir.

No mail leaves the machine. ``X-Delivered-To`` says for whom a message is.
"""

from __future__ import annotations

import asyncio
import mailbox
import smtplib
import sys
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

FOR = "X-Delivered-To"
MOST_BYTES = 50 * 1024 * 1024


class PostOffice:
    """Takes each message for good before it says so."""

    def __init__(self, *, maildir: Path, lmtp_port: int, reply_domain: str) -> None:
        maildir.parent.mkdir(parents=True, exist_ok=True)
        self._box = mailbox.Maildir(maildir, create=True)
        self._lmtp_port, self._domain = lmtp_port, reply_domain.lower()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Deliver one message to each of its recipients."""
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        ours = [to for to in envelope.rcpt_tos if to.lower().endswith(f"@{self._domain}")]
        if ours:
            try:
                await asyncio.to_thread(self._hand_over, envelope.mail_from or "", ours, content)
            except (OSError, smtplib.SMTPException) as wrong:
                return f"451 Backline did not take it: {wrong}"
        for to in envelope.rcpt_tos:
            if to not in ours:
                self._keep(to, content)
        return "250 Taken"

    def _hand_over(self, sender: str, recipients: list[str], content: bytes) -> None:
        with smtplib.LMTP("127.0.0.1", self._lmtp_port) as backline:
            backline.sendmail(sender, recipients, content)

    def _keep(self, recipient: str, content: bytes) -> None:
        message = message_from_bytes(content, policy=policy.SMTP)
        message[FOR] = recipient
        self._box.add(message.as_bytes())


async def main(arguments: list[str]) -> None:
    """Serve until whoever started this lets go; says the port first."""
    maildir, lmtp_port, domain = arguments
    office = PostOffice(maildir=Path(maildir), lmtp_port=int(lmtp_port), reply_domain=domain)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(office, data_size_limit=MOST_BYTES), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
