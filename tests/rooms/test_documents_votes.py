"""Two readers vote on a page, crooked pages are laid straight, and a busy machine costs no page."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from backline.documents.parsing import pictures, preparing, recognition, turning

numpy = pytest.importorskip("numpy", reason="the second reader is not installed here")
pytest.importorskip("cv2", reason="the second reader is not installed here")

LINES = (
    "Hospital of the city",
    "Patient Ann Example",
    "Total due 310.00",
    "Paid by bank transfer",
    "Thank you very much",
)
ORIENTATION, SIDEWAYS = 0x0112, 6
"""What a phone held upright says of a picture that its sensor took lying: to be shown turned right"""
needs_tesseract = pytest.mark.skipif(not recognition.installed(), reason="no reader of pictures is installed here")


def page(*lines: str, width: int = 1_000, height: int = 700) -> Image.Image:
    image = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(image)
    for row, line in enumerate(lines):
        draw.text((100, 80 + 90 * row), line, fill=0, font=ImageFont.load_default(size=44))
    return image


def dots(image: Image.Image) -> Any:
    return numpy.repeat(numpy.asarray(image)[:, :, None], 3, axis=2)


def test_a_doubted_word_is_what_the_surer_reader_sees_and_the_others_stay() -> None:
    from backline.documents.parsing.mending import mended

    line = [["Tota1", 0.1, 0.1, 0.2, 0.15, 0.4], ["due", 0.25, 0.1, 0.3, 0.15, 0.96]]
    found = mended(dots(page()), [line], lambda part: ("Total", 0.97), sure=0.8)

    assert [(word[0], word[5]) for word in found[0]] == [("Total", 0.97), ("due", 0.96)]
    assert found[0][0][1:5] == [0.1, 0.1, 0.2, 0.15], "it stands where it stood"


def test_where_both_readers_see_the_same_they_are_surer_together() -> None:
    from backline.documents.parsing.mending import mended

    found = mended(dots(page()), [[["Total", 0.1, 0.1, 0.2, 0.15, 0.7]]], lambda part: ("Total", 0.8), sure=0.8)

    assert found[0][0][5] == pytest.approx(0.94)


def test_ink_without_words_is_looked_at_and_set_in_beside_its_line() -> None:
    from backline.documents.parsing.mending import mended

    image = page("Total", "Change")
    ImageDraw.Draw(image).text((400, 80), "310.00", fill=0, font=ImageFont.load_default(size=44))
    known = [[["Total", 0.1, 0.125, 0.2, 0.175, 0.95]], [["Change", 0.1, 0.25, 0.26, 0.31, 0.95]]]
    found = mended(dots(image), known, lambda part: ("310.00", 0.99), sure=0.8)

    assert [[word[0] for word in line] for line in found] == [["Total", "310.00"], ["Change"]]
    assert found[0][1][1] == pytest.approx(0.4, abs=0.02)


def test_a_fax_is_told_by_its_two_tones_and_made_smooth() -> None:
    drawn = page(*LINES, width=1_728, height=1_100)
    fax = drawn.point(lambda dot: 255 * (dot > 128))

    assert preparing.two_toned(fax)
    assert not preparing.two_toned(drawn.point(lambda dot: dot // 2 + 60))
    assert preparing.prepared(fax).size == fax.size
    assert sum(preparing.prepared(fax).histogram()[48:208]) > 0


def test_a_word_on_a_turned_page_is_told_where_it_stands_on_the_page_as_it_came() -> None:
    image = Image.new("L", (400, 200), 255)
    image.paste(0, (300, 20, 340, 40))
    for degrees in (90, 180, 270, 8):
        level, turn = turning.turned(image, degrees)
        ink = level.point(lambda dot: 255 * (dot < 128)).getbbox()
        assert ink is not None
        box = [ink[0] / level.width, ink[1] / level.height, ink[2] / level.width, ink[3] / level.height]
        back = turn.back(["x", *box, 1.0])
        assert back[1:5] == pytest.approx([0.75, 0.1, 0.85, 0.2], abs=0.06), degrees


@needs_tesseract
@pytest.mark.parametrize("degrees", [90, 180, 270, 9])
def test_a_page_laid_in_sideways_or_crooked_is_read(degrees: float, tmp_path: Path) -> None:
    image, _ = turning.turned(page(*(f"{one} and more of it" for one in LINES), width=1_300), degrees)
    seen = recognition.recognise(image)

    assert "Hospital" in seen.text
    assert "310.00" in seen.text


@needs_tesseract
def test_a_photo_that_a_phone_took_sideways_is_read_and_its_places_are_those_of_the_upright_picture(
    tmp_path: Path,
) -> None:
    upright, path = page(*LINES, width=1_300), tmp_path / "photo.jpg"
    told = Image.Exif()
    told[ORIENTATION] = SIDEWAYS
    upright.rotate(90, expand=True).convert("RGB").save(path, format="JPEG", quality=92, exif=told)
    looking, read = pictures.pages(str(path), 1, 1)
    total = next(word for word in read["words"] if word[0] == "310.00")

    assert looking == {"looking": True}
    assert pictures.picture(str(path), 1, 650).size == (650, 350)
    assert "Hospital of the city" in read["text"]
    assert total[1] < 0.5
    assert total[2] == pytest.approx(0.38, abs=0.05), "the third line from the top"


def test_a_coarse_fax_has_its_lines_doubled_and_is_seen_as_such() -> None:
    out = io.BytesIO()
    fine = page(*LINES, width=1_728, height=1_100).point(lambda dot: 255 * (dot > 128))
    fine.resize((1_728, 539)).convert("1").save(out, format="TIFF", compression="group4", dpi=(204, 98))
    out.seek(0)
    with Image.open(out) as fax:
        whole = pictures._squared(fax)

    assert whole.size == (1_728, 1_122)
    assert preparing._lines_stand_twice(whole.convert("L"))
    assert not preparing._lines_stand_twice(fine)
