"""Letters as archival, accessible PDF (PDF/A-2a and PDF/UA-1), set by typst in one good layout."""

from __future__ import annotations

import base64
import calendar
import functools
import io
import json
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from importlib import resources
from typing import Any, Literal

import segno
import typst
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from PIL import Image

from backline.documents import media
from backline.documents.prose import Block, Line, plain_line

STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]
_setting = threading.Lock()
"""The kept compiler serves one letter at a time; a letter takes some milliseconds"""


class LetterFailed(Exception):
    """The letter could not be set; the message is for whoever made the template."""


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """Who writes: the organisation as its letters show it."""

    name: str
    colour: str = "#1d4ed8"
    logo: bytes = b""
    """An SVG, PNG or JPEG; none is shown where it is empty"""
    address: str = ""
    """One line, above the recipient in the window"""
    foot: Sequence[str] = field(default_factory=tuple)
    """Lines at the foot: address, phone, register"""


def make_letter(
    *,
    letterhead: Letterhead,
    recipient: Sequence[str],
    subject: str,
    blocks: Sequence[Block],
    reference: str,
    language: str,
    date: date,
    code: str = "",
) -> bytes:
    """The letter as a PDF. ``blocks`` are filled; ``code`` is what the QR code says (the reference where empty).

    Same content, same bytes. Raises ``LetterFailed``.
    """
    with translation.override(language):
        told = {
            "head": _head(letterhead),
            "recipient": [line for line in recipient if line.strip()],
            "subject": subject,
            "blocks": [_block(block) for block in blocks],
            "reference": reference,
            "language": language.partition("-")[0],
            "date": date_format(date, "j F Y" if language.startswith("en") else "DATE_FORMAT"),
            "code": _code(code or reference),
            "words": _words(),
        }
    try:
        with _setting:
            return _set(json.dumps(told), calendar.timegm(date.timetuple()))
    except typst.TypstError as wrong:
        raise LetterFailed(str(wrong)) from wrong


def _set(told: str, stamp: int) -> bytes:
    pdf = _compiler().compile(format="pdf", sys_inputs={"letter": told}, pdf_standards=[*STANDARDS], timestamp=stamp)
    return pdf if isinstance(pdf, bytes) else b"".join(pdf or [])


@functools.cache
def _compiler() -> typst.Compiler:
    """Kept, since it knows the fonts already. It has a root of its own: nothing else on the disk can be read."""
    parts = resources.files("backline.documents") / "letter_parts"
    with resources.as_file(parts) as folder:
        fonts = typst.Fonts(include_system_fonts=False, font_paths=[folder / "fonts"])
        return typst.Compiler(input=folder / "letter.typ", root=folder, font_paths=fonts)


def _head(letterhead: Letterhead) -> dict[str, Any]:
    return {
        "name": letterhead.name,
        "colour": letterhead.colour,
        "logo": _as_svg(letterhead.logo),
        "address": letterhead.address or letterhead.name,
        "foot": list(letterhead.foot) or [letterhead.name],
    }


def _as_svg(picture: bytes) -> str:
    """A picture as a text that travels with the other data; a bitmap is wrapped."""
    if not picture:
        return ""
    kind = media.media_type(picture)
    if kind not in ("image/png", "image/jpeg"):
        return picture.decode("utf-8", errors="replace") if b"<svg" in picture[:2000] else ""
    with Image.open(io.BytesIO(picture)) as image:
        width, height = image.size
    data = base64.b64encode(picture).decode()
    spaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    wrapped = f'<image width="{width}" height="{height}" xlink:href="data:{kind};base64,{data}"/>'
    return f'<svg {spaces} viewBox="0 0 {width} {height}">{wrapped}</svg>'


def _code(text: str) -> str:
    """A QR code as SVG, with enough redundancy to survive a fax."""
    out = io.BytesIO()
    segno.make(text, error="q", micro=False).save(out, kind="svg", border=0, xmldecl=False, svgns=True)
    return out.getvalue().decode()


def _words() -> dict[str, str]:
    return {
        "reference": _("Your reference"),
        "date": _("Date"),
        "page": _("Page"),
        "of": _("of"),
        "code": _("Please keep this code with any reply on paper: it says which request it belongs to."),
        "code_alt": _("QR code with the reference of this request"),
        "logo_alt": _("Logo"),
    }


def _block(block: Block) -> dict[str, Any]:
    return {
        "kind": block.kind,
        "lines": [_line(line) for line in block.lines],
        "rows": [[_line(cell) for cell in row] for row in block.rows],
    }


def _line(line: Line) -> list[dict[str, Any]]:
    return [asdict(span) | {"text": span.text or plain_line((span,))} for span in line]
