"""A Tryton server (GPL, so in an environment and a process of its own) with a small company in SQLite.

``python -m tests.peers.tryton`` makes both under ``var/peers``, once for the versions in ``tryton.txt``; tests copy
the database, and start one server for a module.
"""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
WHERE = HERE.parent.parent / "var" / "peers"
USER, PASSWORD = "backline", "the-tryton-password"
DATABASE = "erp"
STARTS_S = 60.0
MODULES = ("party", "sale", "account_invoice", "stock")


class NoTryton(Exception):
    """It can't be had on this machine; the message says why."""


def made() -> Path:
    """The folder with environment and database, made where they are not there yet. Raises NoTryton."""
    told = (HERE / "tryton.txt").read_bytes() + (HERE / "tryton_company.py").read_bytes()
    folder = WHERE / f"tryton-{sha256(told).hexdigest()[:12]}"
    WHERE.mkdir(parents=True, exist_ok=True)
    with open(WHERE / "tryton.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            _make(folder)
            (folder / "ready").touch()
    return folder


@contextmanager
def tryton(folder: Path) -> Iterator[Tryton]:
    """A server over a fresh copy of the database, in ``folder``, while it runs. Raises NoTryton."""
    home = made()
    shutil.copyfile(home / f"{DATABASE}.sqlite", folder / f"{DATABASE}.sqlite")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    _configure(folder, port)
    process = subprocess.Popen(
        [home / "env" / "bin" / "trytond", "-c", "trytond.conf", "-d", DATABASE], cwd=folder,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        server = Tryton(folder, port)
        server.wait()
        yield server
    finally:
        process.terminate()
        process.wait(20)


class Tryton:
    """The server, and a way into its database beside the connector."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port

    def rows(self, question: str, *binds: Any) -> list[Any]:
        """What stands in the server's own database."""
        with closing(
            sqlite3.connect(f"file:{self.folder}/{DATABASE}.sqlite?mode=ro", uri=True, timeout=10)
        ) as database:
            rows = database.execute(question, binds).fetchall()
        return [row[0] if len(row) == 1 else row for row in rows]

    def wait(self) -> None:
        """Until a session can be begun."""
        ends = time.monotonic() + STARTS_S
        while not self._answers():
            if time.monotonic() > ends:
                raise NoTryton("the server does not answer")
            time.sleep(0.1)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=STARTS_S)
        try:
            body = json.dumps({"id": 1, "method": "common.db.login", "params": [USER, {"password": PASSWORD}, "en"]})
            connection.request("POST", f"/{DATABASE}/rpc/", body, {"Content-Type": "application/json"})
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


def _make(folder: Path) -> None:
    folder.mkdir()
    python = folder / "env" / "bin" / "python"
    _run([sys.executable, "-m", "venv", folder / "env"], folder)
    _run([python, "-m", "pip", "install", "--quiet", "--requirement", HERE / "tryton.txt"], folder)
    _configure(folder, 0)
    (folder / f"{DATABASE}.sqlite").touch()
    (folder / "password").write_text("not-used-after")
    admin = ["-c", "trytond.conf", "-d", DATABASE, "--all", "--email", "admin@house.example"]
    _run([python.with_name("trytond-admin"), *admin, "-u", *MODULES, "--activate-dependencies"], folder)
    _run([python, "-W", "ignore", HERE / "tryton_company.py", "trytond.conf", DATABASE], folder)


def _configure(folder: Path, port: int) -> None:
    (folder / "trytond.conf").write_text(
        f"[database]\nuri = sqlite://\npath = {folder}\n[web]\nlisten = 127.0.0.1:{port}\n"
        "[session]\nmax_attempt = 1000\n"
    )


def _run(command: list[Any], folder: Path) -> None:
    ended = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=600,
        env={**os.environ, "TRYTONPASSFILE": str(folder / "password")},
    )  # fmt: skip
    if ended.returncode != 0:
        said = (ended.stderr or ended.stdout).strip().splitlines()
        raise NoTryton(f"{Path(command[0]).name}: {said[-1][:200] if said else ended.returncode}")


if __name__ == "__main__":
    try:
        print(f"Tryton is in {made()}.")
    except NoTryton as wrong:
        sys.exit(f"Tryton can't be had: {wrong}. The tests that need it are skipped.")
