"""Whether a file is an e-mail, told from how it begins."""

from __future__ import annotations

import re

HEADER = re.compile(rb"\A(?:From [^\n]+\n|>From [^\n]+\n)?(?:[!-9;-~]{1,60}:[ \t\r\n])")
SURE_HEADER = re.compile(rb"^(?:From|To|Subject|Date|Message-ID|Received|MIME-Version|Return-Path):", re.M | re.I)


def looks_like_mail(content: bytes) -> bool:
    """Whether it begins with the head of a message."""
    head = content[:4096].replace(b"\r\n", b"\n")
    return bool(HEADER.match(head) and SURE_HEADER.search(head))
