"""Signed links open without a sign-in: whoever reads a log must not be able to follow one. And one line is one line:
nobody writes another into it by an address with a line's end in it."""

from __future__ import annotations

import logging
import re

SECRET_PATH = re.compile(r"(/(?:link|address)/)[^\s/?#'\"]+")
UNSEEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class WithoutLinks(logging.Filter):
    """Takes the secret part of a link out of what is logged."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record is let through, its secrets and its ends of lines are not."""
        told = record.getMessage()
        plain = UNSEEN.sub(_spelt, SECRET_PATH.sub(r"\1…", told))
        if plain != told:
            record.msg, record.args = plain, None
        return True


def _spelt(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()
