"""Logs in XES, plain and packed, come into the store with exact figures."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backline.insight.logs import figures, markup
from backline.insight.logs.figures import Figures
from backline.insight.logs.importing import Imported, import_log
from backline.insight.logs.opening import open_log
from backline.insight.logs.report import LogRefused, Report
from backline.insight.logs.told import Told

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = "2025-03-{day:02}T{hour:02}:00:00.000+00:00"


def taken(path: Path, **told: str) -> Imported:
    """Import a file into a store beside it."""
    report = Report()
    reader = open_log(path, told=Told(**told), report=report)
    return import_log(folder=path.parent, name=path.name.partition(".")[0], reader=reader, report=report, now=NOW)


def event(activity: str, day: int, hour: int = 9, resource: str = "") -> str:
    who = f'<string key="org:resource" value="{resource}"/>' if resource else ""
    when = DAY.format(day=day, hour=hour)
    return (
        f'\n<event>\n <string key="concept:name" value="{activity}"/>\n {who}'
        f'<date key="time:timestamp" value="{when}"/>\n</event>'
    )


def trace(name: str, *events: str) -> str:
    return f'\n<trace>\n<string key="concept:name" value="{name}"/>' + "".join(events) + "\n</trace>"


def log(*traces: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8" ?>\n<!-- made for a "test" -->\n<log xes.version="1.0">\n'
        '<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>\n'
        '<global scope="event"><string key="concept:name" value="none"/></global>' + "".join(traces) + "\n</log>\n"
    )


TWO_CASES = log(
    trace("A", event("ask", 1, resource="Ann"), event("check", 2, resource="Bob"), event("ask", 3, resource="Bob")),
    trace("B", event("check", 5), event("ask", 4, resource="Ann")),
)
EXPECTED = Figures(
    events=5,
    cases=2,
    activities=2,
    variants=2,
    edges=2,
    median_days=1.5,
    mean_days=1.5,
    p90_days=1.9,
    cases_with_repeats=1,
    handovers=1,
)


def test_the_figures_are_exact_and_events_are_ordered_by_time(tmp_path: Path) -> None:
    path = tmp_path / "two.xes"
    path.write_text(TWO_CASES)
    assert taken(path).figures == EXPECTED


def test_gzip_is_told_by_content_and_importing_again_replaces(tmp_path: Path) -> None:
    path = tmp_path / "two.xes"
    path.write_bytes(gzip.compress(TWO_CASES.encode()))
    assert taken(path).figures == taken(path).figures == EXPECTED


def test_any_other_spelling_of_the_same_xml_reads_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "two.xes"
    path.write_text(TWO_CASES.replace('"', "'").replace("<trace>", "<trace><![CDATA[ ]]>"))
    assert taken(path).figures == EXPECTED
    path.write_text(TWO_CASES)
    monkeypatch.setattr(markup, "read_chunk", lambda *_a, **_k: None)
    assert taken(path).figures == EXPECTED


def test_nested_attributes_and_those_of_the_log_are_not_the_events(tmp_path: Path) -> None:
    nested = '<string key="note" value="x"><string key="concept:name" value="not this"/></string>'
    path = tmp_path / "two.xes"
    path.write_text(TWO_CASES.replace("<event>", "<event>" + nested).replace("<trace>", nested + "<trace>"))
    assert taken(path).figures == EXPECTED


def test_the_entities_of_xml_are_read(tmp_path: Path) -> None:
    path = tmp_path / "one.xes"
    path.write_text(log(trace("A &amp; B", event("&#228;sk &lt;1&gt;", 1))))
    taken(path)
    import duckdb

    with duckdb.connect(str(tmp_path / "insight.duckdb"), read_only=True) as store:
        assert store.execute("SELECT name FROM cases UNION ALL SELECT name FROM words").fetchall() == [
            ("A & B",),
            ("äsk <1>",),
        ]


def test_the_keys_of_a_log_may_be_given(tmp_path: Path) -> None:
    path = tmp_path / "two.xes"
    path.write_text(TWO_CASES.replace("org:resource", "handler"))
    assert taken(path).figures.handovers == 0
    assert taken(path, resource="handler").figures.handovers == 1


def test_xml_that_is_no_log_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "page.xes"
    path.write_text("<html><body/></html>")
    with pytest.raises(LogRefused, match="not XES"):
        taken(path)


def test_the_compiled_figures_are_those_of_the_expression() -> None:
    assert figures.COMPILED.read_text(encoding="utf-8") == figures.compiled()
