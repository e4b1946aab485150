"""``serve`` and ``work``: one process that starts, answers and stops."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

PATIENCE_S = 90
"""A machine that is busy with other things starts a server slowly; nothing is judged by it"""


def started(folder: Path, *words: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "BACKLINE_DATA": str(folder), "PYTHONUNBUFFERED": "1"}
    environment.pop("BACKLINE_DATABASE_URL", None)
    command = [sys.executable, "-m", "backline.project.command", *words]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_one_process_migrates_answers_and_stops_cleanly(tmp_path: Path, how: signal.Signals) -> None:
    with started(tmp_path, "serve", "--port", "0") as server:
        try:
            assert server.stdout is not None
            found = re.search(r"http://\S+:\d+/", server.stdout.readline())
            assert found
            with httpx.Client(
                base_url=found.group(), transport=httpx.HTTPTransport(retries=8), timeout=PATIENCE_S
            ) as client:
                assert client.get("/health").json() == {"status": "alive"}
                assert client.get("/ready").json() == {"status": "ready"}
                assert client.get("/account/login/code/").status_code == 200
            children = Path(f"/proc/{server.pid}/task/{server.pid}/children")
            assert not children.exists() or children.read_text() == ""
        finally:
            server.send_signal(how)
        assert server.wait(timeout=PATIENCE_S) == 0
        assert server.stderr is not None
        assert "Traceback" not in server.stderr.read()


def test_a_second_server_in_one_folder_is_refused(tmp_path: Path) -> None:
    with started(tmp_path, "serve", "--port", "0") as first:
        try:
            assert first.stdout is not None
            first.stdout.readline()
            second = started(tmp_path, "serve", "--port", "0")
            _, err = second.communicate(timeout=PATIENCE_S)
            assert second.returncode == 1
            assert "another 'backline serve'" in err
        finally:
            first.terminate()


def test_a_port_that_is_taken_is_refused(tmp_path: Path) -> None:
    with started(tmp_path / "first", "serve", "--port", "0") as first:
        try:
            assert first.stdout is not None
            found = re.search(r":(\d+)/", first.stdout.readline())
            assert found
            with httpx.Client(transport=httpx.HTTPTransport(retries=8), timeout=PATIENCE_S) as client:
                client.get(f"http://127.0.0.1:{found.group(1)}/health")
            second = started(tmp_path / "second", "serve", "--port", found.group(1))
            _, err = second.communicate(timeout=PATIENCE_S)
            assert second.returncode == 1
            assert "--port" in err
        finally:
            first.terminate()


def test_work_on_sqlite_says_that_it_needs_postgresql(tmp_path: Path) -> None:
    started(tmp_path, "migrate").communicate(timeout=PATIENCE_S)
    work = started(tmp_path, "work")
    _, err = work.communicate(timeout=PATIENCE_S)
    assert work.returncode == 1
    assert "PostgreSQL" in err


def test_a_command_on_a_database_of_before_says_to_migrate(tmp_path: Path) -> None:
    listing = started(tmp_path, "staff", "list")
    out, err = listing.communicate(timeout=PATIENCE_S)
    assert (listing.returncode, out) == (1, "")
    assert "backline migrate" in err
