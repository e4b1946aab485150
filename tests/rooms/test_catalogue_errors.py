"""What a definition that is wrong is answered: the place, what is wrong, and the mend, word for word."""

from __future__ import annotations

from pathlib import Path

import pytest

from backline.catalogue.reading import read_type
from backline.engine.definition import DefinitionProblems
from tests.rooms.catalogue_files import GOOD, good_but, write

LAST_FACT = "  wanted: {type: yes/no, ask: customer}"


def fact(line: str) -> str:
    """The good case type with one more fact, in line 10."""
    return good_but(LAST_FACT, f"{LAST_FACT}\n  {line}")


def problems_of(folder: Path) -> list[str]:
    """All problems, with places inside of the folder."""
    with pytest.raises(DefinitionProblems) as raised:
        read_type(folder)
    return [str(problem).replace(f"{folder}/", "") for problem in raised.value.problems]


def blocks() -> list[tuple[str, str, list[str]]]:
    """The blocks of errors.txt: title, the case type as it was written, what is answered."""
    found = []
    for block in (Path(__file__).parent / "catalogue" / "errors.txt").read_text(encoding="utf-8").split("\n# ")[1:]:
        title, *lines = block.splitlines()
        parts = {line[:1]: line.partition(" ")[2].replace("\\n", "\n").replace("\\t", "\t") for line in lines}
        if "f" in parts:
            text = fact(parts["f"]) if lines[0].startswith("fact") else parts["f"]
        else:
            text = good_but(parts["-"], parts["+"])
        found.append((title, text, [line[2:] for line in lines if line.startswith("= ")]))
    return found


@pytest.mark.parametrize(("text", "told"), [block[1:] for block in blocks()], ids=[block[0] for block in blocks()])
def test_the_analyst_reads_where_what_and_how_to_mend_it(tmp_path: Path, text: str, told: list[str]) -> None:
    assert problems_of(write(tmp_path, text)) == told


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = good_but("type: money", "type: mony").replace("do: [pay]", "do: [pya]").replace("owner: loyalty", "ownr: a")
    told = problems_of(write(tmp_path, text))
    assert [problem.split(":")[1] for problem in told] == ["1", "4", "8", "13"]


def test_a_folder_without_a_type_says_how_to_begin(tmp_path: Path) -> None:
    assert problems_of(tmp_path) == [
        f"type.yaml:1:1: There is no type.yaml in {tmp_path}. Begin it with 'case:', 'title:', 'for:', 'owner:'."
    ]


def test_a_file_that_is_not_utf_8_says_where(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "type.yaml").write_bytes(GOOD.encode().replace(b"Get a card", "Käse".encode("latin-1")))
    assert problems_of(folder) == ["type.yaml:2:9: This is not text in UTF-8. Save the file with the encoding UTF-8."]


def test_a_character_that_cannot_be_shown_says_where(tmp_path: Path) -> None:
    told = problems_of(write(tmp_path, good_but("Get a card", "Get\x01a card")))
    assert told == ["type.yaml:2:11: There is a character here that can't be shown. Remove it."]


def test_a_file_that_is_too_long_is_refused_before_it_is_read(tmp_path: Path) -> None:
    told = problems_of(write(tmp_path, GOOD + "# " + "x" * 400_000))
    assert told == ["type.yaml:1:1: This file is longer than 400,000 characters. Split it."]


def test_a_file_with_too_many_values_is_refused(tmp_path: Path) -> None:
    told = problems_of(write(tmp_path, good_but("title: Get a card", f"title: [{'a, ' * 20_001}a]")))
    assert told[0].endswith("This file holds more than 20,000 values. Split it.")


def test_laughing_aliases_are_refused_at_the_first_anchor(tmp_path: Path) -> None:
    laugh = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"
    assert problems_of(write(tmp_path, laugh))[0].startswith(
        "type.yaml:1:4: Anchors and aliases (& and *) are not used"
    )
