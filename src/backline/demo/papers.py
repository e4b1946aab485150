"""Papers that the people of the stories send: invoices as PDF, with a text layer as programs make them."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal

import pypdfium2
import typst
from PIL import Image, ImageDraw, ImageFont

ORIENTATION = 0x0112
"""The tag of EXIF that says how a picture is to be turned"""
ORDER = """
#let told = json(bytes(sys.inputs.told))
#set page(margin: 2.2cm)
#set text(size: 11pt)
#text(size: 16pt, weight: "bold")[Travellers' club]
#v(0.8cm)
#text(size: 13pt, weight: "bold")[Order form for club goods]
#v(4pt)
Order number: #told.number
#v(2pt)
#told.to
#v(12pt)
#table(columns: (1fr, auto, auto), inset: 7pt, [Article], [Pieces], [Price each],
  ..told.lines.flatten())
#v(8pt)
*Total: EUR #told.total*
"""

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


def order_form(*, to: str, number: str, lines: dict[str, tuple[int, Decimal]]) -> bytes:
    """The club's order form, filled in: each article with its pieces and its price."""
    total = sum((pieces * price for pieces, price in lines.values()), Decimal(0))
    told = {
        "to": to, "number": number, "total": f"{total:,.2f}",
        "lines": [[name, str(pieces), f"{price:,.2f}"] for name, (pieces, price) in lines.items()],
    }  # fmt: skip
    return bytes(typst.compile(ORDER.encode(), sys_inputs={"told": json.dumps(told)}, format="pdf"))


def receipt_photo(*, items: dict[str, Decimal], on: date) -> bytes:
    """A shop's receipt on a table, as a phone held on its side takes it: the picture lies, and EXIF says so."""
    paper = _picture(_sheet(
        sender="Koffer & Co.", street="Hafenstr. 2, 20457 Hamburg", to="Cash receipt", title="Receipt", items=items,
        on=on,
    ))  # fmt: skip
    table = Image.new("RGB", (paper.width + 260, paper.height + 260), (118, 92, 70))
    table.paste(paper.convert("RGB"), (130, 130))
    return _on_its_side(table)


def damage_photo() -> bytes:
    """A suitcase with a broken wheel, drawn; taken like the receipt."""
    picture = Image.new("RGB", (1200, 1600), (206, 202, 196))
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((250, 300, 950, 1250), 60, fill=(38, 70, 110), outline=(20, 34, 54), width=12)
    draw.rounded_rectangle((480, 170, 720, 320), 30, outline=(40, 40, 40), width=24)
    draw.ellipse((300, 1230, 420, 1350), fill=(30, 30, 30))
    draw.line((820, 1250, 900, 1340, 840, 1370, 930, 1420), fill=(30, 30, 30), width=18)
    return _on_its_side(picture)


def _on_its_side(upright: Image.Image) -> bytes:
    """As a JPEG that is to be turned by a quarter to be upright."""
    exif, out = Image.Exif(), io.BytesIO()
    exif[ORIENTATION] = 6
    upright.rotate(90, expand=True).save(out, "JPEG", quality=88, exif=exif)
    return out.getvalue()


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
