"""A document ends in time by the clock; what is honest earns more of it, and what was cut off is read another time."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont
from pytest_django import Settings

from backline.documents import confined, doubts, reading, second_reader
from backline.documents.deadlines import EARNED_S, WITHOUT_WORDS_S, Deadline
from backline.documents.models import ContentReading
from backline.documents.parsing import pictures, preparing, recognition
from backline.documents.storing import store

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LINES = ("Hospital of the city, accounts", "Invoice 4711 of 3 March 2026", "Total due: EUR 310.00, with thanks")
needs_tesseract = pytest.mark.skipif(not recognition.installed(), reason="no reader of pictures is installed here")


@pytest.fixture
def folder(settings: Settings, tmp_path: Path, db: None) -> Path:
    settings.FOLDER = tmp_path
    (tmp_path / "types").mkdir()
    return tmp_path


def fax(path: Path) -> Path:
    image = Image.new("L", (1_728, 1_100), 255)
    font = ImageFont.load_default(size=52)
    ImageDraw.Draw(image).text((90, 90), "\n".join(LINES), fill=0, font=font, spacing=40)
    image.point(lambda dot: 255 * (dot > 128)).convert("1").save(path, format="TIFF", compression="group4")
    return path


def test_time_runs_out_by_the_clock_unless_words_earn_more() -> None:
    seconds = iter([0.0, 5.0, 5.0, 7.0])
    deadline = Deadline(clock=lambda: next(seconds))

    assert deadline.left() == WITHOUT_WORDS_S - 5
    deadline.earn()
    assert deadline.left() == EARNED_S - 2
    assert WITHOUT_WORDS_S < 10


def test_a_parser_is_ended_with_its_children_when_the_time_is_over() -> None:
    answer = confined.ask_parser("text", "/dev/zero", "text/plain", deadline=Deadline(0.0))

    assert answer.ending == "late", "it never had the processor"
    assert answer.lines == ()


def test_what_a_busy_machine_had_no_time_for_is_kept_and_read_when_it_is_looked_at_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as busy:
        busy.setattr(reading, "Deadline", partial(Deadline, 0.0))
        document = store(content=b"Nothing to hurry for", name="note.txt", by="party:1", now=NOW)
        late = reading.read(document)
    assert (late.state, late.pages) == (reading.LATE, ())
    assert not ContentReading.objects.exists()

    assert reading.read(document).text == "Nothing to hurry for"
    assert ContentReading.objects.get(sha256=document.sha256).state == "read"


def test_a_page_that_the_second_reader_had_no_time_for_and_the_first_saw_nothing_on_is_not_said_to_be_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doubt = {"picture": "1.pgm", "lines": [], "turn": None, "whole": True, "sure": 0.35, "page": False}
    line: dict[str, Any] = {"page": 1, "text": "", "words": [], "engine": "tesseract", "doubt": doubt}
    monkeypatch.setattr(second_reader, "look_again", lambda *_, **__: None)

    assert doubts.settled(line, tmp_path, Deadline(0.0))["late"]
    assert "late" not in doubts.settled(line, tmp_path, Deadline(5.0)), "it is busy elsewhere: then one reads alone"


def test_a_fax_is_left_to_the_second_reader_where_there_is_one(tmp_path: Path) -> None:
    _looking, told = pictures.pages(str(fax(tmp_path / "fax.tif")), 1, 1, str(tmp_path))

    assert told["unread"]
    assert (tmp_path / told["doubt"]["picture"]).exists()


@needs_tesseract
def test_a_fax_that_the_second_reader_makes_nothing_of_is_read_by_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_reader, "installed", lambda: True)
    monkeypatch.setattr(second_reader, "look_again", lambda *_, **__: second_reader.Again([], ""))
    found = reading.read_file(fax(tmp_path / "fax.tif"), "image/tiff")

    assert "310.00" in found.text
    assert found.pages[0].engine == "tesseract"


def test_a_picture_with_more_dots_than_a_page_needs_is_made_smaller_before_it_is_read() -> None:
    huge = Image.new("L", (5_000, 7_000), 255)
    ImageDraw.Draw(huge).rectangle((500, 500, 4_000, 900), fill=90)
    ready = preparing.prepared(huge)

    assert ready.width * ready.height <= 1.01 * preparing.MOST_DOTS
