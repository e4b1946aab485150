"""The page of systems: how each stands, what it allows, what was asked last, and what waits on it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from backline.connectors import calling, recording, systems
from backline.connectors.contract import Again
from backline.connectors.models import Call, Pause
from tests.rooms.cases_house import House
from tests.rooms.workbench_house import sign_in, workbench

__all__ = ["workbench"]
pytestmark = pytest.mark.django_db


def test_the_page_is_there_for_those_whose_duty_it_is_alone(workbench: House) -> None:
    administrator, worker = sign_in("administrator", workbench), sign_in("worker", workbench)
    assert "The bank" in administrator.read("/work/systems")
    assert worker.get("/work/systems").status_code == 404
    assert "/work/systems" in administrator.get("/work/").content.decode()
    assert "/work/systems" not in worker.get("/work/").content.decode()


def test_a_system_says_its_limits_and_its_last_calls(workbench: House) -> None:
    workbench.open(account="A-1", amount="80 EUR")
    told = sign_in("administrator", workbench).read("/work/systems")
    assert "bank · sql" in told
    assert "16 calls at once" in told
    assert "after 5 failures left alone for 30 s, then 1 may try" in told
    assert "bank.pay" in told
    assert "answers" in told


def test_what_failed_and_what_waits_is_told(workbench: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(operation: str, payload: object, *, key: str, deadline_s: float) -> Again:
        return Again(after_s=5, reason="busy")

    monkeypatch.setattr(calling, "write", busy)
    case = workbench.open(account="A-1", amount="80 EUR")
    recording.flush()
    Call.objects.create(
        at=workbench.now, system="bank", operation="bank.pay", purpose="write", result="again", detail="no route", ms=3
    )
    Call.objects.exclude(result="again").update(at=workbench.now - timedelta(minutes=1))
    told = sign_in("administrator", workbench).read("/work/systems")
    assert "did not answer" in told
    assert "bank.pay: no route" in told
    assert "1 change" in told
    assert case.reference in told


def test_a_process_that_leaves_a_system_alone_is_named_until_its_pause_is_over(workbench: House) -> None:
    pause = Pause.objects.create(
        system="bank", process="east:7", began_at=workbench.now, until=workbench.now + timedelta(seconds=30),
        reason="down no route",
    )  # fmt: skip
    desk = sign_in("administrator", workbench)
    told = desk.read("/work/systems")
    assert "left alone for a while" in told
    assert "east:7 asks nothing. Next try:" in told
    Pause.objects.filter(pk=pause.pk).update(until=workbench.now)
    assert "east:7" not in desk.read("/work/systems")


def test_a_file_that_is_wrong_is_told_with_its_place(workbench: House) -> None:
    path = Path(settings.FOLDER) / "connectors" / "bank.yaml"
    path.write_text(path.read_text().replace("kind: sql", "kind: telepathy"))
    systems.forget()
    told = sign_in("administrator", workbench).read("/work/systems")
    assert "its file is wrong" in told
    assert " connectors/bank.yaml:4:7: " in told


def test_without_a_system_the_page_says_what_to_do(workbench: House) -> None:
    (Path(settings.FOLDER) / "connectors" / "bank.yaml").unlink()
    assert "No system is described yet" in sign_in("administrator", workbench).read("/work/systems")
