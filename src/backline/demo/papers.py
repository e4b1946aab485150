"""Papers that the people of the stories send: invoices as PDF, with a text layer as programs make them."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal

import pypdfium2
import typst
from PIL import Image, ImageDraw, ImageFont

SHEET = """
#let told = json(bytes(sys.inputs.told))
#set page(margin: 2.2cm)
#set text(size: 11pt)
#text(size: 16pt, weight: "bold")[#told.from]
#v(4pt)
#told.street
#v(1.4cm)
#told.to
#v(1cm)
#text(size: 13pt, weight: "bold")[#told.title]
#v(6pt)
Invoice date: #told.date
#v(10pt)
#for line in told.lines [#line.at(0) #h(1fr) #line.at(1) #linebreak()]
#v(6pt)
#line(length: 100%)
*Amount due: EUR #told.total*
#v(1cm)
Please pay within 14 days.
"""


def medical_bill(*, to: str, items: dict[str, Decimal], on: date) -> bytes:
    """A hospital's bill."""
    return _sheet(
        sender="Hospital am Park", street="Parkallee 12, 12101 Berlin", to=to, title="Bill for treatment of patient",
        items=items, on=on,
    )  # fmt: skip


def tuition_invoice(*, to: str, items: dict[str, Decimal], on: date) -> bytes:
    """A university's invoice."""
    return _sheet(
        sender="Seehof University", street="Seeufer 3, 14467 Potsdam", to=to, title="Tuition invoice, winter semester",
        items=items, on=on,
    )  # fmt: skip


def as_fax(pdf: bytes) -> bytes:
    """A paper as a fax machine sends it: black and white, 200 dots to the inch, group 4."""
    out = io.BytesIO()
    _picture(pdf).convert("1", dither=Image.Dither.NONE).save(out, "TIFF", compression="group4", dpi=(200, 200))
    return out.getvalue()


def came_back(letter: bytes) -> bytes:
    """A letter of ours as it lies on the scanner again, with what the post wrote on it."""
    page, out = _picture(letter), io.BytesIO()
    ImageDraw.Draw(page).text((150, 1750), "RETURN TO SENDER", fill=0, font=ImageFont.load_default(52))
    page.save(out, "PNG")
    return out.getvalue()


def _picture(pdf: bytes) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as paper:
        page: Image.Image = paper[0].render(scale=200 / 72).to_pil()
        return page.convert("L")


def _sheet(*, sender: str, street: str, to: str, title: str, items: dict[str, Decimal], on: date) -> bytes:
    told = {
        "from": sender, "street": street, "to": to, "title": title, "date": f"{on:%d.%m.%Y}",
        "lines": [[name, f"{amount:,.2f}"] for name, amount in items.items()],
        "total": f"{sum(items.values(), Decimal(0)):,.2f}",
    }  # fmt: skip
    made = typst.compile(SHEET.encode(), sys_inputs={"told": json.dumps(told)}, format="pdf")
    return bytes(made)
