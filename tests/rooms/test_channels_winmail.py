"""What one mail program hides in a winmail.dat comes out of it; what pretends to be one stays what it is."""

from __future__ import annotations

import struct
from email.message import EmailMessage

import pytest

from backline.channels.mail.parsing import parse

MESSAGE, ATTACHMENT = 1, 2
BODY, BEGIN, TITLE, DATA = 0x0002800C, 0x00069002, 0x00018010, 0x0006800F


def piece(level: int, kind: int, data: bytes) -> bytes:
    """One attribute, as the format writes it."""
    return struct.pack("<BII", level, kind, len(data)) + data + struct.pack("<H", sum(data) % 65536)


def winmail(*files: tuple[str, bytes], body: bytes = b"") -> bytes:
    """A container with these files."""
    pieces = [piece(MESSAGE, BODY, body + b"\x00")] if body else []
    for name, content in files:
        pieces += [
            piece(ATTACHMENT, BEGIN, b"\x00" * 14),
            piece(ATTACHMENT, TITLE, name.encode() + b"\x00"),
            piece(ATTACHMENT, DATA, content),
        ]
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(pieces) + b"\x00" * 12


def mail(content: bytes, text: str = "See the bill.") -> bytes:
    """A message with it."""
    message = EmailMessage()
    message["From"] = "ann@example.org"
    message.set_content(text)
    message.add_attachment(content, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    return message.as_bytes()


def test_files_come_out_with_their_names() -> None:
    told = parse(mail(winmail(("bill.pdf", b"%PDF-1.4 bill"), ("photo.jpg", b"\xff\xd8 photo"))))
    assert [(one.name, one.media_type, one.content) for one in told.attachments] == [
        ("bill.pdf", "application/pdf", b"%PDF-1.4 bill"),
        ("photo.jpg", "image/jpeg", b"\xff\xd8 photo"),
    ]
    assert told.text.strip() == "See the bill."


def test_the_text_in_it_counts_where_the_message_has_none() -> None:
    assert parse(mail(winmail(body=b"I moved house."), text="")).text.strip() == "I moved house."


@pytest.mark.parametrize("content", [b"\x00", b"not one at all", struct.pack("<IH", 0x223E9F78, 1) + b"\xff" * 40])
def test_what_can_not_be_opened_is_kept_and_named_as_what_it_says(content: bytes) -> None:
    told = parse(mail(content))
    assert [(one.name, one.part) for one in told.attachments] in ([("winmail.dat", "winmail")], [])
    assert told.text.strip() == "See the bill."


def test_a_million_empty_pieces_end_at_the_limit_and_nothing_is_lost() -> None:
    hostile = struct.pack("<IH", 0x223E9F78, 1) + piece(MESSAGE, BODY, b"") * 400_000
    told = parse(mail(hostile))
    assert [(one.name, one.part) for one in told.attachments] == [("winmail.dat", "winmail")]
