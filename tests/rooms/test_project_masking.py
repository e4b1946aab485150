"""What the log never holds: links that open something, and lines that somebody else wrote."""

from __future__ import annotations

import logging

import pytest

from backline.project.masking import WithoutLinks


def logged(message: str, *args: object) -> str:
    record = logging.LogRecord("backline.web", logging.WARNING, "", 0, message, args, None)
    assert WithoutLinks().filter(record)
    return record.getMessage()


@pytest.mark.parametrize("address", ["/link/s3cret.sign", "/drafts/link/s3cret:sign", "/address/s3cret:sign:1",
                                     "/chat/address/s3cret:sign"])  # fmt: skip
def test_no_signed_link_stands_in_the_log(address: str) -> None:
    told = logged("%s 410 GET %s", "K7F2-9QXM", address)
    assert "s3cret" not in told
    assert address.rpartition("/")[0] in told


def test_a_line_of_the_log_stays_one_line() -> None:
    told = logged("404 GET %s not_found", "/work/\n2026-11-22 ERROR root: all is lost\r\x1b[2J\u2028x")
    assert told.isprintable()
    assert told == r"404 GET /work/\n2026-11-22 ERROR root: all is lost\r\x1b[2J\u2028x not_found"
    assert logged("%s: 3 of 5", "jobs") == "jobs: 3 of 5"
