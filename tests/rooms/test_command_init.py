"""``init``, and ``doctor`` on what it made."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from backline.project.examining import examine
from backline.project.organisation import MailSettings, Organisation


def backline(*words: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "BACKLINE_DATA": str(folder or "")}
    environment.pop("BACKLINE_DATABASE_URL", None)
    command = [sys.executable, "-m", "backline.project.command", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("above") / "new"
    done = backline("init", str(folder), "--name", 'Café: "Zwölf"', "--time-zone", "Europe/Berlin", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["types"] == ["change-of-phone"]
    return folder


def test_a_new_organisation_has_a_checked_and_published_kind_of_request(organisation: Path) -> None:
    checked = backline("types", "check", str(organisation / "types"))
    assert checked.returncode == 0, checked.stderr
    listed = backline("types", "list", "--json", folder=organisation)
    assert [one["type"] for one in json.loads(listed.stdout)] == ["change-of-phone"]


ASK = """
import django; django.setup()
from django.utils import timezone
from backline.cases.openings.opening import open_case
from backline.people import actors, parties
now = timezone.now()
ada = parties.create_party(name="Ada", claims={"email": "ada@example.org"}, now=now)
told = {"email": "ada@example.org", "phone": "+49 30 99999"}
case = open_case(type_key="change-of-phone", by=actors.of_party(ada), channel="portal", facts=told, now=now)
case.refresh_from_db()
print(case.state, case.outcome)
"""


def test_its_first_request_goes_all_the_way_to_the_system_and_back(organisation: Path) -> None:
    environment = {
        **os.environ,
        "BACKLINE_DATA": str(organisation),
        "DJANGO_SETTINGS_MODULE": "backline.project.settings",
    }
    environment.pop("BACKLINE_DATABASE_URL", None)
    done = subprocess.run([sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == "ended changed\n", done.stderr
    with closing(sqlite3.connect(organisation / "systems" / "register.sqlite3")) as register:
        assert register.execute("select phone from customer where name = 'Ada Byron'").fetchone() == ("+493099999",)
    [kept] = (organisation / "mail" / "out" / "new").iterdir()
    assert "+493099999" in kept.read_text()


def test_what_it_keeps_is_for_its_own_user_alone(organisation: Path) -> None:
    assert organisation.stat().st_mode & 0o077 == 0


def test_its_name_is_kept_whatever_it_holds(organisation: Path) -> None:
    told = yaml.safe_load((organisation / "backline.yaml").read_text())
    assert (told["name"], told["time_zone"]) == ('Café: "Zwölf"', "Europe/Berlin")


def test_the_doctor_finds_a_new_organisation_well(organisation: Path) -> None:
    done = backline("doctor", "--json", folder=organisation)
    told = json.loads(done.stdout)
    wrong = [check for check in told["checks"] if not check["ok"] and check["needed"]]
    assert (done.returncode, told["ok"], wrong) == (0, True, [])
    assert "connector register" in {check["check"] for check in told["checks"]}


def test_the_doctor_names_a_system_that_is_down(organisation: Path) -> None:
    kept = organisation / "systems"
    kept.rename(organisation / "elsewhere")
    try:
        done = backline("doctor", "--json", folder=organisation)
    finally:
        (organisation / "elsewhere").rename(kept)
    wrong = [check["check"] for check in json.loads(done.stdout)["checks"] if not check["ok"] and check["needed"]]
    assert (done.returncode, wrong) == (1, ["connector register"])


def test_a_folder_that_is_not_empty_is_left_alone(organisation: Path) -> None:
    before = (organisation / "backline.yaml").read_text()
    done = backline("init", str(organisation))
    assert done.returncode == 1
    assert "not empty" in done.stderr
    assert (organisation / "backline.yaml").read_text() == before


def test_an_unknown_time_zone_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    done = backline("init", str(tmp_path / "new"), "--time-zone", "Mars/Olympus")
    assert done.returncode == 1
    assert "Mars/Olympus" in done.stderr
    assert not (tmp_path / "new").exists()


@pytest.mark.django_db
def test_the_doctor_names_a_mail_server_that_does_not_answer_and_a_zone_that_is_not(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    mail = MailSettings(host="127.0.0.1", port=1)
    sick = Organisation(folder=tmp_path / "nowhere", time_zone="Mars/Olympus", mail=mail)
    found = {one.check: one for one in examine(sick, now=datetime(2026, 11, 22, tzinfo=UTC))}
    assert [name for name in ("mail", "zone", "storage") if found[name].ok] == []
    assert "127.0.0.1:1" in found["mail"].detail
    assert found["database"].ok
