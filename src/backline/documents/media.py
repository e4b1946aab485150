"""What a content is, told by its first bytes and never by its name."""

from __future__ import annotations

from pathlib import Path

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
MESSAGE = "message/rfc822"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
OPEN_TEXT = "application/vnd.oasis.opendocument.text"
OPEN_SHEET = "application/vnd.oasis.opendocument.spreadsheet"
BINARY_SHEET = "application/vnd.ms-excel.sheet.binary.macroenabled.12"
OLD_SHEET = "application/vnd.ms-excel"
OLD_WORD = "application/msword"
OUTLOOK = "application/vnd.ms-outlook"
ZIP = "application/zip"
OFFICE = frozenset({WORD, SHEET, SLIDES, OPEN_TEXT, OPEN_SHEET, BINARY_SHEET, OLD_SHEET})
WITHIN_ZIP: tuple[tuple[bytes, str], ...] = (
    (b"word/document.xml", WORD),
    (b"xl/workbook.xml", SHEET),
    (b"xl/workbook.bin", BINARY_SHEET),
    (b"ppt/presentation.xml", SLIDES),
    (b"mimetype" + OPEN_TEXT.encode(), OPEN_TEXT),
    (b"mimetype" + OPEN_SHEET.encode(), OPEN_SHEET),
)
"""Names of parts as they stand, unpacked, in the list of contents at the end or at the very beginning"""
WITHIN_OLE: tuple[tuple[str, str], ...] = (
    ("Workbook", OLD_SHEET),
    ("WordDocument", OLD_WORD),
    ("__properties_version1.0", OUTLOOK),
)
MOST_CONTENTS = 256 * 1024
"""How much of the end of an archive is looked at"""
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
    if head.startswith(b"PK\x03\x04"):
        ends = head + content[-MOST_CONTENTS:]
        return next((media for name, media in WITHIN_ZIP if name in ends), ZIP)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return next((media for name, media in WITHIN_OLE if name.encode("utf-16-le") in content), UNKNOWN)
    return TEXT if _is_text(content[:TEXT_SAMPLE]) else _by_magic(content)


def media_type_of(path: Path) -> str:
    """The media type of a file, of which only the beginning and the end are read."""
    with path.open("rb") as file:
        head = file.read(MOST_CONTENTS)
        file.seek(max(len(head), path.stat().st_size - MOST_CONTENTS))
        return media_type(head + file.read(MOST_CONTENTS))


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
    import puremagic  # a large table, which the parser of documents never needs

    try:
        return str(puremagic.from_string(content[: 64 * 1024], mime=True)) or UNKNOWN
    except (puremagic.PureError, ValueError):
        return UNKNOWN
