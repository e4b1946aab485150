"""What sort of message it is: from a person, or from a machine that must never be answered."""

from __future__ import annotations

import re
from typing import Literal

from backline.channels.mail.parsing import ParsedMail

Sort = Literal["person", "auto-reply", "bounce", "loop", "bulk"]
OUR_MARK = "x-backline-message"
"""Stands in each message that goes out: one that comes back with it is our own"""
DAEMONS = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon|mdaemon|bounce[s]?(?:[-+=].*)?)@")
NO_REPLY = re.compile(r"^(?:no-?reply|do-?not-?reply|nobody|noreply[-+].*)@")
AWAY = re.compile(
    r"^(?:auto(?:matic|matische?)?[\s:-]*(?:reply|response|antwort|antwoord)|réponse automatique|respuesta automática"
    r"|out of (?:the )?office|abwesenheit|ich bin nicht im|absence du bureau|absent du bureau|fuera de la oficina"
    r"|afwezig|autosvar)",
    re.I,
)
UNDELIVERED = re.compile(
    r"undeliver|delivery (?:status notification|has failed|failure)|mail delivery (?:failed|system)|returned mail"
    r"|failure notice|unzustellbar|non remis|no entregado",
    re.I,
)


def sort_of(mail: ParsedMail, *, own_addresses: frozenset[str]) -> Sort:
    """The sort of a message; ``own_addresses`` are those from which we write."""
    if mail.header(OUR_MARK) or (mail.sender in own_addresses):
        return "loop"
    if _is_bounce(mail):
        return "bounce"
    if _is_automatic(mail):
        return "auto-reply"
    if mail.header("precedence").lower() in ("bulk", "list", "junk") or mail.header("list-unsubscribe"):
        return "bulk"
    return "person"


def may_be_answered(mail: ParsedMail, sort: Sort) -> bool:
    """Whether a machine may answer this: a person sent it, from an address that takes mail."""
    empty_path = mail.header("return-path").strip() == "<>"
    return sort == "person" and "@" in mail.sender and not empty_path and not NO_REPLY.match(mail.sender)


def _is_bounce(mail: ParsedMail) -> bool:
    if mail.content_type == "multipart/report" and mail.report_type == "delivery-status":
        return True
    if any(part.get_content_type() == "message/delivery-status" for part in mail.reports) or mail.header(
        "x-failed-recipients"
    ):
        return True
    return bool(DAEMONS.match(mail.sender) and UNDELIVERED.search(mail.subject))


def _is_automatic(mail: ParsedMail) -> bool:
    submitted = mail.header("auto-submitted").partition(";")[0].strip().lower()
    if submitted and submitted != "no":
        return True
    told = ("x-autoreply", "x-autorespond", "x-auto-reply", "x-autoresponder", "x-mail-autoreply")
    if any(mail.header(name) for name in told) or mail.header("precedence").lower() in ("auto_reply", "auto-reply"):
        return True
    if mail.report_type == "disposition-notification":
        return True
    return bool(AWAY.match(mail.subject))
