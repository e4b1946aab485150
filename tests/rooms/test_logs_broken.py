"""XES that is broken or hostile: what is wrong is told by line, the rest is read."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from backline.insight.logs import unpacking, xes
from backline.insight.logs.report import LogRefused
from backline.project.command import main
from tests.rooms.test_logs_tables import refused, taken
from tests.rooms.test_logs_xes import EXPECTED, TWO_CASES, event, log, trace

BOMB = (
    '<!DOCTYPE log [\n<!ENTITY a "aaaaaaaaaa">\n'
    + "\n".join(
        f'<!ENTITY {one} "{"&" + before + ";"}{"&" + before + ";"}">'
        for before, one in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "\n]>\n"
)


def written(folder: Path, text: str) -> Path:
    path = folder / "log.xes"
    path.write_text(text)
    return path


@pytest.mark.parametrize("quote", ['"', "'"])
def test_entities_are_never_expanded(tmp_path: Path, quote: str) -> None:
    text = TWO_CASES.replace("<log", BOMB + "<log", 1).replace(
        "\n</log>", trace("C", event("&i;", 1), event("ask", 2)) + "\n</log>"
    )
    figures, report = taken(written(tmp_path, text.replace('"', quote) if quote == "'" else text))
    assert (figures.events, figures.cases, figures.activities) == (6, 3, 2)
    line = 1 + text[: text.index("<event>", text.index('value="C"'))].count("\n")
    assert refused(report) == [
        (3, "a document type: its entities are never expanded"),
        (line, "an entity, which is never expanded"),
    ]


def test_an_event_without_case_activity_or_time_is_refused_by_its_line(tmp_path: Path) -> None:
    nameless = "\n<trace>" + event("ask", 1) + "\n</trace>"
    timeless = trace("D", '\n<event>\n<string key="concept:name" value="ask"/></event>')
    stray = event("ask", 2)
    wrong = trace("E", event("ask", 3).replace("2025-03-03", "2025-13-03"))
    text = TWO_CASES.replace("\n</log>", nameless + timeless + stray + wrong + "\n</log>")
    figures, report = taken(written(tmp_path, text))
    assert figures == EXPECTED
    assert [reason for _line, reason in refused(report)] == [
        "an event without a case",
        "an event without a time",
        "an event without a case",
        "a time that can't be read: '2025-13-03T09:00:00.000+00:00'",
    ]
    for line, _reason in refused(report):
        assert "<event>" in text.splitlines()[line - 1]


def test_xml_that_breaks_is_read_up_to_the_break(tmp_path: Path) -> None:
    text = TWO_CASES.replace(
        "\n</log>", trace("C", event("ask", 1)) + '\n<trace>\n<string key="x" value=>\n' + trace("D", event("ask", 1))
    )
    figures, report = taken(written(tmp_path, text))
    assert figures.cases == 3
    ((line, reason),) = refused(report)
    assert reason.startswith("broken XML (not well-formed")
    assert text.splitlines()[line - 1] == '<string key="x" value=>'


@pytest.mark.parametrize("keep", [0.4, 0.9])
def test_a_gzip_that_ends_early_is_read_as_far_as_it_goes(tmp_path: Path, keep: float) -> None:
    path = tmp_path / "log.xes.gz"
    many = log(
        *(trace(f"case {n * 7919 % 10007}", event("ask", 1 + n % 9), event("check", 10 + n % 9)) for n in range(3000))
    )
    packed = gzip.compress(many.encode())
    path.write_bytes(packed[: int(keep * len(packed))])
    figures, report = taken(path)
    assert 0.3 * keep * 3000 < figures.cases < 3000
    assert refused(report)[0][1] == "the gzip ends early: what follows was not read"


def test_a_gzip_whose_bytes_are_damaged_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "log.xes.gz"
    packed = bytearray(
        gzip.compress(log(*(trace(f"c{n * 7919}", event("ask", 1 + n % 9)) for n in range(30000))).encode())
    )
    packed[len(packed) // 2 : len(packed) // 2 + 200] = b"\xff" * 200
    path.write_bytes(packed)
    figures, report = taken(path)
    assert 100 < figures.cases < 30000
    assert refused(report)


def test_a_huge_attribute_costs_its_event_alone(tmp_path: Path) -> None:
    text = TWO_CASES.replace("\n</log>", trace("C", event("x" * 3_000_000, 1)) + "\n</log>")
    figures, report = taken(written(tmp_path, text))
    assert figures == EXPECTED
    assert [reason for _line, reason in refused(report)] == ["a value longer than 100,000 characters"]


def test_a_case_larger_than_the_limit_stops_the_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xes, "CHUNK", 10_000)
    monkeypatch.setattr(unpacking, "READ", 1000)
    monkeypatch.setattr(xes, "LARGEST", 2 << 20)
    text = log(trace("A", event("ask", 1)), trace("B", *(event("ask", 1) for _ in range(40_000))))
    path = tmp_path / "log.xes.gz"
    path.write_bytes(gzip.compress(text.encode()))
    figures, report = taken(path)
    assert figures.cases == 1
    assert "a case longer than 2 MB" in refused(report)[0][1]


@pytest.mark.parametrize("size", [300, 1000])
def test_the_figures_do_not_depend_on_how_the_file_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(xes, "CHUNK", size)
    monkeypatch.setattr(unpacking, "READ", size)
    assert taken(written(tmp_path, TWO_CASES))[0] == EXPECTED


def test_the_command_refuses_what_holds_nothing_and_imports_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKLINE_DATA", "")  # set by the command, and put back after the test
    data = ["--data", str(tmp_path / "house")]
    assert main([*data, "log", "import", str(written(tmp_path, "  "))]) == 1
    assert "is empty" in capsys.readouterr().err
    assert main([*data, "log", "import", str(written(tmp_path, log("\n<event/>")))]) == 1
    assert main([*data, "log", "import", str(written(tmp_path, TWO_CASES + "<"))]) == 0
    assert main([*data, "log", "import", str(tmp_path / "none.xes")]) == 1


def test_a_utf_16_log_is_refused_with_the_mend(tmp_path: Path) -> None:
    path = tmp_path / "log.xes"
    path.write_bytes(TWO_CASES.encode("utf-16"))
    with pytest.raises(LogRefused, match="save it as UTF-8"):
        taken(path)
