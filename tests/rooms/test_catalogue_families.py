"""The example families: what the language has to be able to say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, time
from pathlib import Path

import jsonschema
import pytest

from backline.catalogue.drafts import check_folder
from backline.catalogue.reading import read_folder, read_neighbourhood
from backline.catalogue.reading.nodes import Keys, Node, Scalar, read_yaml
from backline.catalogue.schema import FILE, make_schema
from backline.engine.calendars import Calendar
from backline.engine.checking import check
from backline.engine.evaluating import evaluate
from backline.engine.generating import compile_type
from backline.engine.record import CaseRecord
from backline.engine.values import Row

ROOT = Path(__file__).parents[2]
FAMILIES = ROOT / "examples" / "families"
MERIDIAN = ROOT / "src" / "backline" / "demo" / "meridian" / "types"
SCHEMA = ROOT / "src" / "backline" / "catalogue" / "schema" / FILE
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
BUSINESS_DAYS = Calendar(zone="UTC", weekend=frozenset({5, 6}), holidays=frozenset(), opens=time(9), closes=time(17))
FOLDERS = sorted(path.parent for types in (FAMILIES, MERIDIAN) for path in types.glob("*/type.yaml"))


def plain(node: Node) -> object:
    """What an editor sees of a file."""
    if isinstance(node, Scalar):
        return None if node.empty else node.text
    if isinstance(node, Keys):
        return {key: plain(entry.value) for key, entry in node.entries.items()}
    return [plain(item) for item in node.items]


@pytest.fixture(scope="module")
def schema() -> Mapping[str, object]:
    found: dict[str, object] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return found


def test_all_seventeen_case_types_of_the_twelve_families_are_there() -> None:
    assert len([folder for folder in FOLDERS if folder.parent == FAMILIES]) == 17


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.parent.name}-{folder.name}")
def test_each_is_read_and_checked_without_a_problem(folder: Path) -> None:
    draft = check_folder(folder, read_neighbourhood(folder.parent))
    assert [str(problem) for problem in draft.problems] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.parent.name}-{folder.name}")
def test_each_becomes_a_program(folder: Path) -> None:
    around = read_neighbourhood(folder.parent)
    program = compile_type(check(read_folder(folder, around).definition, around.surroundings))
    assert program.definition.key == folder.name


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.parent.name}-{folder.name}")
def test_a_new_case_of_each_wants_something(folder: Path) -> None:
    around = read_neighbourhood(folder.parent)
    program = compile_type(check(read_folder(folder, around).definition, around.surroundings))
    role, ann = program.definition.for_, Row(type="person", id="1", members={"name": "Ann"})
    record = CaseRecord(opened_at=MONDAY, parties={role: (ann,)} if role else {})
    evaluation = evaluate(program, record, now=MONDAY, calendar=BUSINESS_DAYS)
    assert evaluation.state == "open"
    assert evaluation.wanted


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.parent.name}-{folder.name}")
def test_an_editor_finds_nothing_wrong_in_them_either(folder: Path, schema: Mapping[str, object]) -> None:
    text = (folder / "type.yaml").read_text(encoding="utf-8")
    found = jsonschema.Draft202012Validator(schema).iter_errors(plain(read_yaml(text, "type.yaml")))
    assert [f"{list(error.absolute_path)}: {error.message}" for error in found] == []


def test_the_published_schema_is_the_reader_s_own_table_of_keys(schema: Mapping[str, object]) -> None:
    assert schema == json.loads(json.dumps(make_schema())), "write it anew: python -m backline.catalogue.schema"


def test_the_schema_is_a_schema(schema: Mapping[str, object]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(
    "text",
    ["ownr: a", "facts: {a: {type: mony}}", "facts: {a: {type: text, ask: {team: x}}}", "promises: {a: {within: 3}}"],
)
def test_an_editor_marks_what_the_reader_refuses(text: str, schema: Mapping[str, object]) -> None:
    whole = {"case": "a", "title": "A", "for": "none", "owner": "b", "outcomes": {"otherwise": {}}}
    validator = jsonschema.Draft202012Validator(schema)
    more = plain(read_yaml(text, "type.yaml"))
    assert isinstance(more, dict)
    assert validator.is_valid(whole)
    assert not validator.is_valid({**whole, **more})
