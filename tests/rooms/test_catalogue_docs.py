"""What the documentation shows is what the reader takes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from backline.catalogue.drafts import check_folder
from backline.catalogue.reading import read_neighbourhood
from backline.catalogue.reading.grammar import PARTS

DOCS = Path(__file__).parents[2] / "docs"


def test_the_service_of_the_how_to_has_no_problem(tmp_path: Path) -> None:
    text = (DOCS / "how-to" / "describe-a-service.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    connectors = {block.split()[1]: block for block in blocks if block.startswith("system:")}
    folder = tmp_path / "bicycle"
    (folder / "messages").mkdir(parents=True)
    (tmp_path / "connectors").mkdir()
    for system, block in connectors.items():
        (tmp_path / "connectors" / f"{system}.yaml").write_text(block, encoding="utf-8")
    own = [block for block in blocks if block not in connectors.values()]
    (folder / "type.yaml").write_text("\n".join(own), encoding="utf-8")
    letters = re.findall(r"```\n(Subject:.*?)```", text, re.DOTALL)
    for name, letter in zip(("lent", "we_call_you"), letters, strict=True):
        (folder / "messages" / f"{name}.en.md").write_text(letter, encoding="utf-8")
    draft = check_folder(folder, read_neighbourhood(tmp_path))
    assert [str(problem) for problem in draft.problems] == []
    assert set(connectors) == {"ledger", "workshop"}


def test_the_service_of_the_readme_has_no_problem(tmp_path: Path) -> None:
    text = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    folder = tmp_path / "loyalty-card"
    folder.mkdir()
    (folder / "type.yaml").write_text("\n".join(re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)), encoding="utf-8")
    draft = check_folder(folder, read_neighbourhood(tmp_path))
    assert [str(problem) for problem in draft.problems] == []


@pytest.mark.parametrize("part", PARTS)
def test_the_reference_names_every_key(part: str) -> None:
    text = (DOCS / "reference" / "case-types.md").read_text(encoding="utf-8")
    missing = [key for key in PARTS[part] if not re.search(rf"(`|\b){re.escape(key)}(`|:|\b)", text)]
    assert missing == []
