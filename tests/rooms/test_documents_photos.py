"""A page that was photographed askew, in uneven light, or with a lamp mirrored in it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import numpy
import pytest
from PIL import Image, ImageDraw, ImageFont

from backline.documents import confined, reading, retaking
from backline.documents.models import Document
from backline.documents.parsing import lighting, pictures, recognition, straightening

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LINES = [f"Line {n} of the hospital's invoice: {n * 13} items at {n * 7}.50 EUR each" for n in range(1, 19)]
CORNERS = numpy.array([(0.18, 0.1), (0.86, 0.14), (0.95, 0.92), (0.05, 0.88)])


def printed() -> Image.Image:
    page = Image.new("L", (1_100, 1_500), 245)
    ImageDraw.Draw(page).text((70, 80), "\n".join(LINES), fill=20, font=ImageFont.load_default(size=27), spacing=40)
    return page


def photo(*, glare: bool = False) -> Image.Image:
    """The page on a dark desk, seen from the side, in light that falls off."""
    size, page = (1_500, 1_900), printed()
    warp = straightening.Warp(numbers=straightening._warp(CORNERS))
    ends = [warp._back(x, y) for x, y in straightening.UNIT]
    rows, right = [], []
    for (x, y), (u, v) in zip(ends, straightening.UNIT, strict=True):
        x, y, u, v = x * size[0], y * size[1], u * page.width, v * page.height
        rows += [[x, y, 1, 0, 0, 0, -x * u, -y * u], [0, 0, 0, x, y, 1, -x * v, -y * v]]
        right += [u, v]
    numbers = tuple(numpy.linalg.solve(numpy.array(rows), numpy.array(right)))
    seen = page.transform(size, Image.Transform.PERSPECTIVE, numbers, Image.Resampling.BICUBIC, fillcolor=25)
    down, across = numpy.mgrid[0 : size[1], 0 : size[0]]
    dots = numpy.asarray(seen, dtype=float) * (0.4 + 0.5 * across / size[0])
    if glare:
        dots += 255 * (1.6 - numpy.hypot(across - 750, down - 900) / 250).clip(0, 1)
    return Image.fromarray(dots.clip(0, 255).astype("uint8")).convert("RGB")


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


def test_the_corners_of_a_photographed_page_are_found() -> None:
    found = straightening.page_corners(photo())

    assert found is not None
    assert numpy.abs(found - CORNERS).max() < 0.02


def test_a_scan_is_left_as_it_came() -> None:
    assert straightening.straightened(printed()) is None
    assert straightening.straightened(Image.new("L", (900, 900), 0)) is None


def test_a_place_on_the_straightened_page_is_told_on_the_photo() -> None:
    found = straightening.straightened(photo())
    assert found is not None
    word = found[1].back(["x", 0.0, 0.0, 0.001, 0.001, 1.0])

    assert word[1:3] == pytest.approx(CORNERS[0].tolist(), abs=0.02)


def test_uneven_light_is_evened_and_even_light_left_alone() -> None:
    found = straightening.straightened(photo())
    assert found is not None
    even = numpy.asarray(lighting.evened(found[0]).convert("L"))

    assert numpy.percentile(even[:, :200], 75) == pytest.approx(numpy.percentile(even[:, -200:], 75), abs=12)
    page = printed()
    assert lighting.evened(page) is page


def test_a_bright_spot_that_hides_words_is_told_from_a_page_that_is_bright() -> None:
    with_glare, without = straightening.straightened(photo(glare=True)), straightening.straightened(photo())
    assert with_glare
    assert without

    assert lighting.hides(with_glare[0])
    assert not lighting.hides(without[0])
    assert not lighting.hides(printed())


@pytest.mark.skipif(not recognition.installed(), reason="no reader of pictures is installed here")
def test_a_photo_taken_askew_is_read_nearly_as_well_as_the_page_itself(tmp_path: Path) -> None:
    photo().save(tmp_path / "photo.jpg", quality=90)
    _looking, told = pictures.pages(str(tmp_path / "photo.jpg"), 1, 1)
    wanted = words(" ".join(LINES))

    assert not told["glare"]
    assert len(words(told["text"]) & wanted) > 0.9 * len(wanted)


@pytest.mark.django_db
def test_a_customer_is_asked_once_to_take_a_photo_with_a_bright_spot_again() -> None:
    told = {"page": 1, "text": "x", "words": [], "engine": "tesseract", "glare": True}
    read = confined.Answer(lines=({"pages": 1}, told), ending="done")
    first, again = (
        Document.objects.create(sha256="a" * 64, size=1, media_type="image/jpeg", stored_by="party:1", stored_at=NOW)
        for _ in range(2)
    )
    reading._keep(first.sha256, read, {}, NOW)

    assert reading.read(first).reason == reading.GLARE
    assert not retaking.better_taken_again(again), "who sends it once more has looked at it"
    again.delete()
    assert retaking.better_taken_again(first)
