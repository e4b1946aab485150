"""Logs as CSV: columns, separators, encodings and times are guessed or given; what is no event is refused by line."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path

import pytest

from backline.insight.logs.columns import Columns
from backline.insight.logs.figures import Figures
from backline.insight.logs.importing import import_log
from backline.insight.logs.opening import open_log
from backline.insight.logs.report import LogRefused, Report
from backline.insight.logs.told import Told
from tests.rooms.test_logs_xes import EXPECTED, NOW

ROWS = [
    ("A", "ask", "2025-03-01T09:00:00+00:00", "Ann"),
    ("A", "check", "2025-03-02T09:00:00+00:00", "Bob"),
    ("A", "ask", "2025-03-03T09:00:00+00:00", "Bob"),
    ("B", "check", "2025-03-05T09:00:00+00:00", ""),
    ("B", "ask", "2025-03-04T09:00:00+00:00", "Ann"),
]
HEADER = ("Case ID", "Activity", "Complete Timestamp", "Resource")


def table(
    rows: Sequence[Sequence[str]], *, header: Sequence[str] = HEADER, separator: str = ",", end: str = "\n"
) -> str:
    return end.join(separator.join(row) for row in [header, *rows]) + end


def taken(path: Path, **told: object) -> tuple[Figures, Report]:
    report = Report()
    reader = open_log(path, told=Told(**told), report=report)  # type: ignore[arg-type]
    return import_log(folder=path.parent, name="log", reader=reader, report=report, now=NOW).figures, report


def refused(report: Report) -> list[tuple[int, str]]:
    return [(one.line, one.reason) for one in report.refusals]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_any_usual_separator_is_found(tmp_path: Path, separator: str, end: str) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(table(ROWS, separator=separator, end=end).encode())
    assert taken(path)[0] == EXPECTED


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_is_told_by_the_bytes(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "log.csv"
    rows = [(case, activity.replace("check", "prüfen"), when, who) for case, activity, when, who in ROWS]
    path.write_bytes(table(rows, header=("Fallnummer", "Tätigkeit", "Zeitpunkt", "Bearbeiter")).encode(encoding))
    figures, report = taken(path)
    assert figures == EXPECTED
    assert report.refused == 0
    assert "activity is 'Tätigkeit'" in report.notes[0]


def test_a_packed_table_is_read_and_a_broken_one_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "log.csv.gz"
    path.write_bytes(gzip.compress(table(ROWS).encode()))
    assert taken(path)[0] == EXPECTED
    many = table([(str(number), "ask", "2025-03-01", f"{number * 7919 % 10007}") for number in range(20000)])
    path.write_bytes(gzip.compress(many.encode())[:-20000])
    figures, report = taken(path)
    assert 1000 < figures.events < 20000
    assert any("gzip ends early" in reason for _line, reason in refused(report))


def test_columns_may_be_given_and_a_wrong_name_lists_those_that_there_are(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(table(ROWS, header=("one", "two", "three", "four")))
    assert taken(path, case="one", activity="two", time="three", resource="four")[0] == EXPECTED
    assert taken(path, case="one", activity="two", time="three", resource="none")[0].handovers == 0
    with pytest.raises(LogRefused, match="no column 'zero'; there are 'one', 'two'"):
        taken(path, case="zero")


def test_a_log_without_a_case_column_is_refused_with_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(table([row[1:] for row in ROWS], header=HEADER[1:]))
    with pytest.raises(LogRefused, match="no column looks like the case; name it with --case: there are 'Activity'"):
        taken(path)


def test_the_guess_is_confirmed_where_somebody_can_be_asked(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(table(ROWS))
    asked: list[Columns] = []

    def confirm(columns: Columns, names: Sequence[str]) -> Columns:
        asked.append(columns)
        assert names == list(HEADER)
        return Columns(case=columns.case, activity=columns.activity, time=columns.time, resource="")

    report = Report()
    reader = open_log(path, told=Told(), report=report, confirm=confirm)
    imported = import_log(folder=tmp_path, name="log", reader=reader, report=report, now=NOW)
    assert asked[0].resource == "Resource"
    assert imported.figures.handovers == 0


def test_times_in_several_formats_and_without_zone_are_read(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    times = ["01.03.2025 10:00", "2025-03-02 10:00:00", "March 3, 2025 10:00:00", "2025/03/05 10:00", "1741078800"]
    rows = [(case, activity, f'"{when}"', who) for (case, activity, _, who), when in zip(ROWS, times, strict=True)]
    path.write_text(table(rows))
    figures, report = taken(path, zone="Europe/Berlin")
    assert figures == EXPECTED
    assert "times without a zone were read in Europe/Berlin" in report.notes


@pytest.mark.parametrize(("last", "days"), [("02/13/2025", 10.0), ("13/02/2025", 0.0)])
def test_one_time_that_leaves_no_doubt_settles_day_and_month(tmp_path: Path, last: str, days: float) -> None:
    path = tmp_path / "log.csv"
    first = "02/03/2025" if days else "13/02/2025"
    path.write_text(table([("A", "ask", first, ""), ("A", "check", last, "")]))
    assert taken(path)[0].median_days == days


def test_each_refused_line_is_told_with_its_reason_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    bad = [
        ("", "ask", "2025-03-01", "Ann"),
        ("C", "", "2025-03-01", "Ann"),
        ("C", "ask", "", "Ann"),
        ("C", '"ask\nagain"', "yesterday", "Ann"),
        ("C", "ask", "2025-03-01"),
        ("C", "ask", "2025-03-01", "Ann", "more"),
        ("C", "x" * 100_001, "2025-03-01", "Ann"),
    ]
    path.write_text(table([*bad, *ROWS]))
    figures, report = taken(path)
    assert figures == EXPECTED
    assert report.refused == 7
    assert refused(report) == [
        (2, "an event without a case"),
        (3, "an event without an activity"),
        (4, "an event without a time"),
        (5, "a time that can't be read: 'yesterday'"),
        (7, "fewer columns than the header"),
        (8, "more columns than the header"),
        (9, "a value longer than 100,000 characters"),
    ]


def test_a_quote_that_is_not_closed_costs_its_line_alone(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(table([("C", '"ask', "2025-03-01", "Ann"), *ROWS]))
    figures, report = taken(path)
    assert figures == EXPECTED
    assert refused(report) == [(2, "a quote that is not closed")]


def test_bytes_that_are_no_text_cost_their_line_alone(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    many = table(ROWS + [("C", "ask", "2025-03-01", "Ann")] * 5000).encode()
    path.write_bytes(many + b"D,\xff\xfe,2025-03-01,Ann\n")
    figures, report = taken(path)
    assert figures.events == 5005
    assert refused(report) == [(5007, "bytes that are not UTF-8")]


def test_ten_thousand_activities_are_read_and_doubted(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(table([(str(number % 50), f"do {number}", "2025-03-01", "") for number in range(10_000)]))
    figures, report = taken(path)
    assert figures.activities == 10_000
    assert "10,000 activities: is the right column the activity?" in report.notes


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"a\0b,c\n", b"a,b\rc,d\r1,2"])
def test_what_is_no_text_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(content)
    with pytest.raises(LogRefused):
        open_log(path, told=Told(), report=Report())
