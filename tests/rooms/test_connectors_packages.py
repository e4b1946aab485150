"""A connector from outside the repository: begun from the template, built, found by its entry point, and proved."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from backline.connectors import kinds
from backline.connectors.configuring import read_system
from backline.connectors.contract_suite import ContractSuite
from backline.connectors.templating import CannotBegin, begin
from backline.engine.definition import DefinitionProblems

SOURCE = str(Path(kinds.__file__).parents[2])
FILE = "system: van\nkind: {kind}\nsettings: {{url: hall}}\n"


def run(*words: str, at: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BACKLINE", "DJANGO", "PYTEST"))}
    return subprocess.run(
        [sys.executable, *words], cwd=at, env=kept | environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outside") / "backline-fleet"
    made = run("-m", "backline.project.command", "connector", "new", str(folder), "--json", at=folder.parent)
    assert made.returncode == 0, made.stderr
    told = json.loads(made.stdout)
    assert told["kind"] == "fleet"
    assert "src/backline_fleet/kind.py" in told["files"]
    return folder


@pytest.fixture(scope="module")
def installed(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as an installer lays it out: a wheel that was unpacked."""
    built = run("-m", "hatchling", "build", "-t", "wheel", "-d", str(package.parent / "built"), at=package)
    assert built.returncode == 0, built.stderr
    (wheel,) = (package.parent / "built").glob("*.whl")
    place = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as content:
        content.extractall(place)
    return place


def test_the_tests_of_a_new_connector_run_the_contract_suite_and_pass(package: Path, installed: Path) -> None:
    done = run(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-o", "pythonpath=", "tests",
        at=package, PYTHONPATH=f"{installed}{os.pathsep}{SOURCE}",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    tests = [name for name in dir(ContractSuite) if name.startswith("test_")]
    passed = int(done.stdout.rpartition(" passed")[0].split()[-1])
    assert passed > len(tests) // 2, done.stdout


def test_an_installed_connector_is_found_by_its_entry_point(package: Path, installed: Path) -> None:
    listed = run(
        "-m", "backline.project.command", "connector", "kinds", "--json",
        at=package, PYTHONPATH=f"{installed}{os.pathsep}{SOURCE}",
    )  # fmt: skip
    assert listed.returncode == 0, listed.stderr
    assert {"kind": "fleet", "of": "package", "wrong": ""} in json.loads(listed.stdout)


@pytest.mark.parametrize(("name", "why"), [("Fleet Street", "no name"), ("../fleet", "no name"), ("", "no name")])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str, why: str) -> None:
    with pytest.raises(CannotBegin, match=why):
        begin(folder=tmp_path / "new", name=name)


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CannotBegin, match="not empty"):
        begin(folder=tmp_path, name="fleet")
    assert [one.name for one in tmp_path.iterdir()] == ["mine.txt"]


class Point:
    """An entry point as a package registers it."""

    name, value = "van", "backline_van:KIND"
    dist = SimpleNamespace(name="backline-van", version="2.1")

    def __init__(self, loaded: Any) -> None:
        self._loaded = loaded

    def load(self) -> Any:
        if isinstance(self._loaded, Exception):
            raise self._loaded
        return self._loaded


class Half:
    """A connector that keeps half of the contract."""

    def __init__(self, *_: object) -> None:
        self.read = self.write = self.check = self.close = print


@pytest.fixture
def offering(monkeypatch: pytest.MonkeyPatch) -> Any:
    def offer(loaded: Any) -> None:
        monkeypatch.setattr(kinds, "_kinds", {})
        monkeypatch.setattr(kinds, "entry_points", lambda group: [Point(loaded)] if group == kinds.GROUP else [])

    return offer


@pytest.mark.parametrize(
    ("loaded", "message"),
    [
        (ImportError("No module named 'van'"), "the kind 'van' of backline-van 2.1 can't be loaded: ImportError"),
        (print, "'backline_van:KIND' is builtin_function_or_method, but has to be a backline.connectors.kinds.Kind"),
    ],
)
def test_a_package_that_offers_no_kind_is_told_with_the_place_that_needs_it(
    offering: Any, tmp_path: Path, loaded: Any, message: str
) -> None:
    offering(loaded)
    (tmp_path / "van.yaml").write_text(FILE.format(kind="van"))
    with pytest.raises(DefinitionProblems) as raised:
        read_system(tmp_path / "van.yaml", folder=tmp_path)
    (problem,) = raised.value.problems
    assert (problem.place.line, problem.place.column) == (2, 7)
    assert message in problem.message


def test_a_connector_that_lacks_a_part_of_the_contract_is_told_by_what_it_lacks(offering: Any, tmp_path: Path) -> None:
    offering(kinds.Kind(connect=Half, read_parts=lambda draft, reader: None))  # type: ignore[arg-type, return-value]
    (tmp_path / "van.yaml").write_text(FILE.format(kind="van"))
    system = read_system(tmp_path / "van.yaml", folder=tmp_path)
    with pytest.raises(kinds.UnfitKind, match=r"of kind 'van' \(Half\) has no 'verify', 'rehearse'"):
        kinds.connected("van", system, tmp_path)


def test_a_kind_of_our_own_is_never_taken_from_a_package(offering: Any) -> None:
    offering(ImportError("stolen"))
    assert kinds.kind_of("sql") is not None


def test_a_library_that_is_not_installed_is_named_with_the_way_to_have_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(kinds, "_kinds", {})
    monkeypatch.setitem(sys.modules, "zeep", None)
    for name in [one for one in sys.modules if one.startswith("backline.connectors.soap")]:
        monkeypatch.delitem(sys.modules, name)
    (tmp_path / "van.yaml").write_text(FILE.format(kind="soap"))
    with pytest.raises(
        DefinitionProblems, match=r"needs 'zeep', which is not installed: pip install 'backline\[soap\]'"
    ):
        read_system(tmp_path / "van.yaml", folder=tmp_path)
