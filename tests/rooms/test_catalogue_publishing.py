"""Publishing, and what stays of a version when the files around it change."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backline.catalogue import versions
from backline.catalogue.models import Version
from backline.catalogue.publishing import PublishingRefused, Verdict, publish
from backline.engine.definition import DefinitionProblems
from tests.rooms.catalogue_files import GOOD, good_but, write

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SHARED = "person: {purpose: To know you, facts: {name: {type: text, ask: party}}}\n"
BANK = """\
system: bank
kind: http
settings: {url: "https://bank.example", token: {environment: BANK_TOKEN}}
records: {plan: {number: text, needs: {choices: {a: A}}}}
operations:
  pay: {with: {amount: money}, write: {post: /pay}, verify: {get: "/pay/{key}"}, gives: {number: integer}}
  plans: {with: {}, read: {get: /plans}, returns: {list: plan}}
"""


@dataclass(frozen=True)
class Analyst:
    """Somebody who may publish; without the duty, somebody who may not."""

    id: str = "staff:1"
    duties: frozenset[str] = field(default_factory=lambda: frozenset({"analyst"}))

    def has_duty(self, duty: str) -> bool:
        return duty in self.duties


@pytest.fixture(autouse=True)
def nothing_loaded() -> None:
    """Each test has a database of its own, so nothing of another may stay loaded."""
    versions.forget()


@pytest.fixture
def types(tmp_path: Path) -> Path:
    folder = tmp_path / "types"
    (tmp_path / "connectors").mkdir()
    (tmp_path / "connectors" / "bank.yaml").write_text(BANK, encoding="utf-8")
    folder.mkdir()
    (folder / "shared.yaml").write_text(SHARED, encoding="utf-8")
    return folder


def put(folder: Path, note: str = "", verdict: Verdict | None = None) -> Version:
    return publish(folder=folder, by=Analyst(), now=NOON, note=note, verdict=verdict)


def test_the_first_version_is_one_and_says_who_published_it_when_and_why(types: Path) -> None:
    version = put(write(types), note="The first")
    assert (version.key, version.number, version.title, version.owner) == ("card", 1, "Get a card", "loyalty")
    assert (version.published_by, version.published_at, version.note) == ("staff:1", NOON, "The first")


def test_each_change_is_a_version_of_its_own_and_the_former_stays_as_it_was(types: Path) -> None:
    put(write(types))
    put(write(types, good_but("Get a card", "Get two cards")))
    assert versions.current("card").number == 2
    assert versions.load("card", 1).definition.title == "Get a card"
    assert versions.load_current("card").definition.title == "Get two cards"


def test_what_has_not_changed_is_not_published_again(types: Path) -> None:
    assert put(write(types)).number == put(write(types)).number == 1
    assert Version.objects.count() == 1


def test_a_wrong_definition_is_not_published(types: Path) -> None:
    with pytest.raises(DefinitionProblems):
        put(write(types, good_but("when: wanted", "when: wnted")))
    assert not Version.objects.exists()


def test_a_version_is_read_again_without_its_folder_shared_facts_and_systems(types: Path) -> None:
    text = good_but("owner: loyalty", "owner: loyalty\nuse: [person]").replace(
        "  wanted:", "  plans: {type: list of bank.plan, lookup: bank.plans}\n  wanted:"
    )
    folder = write(types, text.replace("with: [amount]", "gives: number"))
    before = put(folder)
    for path in (folder / "type.yaml", types / "shared.yaml", types.parent / "connectors" / "bank.yaml"):
        path.unlink()
    loaded = versions.load("card", before.number)
    assert loaded.definition.facts["name"].shared
    assert loaded.definition.actions["pay"].gives["number"].kind == "integer"
    assert loaded.groups["person"].purpose == "To know you"


def test_no_setting_of_a_system_is_stored_with_a_version(types: Path) -> None:
    files = put(write(types)).files
    assert "bank.example" not in str(files)
    assert "BANK_TOKEN" not in str(files)


def test_a_version_is_compiled_once_in_a_process(types: Path) -> None:
    put(write(types))
    assert versions.load("card", 1) is versions.load("card", 1)


def test_letters_messages_words_and_reading_rules_come_with_it(types: Path) -> None:
    (types / "kinds.yaml").write_text("bill: {}\n", encoding="utf-8")
    files = {"letters/paid.en.md": "Subject: Paid\n\n{amount}\n", "texts.de.yaml": "title: Eine Karte\n"}
    put(write(types, good_but("do: [pay]", "do: [pay, letter: paid]"), **files))
    loaded = versions.load("card", 1)
    letter = loaded.letter("paid", "de")
    assert letter is not None
    assert (letter.language, letter.subject) == ("en", "Paid")
    assert loaded.message("paid", "en") is None
    assert loaded.texts.title("de") == "Eine Karte"
    assert loaded.kinds == "bill: {}\n"


def test_what_was_never_published_is_not_found(types: Path) -> None:
    with pytest.raises(versions.VersionNotFound, match="Nothing is published as 'card'"):
        versions.current("card")
    put(write(types))
    with pytest.raises(versions.VersionNotFound, match="There is no version 7 of 'card'"):
        versions.load("card", 7)


def test_only_an_analyst_or_an_administrator_publishes(types: Path) -> None:
    worker = Analyst(id="staff:2", duties=frozenset({"worker"}))
    with pytest.raises(PublishingRefused, match="Only an analyst or an administrator"):
        publish(folder=write(types), by=worker, now=NOON)


def test_a_promise_that_is_not_kept_stops_publishing(types: Path) -> None:
    with pytest.raises(PublishingRefused, match=r"does not keep these promises: money takes 9 days\."):
        put(write(types), verdict=Verdict(keeps=False, findings=("money takes 9 days.",)))


def test_against_the_verdict_a_reason_is_stored(types: Path) -> None:
    verdict = Verdict(keeps=False, findings=("money takes 9 days.",), reason="A second team starts on Monday")
    put(write(types), verdict=verdict)
    assert Version.objects.get().verdict == {
        "keeps": False, "findings": ["money takes 9 days."], "reason": "A second team starts on Monday",
    }  # fmt: skip


def test_a_folder_whose_name_is_another_key_is_refused(types: Path) -> None:
    with pytest.raises(DefinitionProblems, match="stands in a folder 'kard'"):
        put(write(types, GOOD, key="kard"))
