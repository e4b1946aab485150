"""A MariaDB server (Debian's mariadb-server) as a private process with a folder of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER, PASSWORD, DATABASE = "backline", "the-mariadb-password", "shop"
STARTS_S = 60.0
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


class NoMariaDb(Exception):
    """It can't be had on this machine; the message says why."""


@contextmanager
def mariadb(folder: Path) -> Iterator[MariaDb]:
    """A server while it runs. Raises NoMariaDb."""
    missing = [name for name in ("mariadbd", "mariadb-install-db", "mariadb") if not _found(name)]
    if missing:
        raise NoMariaDb(f"{', '.join(missing)} is not installed (Debian: mariadb-server)")
    server = MariaDb(folder)
    server.make()
    server.start()
    try:
        yield server
    finally:
        server.stop()


class MariaDb:
    """The server, and a way into it beside the connector."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the connector finds it, without its password."""
        return f"mariadb+pymysql://{USER}@127.0.0.1:{self.port}/{DATABASE}"

    def make(self) -> None:
        """An empty server; its administrator comes by the socket."""
        options = ["--auth-root-authentication-method=normal", "--skip-test-db", *self._options()]
        ended = subprocess.run([_found("mariadb-install-db"), *options], capture_output=True, text=True, check=False)
        if ended.returncode != 0:
            raise NoMariaDb(f"mariadb-install-db: {(ended.stderr or ended.stdout).strip()[-200:]}")

    def start(self) -> None:
        """Begin to serve, with the user and the database."""
        where = [f"--socket={self.folder}/socket", f"--port={self.port}", "--bind-address=127.0.0.1"]
        small = ["--innodb-buffer-pool-size=8M", "--skip-log-bin", "--innodb-log-file-size=4M"]
        self._process = subprocess.Popen(
            [_found("mariadbd"), "--no-defaults", *self._options()[1:], *where, *small], **QUIET
        )
        ends = time.monotonic() + STARTS_S
        while not self._answers():
            if time.monotonic() > ends or self._process.poll() is not None:
                raise NoMariaDb("the server does not start")
            time.sleep(0.05)
        self.ask(f"create database if not exists {DATABASE}")
        self.ask(f"create user if not exists {USER}@127.0.0.1 identified by '{PASSWORD}'")
        self.ask(f"grant all on {DATABASE}.* to {USER}@127.0.0.1")

    def stop(self) -> None:
        """Serve no more."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """The process stands still, and its connections with it."""
        assert self._process
        os.kill(self._process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self._process.pid, signal.SIGCONT)

    def ask(self, statement: str, database: str = "") -> list[list[str]]:
        """What the server says to its administrator."""
        client = [_found("mariadb"), "--no-defaults", "-u", "root", f"--socket={self.folder}/socket", "-N", "-B"]
        ended = subprocess.run(
            [*client, *([database] if database else [])], input=statement, capture_output=True, text=True, check=True
        )  # fmt: skip
        return [line.split("\t") for line in ended.stdout.splitlines()]

    def _answers(self) -> bool:
        try:
            self.ask("select 1")
        except subprocess.CalledProcessError:
            return False
        return True

    def _options(self) -> list[str]:
        return ["--no-defaults", f"--datadir={self.folder}/data", f"--user={os.environ.get('USER') or 'root'}"]


def _found(name: str) -> str:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin") or ""
