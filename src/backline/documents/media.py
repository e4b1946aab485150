"""What a content is, told by its first bytes and never by its name."""

from __future__ import annotations

import puremagic

UNKNOWN = "application/octet-stream"
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
)
"""Those that are read here, told without asking further"""
PICTURES = frozenset({"image/png", "image/jpeg", "image/tiff", "image/gif", "image/bmp", "image/webp"})
PDF = "application/pdf"
TEXT = "text/plain"
PDF_MAY_START_WITHIN = 1024
TEXT_SAMPLE = 4096


def media_type(content: bytes) -> str:
    """The media type of a content: ``application/octet-stream`` where nothing is known of it."""
    head = content[:PDF_MAY_START_WITHIN]
    if b"%PDF-" in head:
        return PDF
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    for signature, media in SIGNATURES:
        if head.startswith(signature):
            return media
    return TEXT if _is_text(content[:TEXT_SAMPLE]) else _by_magic(content)


def _is_text(sample: bytes) -> bool:
    if not sample or b"\x00" in sample:
        return False
    printable = sum(byte >= 0x20 or byte in b"\t\n\r\f\x1b" for byte in sample)
    if printable != len(sample):
        return False
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError as wrong:
        return wrong.start >= len(sample) - 3
    return True


def _by_magic(content: bytes) -> str:
    try:
        return str(puremagic.from_string(content[: 64 * 1024], mime=True)) or UNKNOWN
    except (puremagic.PureError, ValueError):
        return UNKNOWN
