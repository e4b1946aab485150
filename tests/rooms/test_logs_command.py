"""``backline log import``: what it prints, where, and what it asks on a terminal."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from backline.insight.logs import store
from backline.insight.logs.report import LogRefused
from backline.project.command import main
from tests.rooms.test_logs_tables import ROWS, table
from tests.rooms.test_logs_xes import TWO_CASES

KEYS = (
    *("events", "cases", "activities", "variants", "edges", "median_days", "mean_days", "p90_days"),
    *("cases_with_repeats", "handovers", "refused", "seconds"),
)


@pytest.fixture(autouse=True)
def _restored(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command sets the folder for its process; the next test has its own."""
    monkeypatch.setenv("BACKLINE_DATA", "")


class Terminal(io.StringIO):
    """Somebody sits there."""

    def isatty(self) -> bool:
        return True


def test_json_holds_the_figures_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "two.xes"
    path.write_text(TWO_CASES)
    assert main(["--data", str(tmp_path / "house"), "log", "import", str(path), "--json"]) == 0
    printed = capsys.readouterr()
    told = json.loads(printed.out)
    assert tuple(told) == KEYS
    assert (told["events"], told["p90_days"], told["refused"]) == (5, 1.9, 0)
    assert printed.err == ""


def test_what_was_refused_goes_to_standard_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "log.csv"
    path.write_text(table([("C", "ask", "yesterday", "Ann"), *ROWS]))
    assert main(["--data", str(tmp_path / "house"), "log", "import", str(path), "--json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["refused"] == 1
    assert f"{path}:2: refused: a time that can't be read: 'yesterday'" in printed.err


def test_on_a_terminal_the_columns_are_asked_and_progress_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "log.csv"
    path.write_text(table(ROWS))
    shown = Terminal()
    monkeypatch.setattr(sys, "stdin", Terminal("nonsense\nresource=\n\n"))
    monkeypatch.setattr(sys, "stderr", shown)
    assert main(["--data", str(tmp_path / "house"), "log", "import", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["handovers"] == 0
    assert "resource is 'Resource'" in shown.getvalue()
    assert "That is none of them." in shown.getvalue()
    assert "resource: none" in shown.getvalue()
    assert "100 %" in shown.getvalue()


def test_with_yes_nothing_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log.csv"
    path.write_text(table(ROWS))
    monkeypatch.setattr(sys, "stdin", Terminal(""))
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert main(["--data", str(tmp_path / "house"), "log", "import", str(path), "--yes"]) == 0
    assert main(["--data", str(tmp_path / "house"), "log", "import", str(path)]) == 1


def test_two_logs_stand_side_by_side(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "two.xes"
    path.write_text(TWO_CASES)
    for name in ("one", "other"):
        assert main(["--data", str(tmp_path), "log", "import", str(path), "--json", "--name", name]) == 0
        assert json.loads(capsys.readouterr().out)["cases"] == 2


def test_a_store_in_use_is_said_so(tmp_path: Path) -> None:
    with store.opened(tmp_path, writing=True):
        pass
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import duckdb; c = duckdb.connect({str(tmp_path / store.FILE)!r}); print(1, flush=True); input()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline()
        with pytest.raises(LogRefused, match="in use by another process"), store.opened(tmp_path, patience_s=0):
            pass
        holder.kill()
