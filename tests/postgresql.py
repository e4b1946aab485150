"""A throw-away PostgreSQL server on loopback: ``python tests/postgresql.py COMMAND...`` runs a command beside it.

The command finds its address in ``BACKLINE_DATABASE_URL``. Exits 77 where the machine has no PostgreSQL server.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NOT_HERE = 77


def programs() -> Path | None:
    """The folder with ``initdb`` and ``postgres``, newest version first; None where there is none."""
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    return found[-1].parent if found else None


@dataclass(frozen=True)
class Cluster:
    """A server that can be stopped at once, as by pulling its plug, and started again where it was."""

    url: str
    _control: tuple[str, ...]
    _options: str
    _home: Path

    def stop(self) -> None:
        """Without a word to anybody: what was committed is there when it starts again."""
        _run([*self._control, "-m", "immediate", "-w", "stop"], self._home)

    def close(self) -> None:
        """Stop it in order: what is to be kept of its log is kept when this returns."""
        _run([*self._control, "-m", "fast", "-w", "stop"], self._home)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        _run([*self._control, "-w", "-l", str(self._home / "log"), "-o", self._options, "start"], self._home)


@contextlib.contextmanager
def server() -> Iterator[str]:
    """A server with an empty cluster of its own; yields the URL of its database ``postgres``."""
    with cluster() as made:
        yield made.url


@contextlib.contextmanager
def cluster(*, network: str = "", address: str = "", options: str = "") -> Iterator[Cluster]:
    """The same, for whoever stops and starts it meanwhile; also reached at ``address`` by all of ``network``."""
    folder = programs()
    if folder is None:
        raise RuntimeError("no PostgreSQL server is installed")
    home = Path(tempfile.mkdtemp(prefix="backline-postgresql-"))
    as_owner = _as_owner()
    own(home)
    port = _free_port()
    data = home / "data"
    listens = f"127.0.0.1,{address}" if address else "127.0.0.1"
    start = f"-h {listens} -p {port} -k {home} -c fsync=on -c max_connections=60 {options}"
    try:
        control = [*as_owner, str(folder / "pg_ctl"), "-D", str(data)]
        _run([*as_owner, str(folder / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "--no-sync"], home)
        made = Cluster(f"postgresql://postgres@127.0.0.1:{port}/postgres", tuple(control), start, home)
        if network:
            with (data / "pg_hba.conf").open("a") as rules:
                rules.write(f"host all all {network} trust\n")
        made.start()
        yield made
    finally:
        subprocess.run(
            [*as_owner, str(folder / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"],
            cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def started(data: Path) -> Iterator[str]:
    """A server over files that are there, such as a base backup; yields its URL when it takes commands."""
    folder, port = programs(), _free_port()
    assert folder is not None
    control = [*_as_owner(), str(folder / "pg_ctl"), "-D", str(data)]
    options = f"-h 127.0.0.1 -p {port} -k {data.parent}"
    try:
        _run([*control, "-w", "-l", str(data.parent / "log"), "-o", options, "start"], data.parent)
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], capture_output=True, check=False)


def back_up(url: str, data: Path) -> None:
    """A base backup into ``data``."""
    folder = programs()
    assert folder is not None
    _run([*_as_owner(), str(folder / "pg_basebackup"), "-d", url, "-D", str(data), "--checkpoint=fast"], data.parent)


def own(*paths: Path) -> None:
    """Give these to the user under whom the server runs."""
    if os.geteuid() == 0:  # initdb refuses root
        for path in paths:
            shutil.chown(path, "postgres", "postgres")


def main(command: list[str]) -> int:
    """Run the command beside a server of its own."""
    if programs() is None:
        print("PostgreSQL is not installed here: its tests were not run.", file=sys.stderr)
        return NOT_HERE
    with server() as url:
        return subprocess.run(command, env={**os.environ, "BACKLINE_DATABASE_URL": url}, check=False).returncode


def _as_owner() -> list[str]:
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run(command: list[str], folder: Path) -> None:
    quiet, kept = subprocess.DEVNULL, subprocess.PIPE
    done = subprocess.run(command, cwd=folder, stdout=quiet, stderr=kept, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[-1]}: {done.stderr}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
