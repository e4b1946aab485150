"""A letter that comes back on paper finds its case by its code; a code that we did not make is shown to a person."""

from __future__ import annotations

import io

import pypdfium2
import pytest
import segno
from PIL import Image

from backline.channels import sending
from backline.channels.models import Contact, Message
from backline.channels.paper_codes import paper_code, tokens_in
from backline.channels.papers import take_paper
from backline.documents.parsing.codes import find_codes
from backline.documents.storing import content
from tests.rooms.channels_house import Channels, channels, mail_server  # noqa: F401
from tests.rooms.test_channels_delivering import effect_of


def sheet(code: str, *, width: int = 1240) -> Image.Image:
    """A page with a code at the place and the size at which our letters bear it."""
    out = io.BytesIO()
    segno.make(code, error="q", micro=False).save(out, kind="png", scale=8, border=4)
    page = Image.new("L", (width, width * 1414 // 1000), 255)
    side = width * 28 // 210
    page.paste(Image.open(out).convert("L").resize((side, side)), (width * 7 // 10, width // 5))
    return page


def saved(page: Image.Image, form: str = "PNG", **more: object) -> bytes:
    out = io.BytesIO()
    page.save(out, form, **more)
    return out.getvalue()


CODE = "BL:HW-4F7K-29.C.1Z3.ABCDEFGHIJKLMNOP"


@pytest.mark.parametrize(
    "page",
    [
        sheet(CODE),
        sheet(CODE).rotate(180),
        sheet(CODE).rotate(90, expand=True),
        sheet(CODE).rotate(3, fillcolor=255),
        sheet(CODE, width=1728).resize((1728, 1143)).point(lambda dot: 255 * (dot > 128)).resize((1728, 2286)),
    ],
    ids=["as it is", "upside down", "on its side", "askew", "by fax"],
)
def test_a_code_is_found_however_the_page_lies(page: Image.Image) -> None:
    assert [code[1] for code in find_codes(page)] == [CODE]


def test_a_page_without_a_code_has_none() -> None:
    assert find_codes(Image.new("L", (800, 1000), 255)) == []
    assert tokens_in(["HW-4F7K-29", "https://example.org", "BL:x"]) == []


def test_a_letter_that_comes_back_on_paper_finds_its_case(channels: Channels) -> None:  # noqa: F811
    case = channels.open()
    code = paper_code(reference=case.reference, party_id=channels.member.pk, now=channels.now)

    contact = take_paper(saved(sheet(code)), name="scan.png", channel="paper", now=channels.now)

    assert (contact.result, contact.reason) == (Contact.Result.TAKEN, "by the code on our letter")
    assert (contact.case_id, contact.party_id) == (case.pk, channels.member.pk)
    assert "bill" not in channels.wants(case), "the document answers what was asked"


def test_a_code_that_we_did_not_make_is_shown_to_a_person(channels: Channels) -> None:  # noqa: F811
    case = channels.open()
    good = paper_code(reference=case.reference, party_id=channels.member.pk, now=channels.now)
    forged = good[:-1] + ("A" if good[-1] != "A" else "B")

    for told in (forged, case.reference, paper_code(reference=case.reference, party_id=10_000, now=channels.now)):
        contact = take_paper(saved(sheet(told)), name="scan.png", channel="paper", now=channels.now)
        assert (contact.result, contact.case) == (Contact.Result.ASKED, None), told
    assert "bill" in channels.wants(case)


def test_the_letters_that_we_make_bear_such_a_code(channels: Channels) -> None:  # noqa: F811
    effect = effect_of(channels, call="letter:refunded")
    sending.send_letter(effect)
    picture = pypdfium2.PdfDocument(content(Message.objects.get(kind="letter").documents.get()))[0].render(
        scale=200 / 72
    )

    contact = take_paper(saved(picture.to_pil()), name="reply.png", channel="paper", now=channels.now)

    assert (contact.result, contact.case) == (Contact.Result.TAKEN, effect.case)
