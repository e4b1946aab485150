"""The catalogue in the studio: a draft is begun, mended, tried, published, and open cases move along."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.conf import settings

from backline.cases.models import Case
from backline.catalogue import drafting
from backline.catalogue.models import Version
from tests.rooms.cases_house import House
from tests.rooms.cases_house import house as house
from tests.rooms.workbench_house import CAST, Desk, sign_in, words

pytestmark = pytest.mark.django_db
DRAFT = "/studio/types/payout/draft"


@pytest.fixture
def analyst(house: House, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setitem(CAST, "analyst", {"duties": ("analyst",)})
    for key in drafting.drafts(settings.ORGANISATION.folder):
        drafting.settle(organisation=settings.ORGANISATION.folder, key=key)
    return sign_in("analyst", house)


def written(page: str) -> dict[str, str]:
    """What the editor would send."""
    seen = re.search(r'name="seen" value="([^"]*)"', page)
    text = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.S)
    assert seen
    assert text
    return {"file": "type.yaml", "seen": seen[1], "text": unescape(text[1]).lstrip("\n")}


def begun(analyst: Desk) -> dict[str, str]:
    analyst.post("/studio/types/payout/draft/begin", {})
    return written(analyst.get(DRAFT).content.decode())


def test_workers_and_customers_find_no_catalogue(house: House, analyst: Desk) -> None:
    worker = sign_in("worker", house)
    assert worker.get("/studio/types/").status_code == 404
    assert worker.post("/studio/types/payout/draft/begin", {}).status_code == 404
    assert drafting.drafts(settings.ORGANISATION.folder) == []


def test_the_catalogue_is_found_by_words_team_and_use(analyst: Desk) -> None:
    assert "payout" in analyst.read("/studio/types/")
    assert "payout" in analyst.read("/studio/types/?uses=bank.pay")
    assert "No case type fits" in analyst.read("/studio/types/?q=elephant")


def test_what_is_wrong_is_saved_told_with_its_line_and_can_not_be_published(house: House, analyst: Desk) -> None:
    form = begun(analyst)
    wrong = {**form, "text": form["text"].replace("outcomes:", "outcomse:")}
    assert "outcomse" in words(analyst.post(f"{DRAFT}/check", wrong).content.decode())
    assert "No mistakes" in analyst.read(DRAFT)
    analyst.post(DRAFT, wrong)
    said = analyst.read(DRAFT)
    assert "outcomse" in said
    assert "type.yaml:" in said
    before = Version.objects.filter(key="payout").count()
    assert "mistakes" in words(analyst.post("/studio/promises/payout/publication/", {}).content.decode())
    assert Version.objects.filter(key="payout").count() == before


def test_a_change_is_tried_on_cases_published_and_open_cases_move_along(house: House, analyst: Desk) -> None:
    case = house.open(account="A-1")
    form = begun(analyst)
    analyst.post(DRAFT, {**form, "text": form["text"].replace("title: ", "title: New ")})
    assert "would go on exactly as" in analyst.read(f"{DRAFT}/cases")
    analyst.post("/studio/promises/payout/publication/", {"note": "A new title"})
    newest = Version.objects.filter(key="payout").first()
    assert newest is not None
    assert newest.title.startswith("New")
    assert newest.published_by.startswith("staff:")
    assert drafting.draft_of(settings.ORGANISATION.folder, "payout") is None
    assert "Write why" in words(analyst.post("/studio/types/payout/move", {}).content.decode())
    analyst.post("/studio/types/payout/move", {"reason": "the new title"})
    assert Case.objects.get(pk=case.pk).type_version == newest.number


def test_who_saves_over_somebody_elses_words_sees_theirs_and_loses_nothing(analyst: Desk) -> None:
    form = begun(analyst)
    analyst.post(DRAFT, {**form, "text": form["text"] + "# theirs\n"})
    answer = analyst.post(DRAFT, {**form, "text": form["text"] + "# mine\n"})
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "# theirs" in said
    assert "# mine" in said
    analyst.post(DRAFT, {**written(said), "text": form["text"] + "# both\n"})
    assert "# both" in analyst.get(DRAFT).content.decode()


def test_an_old_version_comes_back_by_a_draft_of_it(house: House, analyst: Desk) -> None:
    first = Version.objects.get(key="payout")
    form = begun(analyst)
    analyst.post(DRAFT, {**form, "text": form["text"].replace("title: ", "title: New ")})
    analyst.post("/studio/promises/payout/publication/", {})
    assert "What changed since version 1" in analyst.read("/studio/types/payout/versions/2")
    analyst.post("/studio/types/payout/draft/begin", {"version": "1"})
    analyst.post("/studio/promises/payout/publication/", {})
    newest = Version.objects.filter(key="payout").first()
    assert newest is not None
    assert newest.number == 3
    assert newest.title == first.title


def test_a_new_case_type_begins_with_one_question_and_is_published_for_the_first_time(
    house: House, analyst: Desk
) -> None:
    said = {"title": "Report a lost card: 'now'", "key": "lost-card", "owner": "desk"}
    assert "Choose the team" in words(analyst.post("/studio/types/new", {**said, "owner": "x"}).content.decode())
    analyst.post("/studio/types/new", said)
    assert "No mistakes" in analyst.read("/studio/types/lost-card/draft")
    analyst.post("/studio/promises/lost-card/publication/", {})
    assert Version.objects.get(key="lost-card").title == "Report a lost card: 'now'"


@pytest.mark.parametrize("path", ["../../backline.yaml", "/etc/passwd", "letters/../../../x.md"])
def test_no_file_outside_of_the_draft_is_shown_or_written(analyst: Desk, path: str) -> None:
    begun(analyst)
    assert analyst.get(f"{DRAFT}?file={path}").status_code == 404
    assert analyst.post(DRAFT, {"file": path, "text": "x", "seen": ""}).status_code == 422
