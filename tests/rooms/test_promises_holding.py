"""Promises from what the back office achieves: dates, the guard, doubts, and the order of the work list."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from backline.cases.models import Case, Want
from backline.cases.storage.verifying import verify
from backline.catalogue import versions
from backline.catalogue.publishing import PublishingRefused, publish
from backline.insight import worklists
from backline.insight.models import Doubt, Forecast
from backline.insight.promises import forecasts, learning, watching
from backline.insight.promises.guarding import findings, verdict_on
from backline.insight.promises.keeping import kept
from backline.insight.promises.lives import lives_of
from backline.people.actors import SYSTEM, of_account
from backline.people.models import Account
from backline.project import doubting
from backline.web.portal.expecting import offered_words
from tests.rooms.past_house import CALENDAR, NOW
from tests.rooms.past_house import past as past

pytestmark = pytest.mark.django_db
KEY = "hardship-withdrawal"


def edited(folder: Path, old: str, new: str) -> Path:
    """The draft with one thing changed."""
    path = folder / "types" / KEY / "type.yaml"
    told = path.read_text(encoding="utf-8")
    assert old in told
    path.write_text(told.replace(old, new), encoding="utf-8")
    return path.parent


def test_the_invented_past_is_as_its_timelines_tell_it_and_is_made_once(past: Path) -> None:
    from backline.demo.past.making import make

    verdict = verify()
    assert verdict.cases > 300
    assert verdict.broken == ()
    assert make(now=NOW) == 0
    assert Case.objects.filter(once__startswith="invented past/").count() == verdict.cases


def test_the_share_kept_is_the_share_that_the_cases_themselves_say(past: Path) -> None:
    definition = versions.load_current(KEY).definition
    lives = lives_of(definition, now=NOW)
    said = [life.snapshot["promises"].get("answer", {}).get("state") for life in lives]
    found = kept(lives, definition.promises["answer"], CALENDAR)
    assert found is not None
    assert found.share == pytest.approx(said.count("kept") / (said.count("kept") + said.count("broken")), abs=0.01)
    assert found.low < found.share < found.high


def test_dates_would_have_been_kept_in_nine_of_ten(past: Path) -> None:
    row = learning.learn(versions.load_current(KEY), calendar=CALENDAR, now=NOW)
    tested = row.content["promises"]["answer"]["backtest"]
    assert tested["covered"] >= 0.87, "the last three weeks are half as busy again, and one of three is away"
    assert tested["error_s"] < tested["mean_error_s"]


def test_an_open_case_is_foretold_from_those_like_it_and_what_changes_is_foretold_anew(past: Path) -> None:
    learning.learn_all(calendar=CALENDAR, now=NOW)
    later = NOW + timedelta(minutes=1)
    looked = forecasts.renew(calendar=CALENDAR, now=later)
    assert looked == Case.objects.exclude(state="ended").filter(type_key=KEY).count()
    found = Forecast.objects.filter(promise="answer").first()
    assert found is not None
    assert later <= found.likely_at <= found.sure_at
    assert found.alike >= 15
    unlike = looked - Forecast.objects.values("case").distinct().count()
    assert forecasts.renew(calendar=CALENDAR, now=later) == unlike
    Case.objects.filter(pk=found.case_id).update(version=99)
    assert forecasts.renew(calendar=CALENDAR, now=later) == unlike + 1


def test_a_promise_that_nobody_could_keep_is_refused_with_evidence_and_bottleneck(past: Path) -> None:
    draft = edited(past, "within: 1 business day", "within: 1 hour")
    verdict = verdict_on(draft, calendar=CALENDAR, now=NOW)
    assert verdict is not None
    assert not verdict.keeps
    assert "“Our answer” within 1 hour" in verdict.findings[0]
    assert "Does the document support the reason and the amount?" in verdict.findings[0]
    assert "would hold" in verdict.findings[0]
    with pytest.raises(PublishingRefused):
        publish(folder=draft, by=SYSTEM, now=NOW, verdict=verdict)
    assert versions.current(KEY).number == 1


def test_who_overrides_the_guard_is_named_with_the_reason_until_it_holds(past: Path) -> None:
    draft = edited(past, "within: 1 business day", "within: 1 hour")
    nils = of_account(Account.objects.get(email="nils@meridian.example"))
    verdict = verdict_on(draft, calendar=CALENDAR, now=NOW, reason="Two more start on Monday")
    publish(folder=draft, by=nils, now=NOW, verdict=verdict)
    loaded = versions.load_current(KEY)
    told = watching.overridden(loaded, loaded.definition.promises["answer"])
    assert told is not None
    assert (told["by"], told["reason"]) == (nils.id, "Two more start on Monday")
    assert watching.overridden(loaded, loaded.definition.promises["money"]) is None


def test_a_promise_that_holds_may_be_published_and_so_may_one_that_nobody_knows(past: Path) -> None:
    draft = edited(past, "within: 1 business day", "within: 20 business days")
    verdict = verdict_on(draft, calendar=CALENDAR, now=NOW)
    assert verdict is not None
    assert verdict.keeps
    unknown = findings(versions.load_current("medical-appointment").definition, calendar=CALENDAR, now=NOW)
    assert all(one.holds for one in unknown)


def test_when_capability_drops_the_owner_is_told_once_and_customers_are_told_what_holds(past: Path) -> None:
    learning.learn_all(calendar=CALENDAR, now=NOW)
    (doubt,) = watching.watch(now=NOW).new
    assert (doubt.type_key, doubt.promise, doubt.owner) == (KEY, "answer", "withdrawals")
    assert watching.watch(now=NOW).new == (), "told once"
    promise = versions.load_current(KEY).definition.promises["answer"]
    assert offered_words(KEY, promise).startswith("At the moment: Within ")
    ruth = of_account(Account.objects.get(email="ruth@meridian.example"))
    selma = of_account(Account.objects.get(email="selma@meridian.example"))
    assert [one.pk for one in watching.doubts_for(ruth)] == [doubt.pk]
    assert watching.doubts_for(selma) == []
    watching.mark_seen(doubt=doubt.pk, by=selma, now=NOW)
    assert Doubt.objects.get(pk=doubt.pk).seen_by == ""


def test_a_doubt_ends_when_the_promise_holds_again(past: Path) -> None:
    learning.learn_all(calendar=CALENDAR, now=NOW)
    watching.watch(now=NOW)
    draft = edited(past, "within: 1 business day", "within: 20 business days")
    publish(folder=draft, by=SYSTEM, now=NOW)
    learning.learn(versions.load_current(KEY), calendar=CALENDAR, now=NOW)
    (over,) = watching.watch(now=NOW).over
    assert over.promise == "answer"
    assert watching.open_doubts() == {}


def test_the_owner_gets_an_e_mail_that_says_what_breaks_it(past: Path, mailoutbox: list[Any]) -> None:
    learning.learn_all(calendar=CALENDAR, now=NOW)
    (doubt,) = watching.watch(now=NOW).new
    doubting.tell(doubt, NOW)
    doubting.tell(doubt, NOW)
    (mail,) = mailoutbox
    assert mail.to == ["ruth@meridian.example"]
    assert "In doubt" in mail.subject
    assert "“Does the document support the reason and the amount?”" in mail.body


def test_the_work_list_is_in_the_order_of_risk(past: Path) -> None:
    learning.learn_all(calendar=CALENDAR, now=NOW)
    forecasts.renew(calendar=CALENDAR, now=NOW + timedelta(minutes=1))
    rows = list(worklists.pressing_first(Want.objects.filter(kind="work", closed_at__isnull=True), now=NOW))
    at_risk = [row.likely for row in rows if row.rank == 1]
    assert at_risk == sorted(at_risk)
    assert [row.rank for row in rows] == sorted(row.rank for row in rows)


def test_only_those_who_answer_for_promises_see_the_pages(past: Path) -> None:
    learning.learn_all(calendar=CALENDAR, now=NOW)
    watching.watch(now=NOW)
    for email, status in (("nils", 200), ("ruth", 200), ("ines", 404)):
        client = Client()
        client.force_login(Account.objects.get(email=f"{email}@meridian.example"))
        assert client.get("/studio/promises/").status_code == status
        page = client.get(f"/studio/promises/{KEY}/answer/")
        assert page.status_code == status
    assert "In doubt" in page.content.decode() or status == 404


def test_the_guard_speaks_the_language_of_who_reads_it_and_its_findings_are_known_again(past: Path) -> None:
    from django.utils import translation

    from backline.catalogue import versions
    from backline.insight.promises.guarding import is_about, words_of

    loaded = versions.load_current("hardship-withdrawal")
    one = findings(loaded.definition, calendar=CALENDAR, now=NOW)[0]
    with translation.override("de"):
        german = words_of(one, loaded.texts)
    assert german.startswith("„Unsere Antwort“ innerhalb von")
    assert all(is_about(words, "answer", loaded.texts) for words in (german, words_of(one, loaded.texts)))
    assert not is_about(german, "money", loaded.texts)
