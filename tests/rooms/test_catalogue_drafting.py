"""Drafts in the organisation's folder: begun from a version, saved file by file, published, taken away."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from backline.catalogue import drafting
from backline.catalogue.drafting import DraftingRefused, SavedMeanwhile, stamp
from backline.catalogue.drafts import check_paths
from backline.catalogue.models import DraftSave, Version
from backline.catalogue.publishing import publish

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TYPE = """\
case: parcel
title: Find a parcel
for: customer
owner: service
roles:
  customer: {label: Customer}
facts:
  number: {label: Which number?, type: text, ask: customer}
outcomes:
  otherwise: {label: Looked for, say: "We look for {number}."}
"""


class Analyst:
    id = "staff:1"

    def has_duty(self, duty: str) -> bool:
        return duty == "analyst"


class Worker(Analyst):
    def has_duty(self, duty: str) -> bool:
        return False


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "types").mkdir()
    (tmp_path / "types" / "shared.yaml").write_text("", encoding="utf-8")
    return tmp_path


def begun(folder: Path) -> Path:
    return drafting.begin(organisation=folder, key="parcel", files={"type.yaml": TYPE}, by=Analyst(), now=NOW)


def saved(folder: Path, text: str, *, path: str = "type.yaml", seen: str = stamp(TYPE)) -> None:
    drafting.save(organisation=folder, key="parcel", path=path, text=text, seen=seen, by=Analyst(), now=NOW)


def test_what_is_wrong_is_kept_and_told(folder: Path) -> None:
    draft = begun(folder)
    saved(folder, TYPE.replace("title:", "titel:"))
    assert "titel" in (draft / "type.yaml").read_text(encoding="utf-8")
    assert [problem for one in check_paths([draft]) for problem in one.problems]


def test_of_two_who_save_at_once_the_second_reads_what_the_first_wrote(folder: Path) -> None:
    begun(folder)
    saved(folder, TYPE + "# first\n")
    with pytest.raises(SavedMeanwhile) as refused:
        saved(folder, TYPE + "# second\n")
    assert refused.value.text == TYPE + "# first\n"


def test_who_saved_what_stays_on_record_after_the_draft_is_gone(folder: Path) -> None:
    begun(folder)
    saved(folder, TYPE + "# more\n")
    drafting.drop(organisation=folder, key="parcel", by=Analyst(), now=NOW)
    assert drafting.draft_of(folder, "parcel") is None
    told = list(DraftSave.objects.order_by("pk").values_list("path", "gone", "saved_by"))
    assert told == [("", False, "staff:1"), ("type.yaml", False, "staff:1"), ("", True, "staff:1")]


def test_what_is_published_becomes_the_type_of_the_folder_and_a_file_that_was_taken_out_goes(folder: Path) -> None:
    own = folder / "types" / "parcel"
    (own / "letters").mkdir(parents=True)
    (own / "letters" / "old.en.md").write_text("Subject: Old\n", encoding="utf-8")
    draft = begun(folder)
    publish(folder=draft, by=Analyst(), now=NOW)
    drafting.settle(organisation=folder, key="parcel")
    assert (own / "type.yaml").read_text(encoding="utf-8") == TYPE
    assert not (own / "letters" / "old.en.md").exists()
    assert drafting.draft_of(folder, "parcel") is None


def test_an_old_version_begins_a_draft_as_it_was(folder: Path) -> None:
    publish(folder=begun(folder), by=Analyst(), now=NOW)
    drafting.drop(organisation=folder, key="parcel", by=Analyst(), now=NOW)
    draft = drafting.begin_from(organisation=folder, version=Version.objects.get(), by=Analyst(), now=NOW)
    assert (draft / "type.yaml").read_text(encoding="utf-8") == TYPE
    assert not (folder / "drafts" / "parcel" / "..shared.yaml").exists()


@pytest.mark.parametrize("path", ["../shared.yaml", "/etc/passwd", "letters/../../x.md", "run.py", ".hidden.md", ""])
def test_no_file_is_saved_outside_of_the_draft_or_as_anything_but_a_text(folder: Path, path: str) -> None:
    begun(folder)
    with pytest.raises(DraftingRefused):
        saved(folder, "x", path=path, seen="")


@pytest.mark.parametrize("key", ["../types", "", "Parcel", "a b", "x" * 90])
def test_no_draft_has_a_key_that_is_no_name(folder: Path, key: str) -> None:
    with pytest.raises(DraftingRefused):
        drafting.begin(organisation=folder, key=key, files={"type.yaml": TYPE}, by=Analyst(), now=NOW)


def test_who_is_no_analyst_drafts_nothing(folder: Path) -> None:
    with pytest.raises(DraftingRefused):
        drafting.begin(organisation=folder, key="parcel", files={"type.yaml": TYPE}, by=Worker(), now=NOW)


def test_a_second_draft_of_one_type_is_refused(folder: Path) -> None:
    begun(folder)
    with pytest.raises(DraftingRefused):
        begun(folder)
