"""A colleague is shown that two requests look like one, sees what would follow, merges them, and parts them."""

from __future__ import annotations

import pytest

from backline.cases.asserting import assert_facts
from backline.cases.models import Case, CaseMerge
from tests.rooms.cases_house import House, house  # noqa: F401
from tests.rooms.workbench_house import sign_in, workbench  # noqa: F401

pytestmark = pytest.mark.django_db


def test_two_alike_are_compared_merged_and_parted(workbench: House) -> None:  # noqa: F811
    first = workbench.open(account="A-1", amount="400")
    second = workbench.open(account="A-1", amount="300")
    desk = sign_in("worker", workbench)
    shown = desk.read(f"/work/cases/{first.reference}")
    assert "looks like the same request" in shown
    page = f"/work/cases/{first.reference}/merge"
    assert second.reference in desk.read(page)

    compared = desk.read(f"{page}?other={second.reference.lower()}")
    assert "1 answer differs" in compared
    assert Case.objects.get(pk=second.pk).state == "open", "looking changes nothing"
    assert desk.post(page, {"other": second.reference, "reason": ""}).status_code == 422
    assert desk.post(page, {"other": second.reference, "reason": "Sent twice"}).status_code == 302

    led = desk.get(f"/work/cases/{second.reference}")
    assert (led.status_code, led["Location"]) == (302, f"/work/cases/{first.reference}")
    assert "Sent twice" in desk.read(f"/work/cases/{first.reference}")

    workbench.pass_time(minutes=1)
    case = Case.objects.get(pk=first.pk)
    assert_facts(case=case, by=workbench.ann, channel="portal", facts={"account": "A-2"}, now=workbench.now)
    merge = CaseMerge.objects.get()
    undo = f"/work/case-merges/{merge.pk}/undo"
    assert "Which account?: A-2 (Ann)" in desk.read(undo)
    assert desk.post(undo, {"reason": " "}).status_code == 422
    assert desk.post(undo, {"reason": "Two accounts"}).status_code == 302
    assert "Open" in desk.read(f"/work/cases/{second.reference}")


def test_what_can_not_be_merged_says_why_and_has_no_button(workbench: House) -> None:  # noqa: F811
    first, ended = workbench.open(account="A-1"), workbench.open(account="A-1", amount="50")
    workbench.pass_time(minutes=1)
    desk = sign_in("worker", workbench)
    page = desk.read(f"/work/cases/{ended.reference}/merge?other={first.reference}")
    assert "has ended" in page
    assert "They are one request" not in page
    compared = desk.read(f"/work/cases/{first.reference}/merge?other={ended.reference}")
    assert "Made already, not made again" in compared
    assert "found no request" in desk.read(f"/work/cases/{first.reference}/merge?other=PA-2222-22", status=422)
    assert sign_in("outsider", workbench).get(f"/work/cases/{first.reference}/merge").status_code == 404
