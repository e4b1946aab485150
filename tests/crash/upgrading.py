"""``python -m tests.crash.upgrading``: a new version is started while the old one serves and works; all is counted.

The old version is an earlier commit of this repository, laid out in a folder of its own. It founds the organisation and
takes orders; the new version migrates the database beside it, and both serve and work; then the old one is ended.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import itertools
import json
import os
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import django
import httpx

from tests import postgresql
from tests.crash.counting import Counted, count
from tests.crash.customers import Customers
from tests.crash.founding import Founded, furnish, store_of
from tests.crash.processes import Process, free_port, running, wait_until_ready
from tests.crash.running import TREATED_BADLY, settle_environment, wait_until_settled

ROOT = Path(__file__).parents[2]
PREVIOUS = ROOT / "tests" / "contract" / "previous_version"
ALONE_S, BESIDE_S, AFTER_S = 2.0, 6.0, 2.0
FOUND = "from tests.crash.founding import found; made = found(); print(made.token, made.party)"
WHICH = "import backline; print(backline.__file__)"
MIGRATE = "import sys; from backline.project.command import main; sys.exit(main(['migrate']))"


class NoHistory(Exception):
    """The previous version is not in this copy of the repository."""


class Doors(httpx.BaseTransport):
    """Each request goes to the next of those that serve now."""

    def __init__(self, ports: Callable[[], list[int]]) -> None:
        self._ports, self._turn = ports, itertools.count()
        self._under = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The next door."""
        ports = self._ports()
        request.url = request.url.copy_with(port=ports[next(self._turn) % len(ports)])
        return self._under.handle_request(request)

    def close(self) -> None:
        """Its lines."""
        self._under.close()


class AtAnyDoor(Customers):
    """Customers who meet whichever version is next."""

    def __init__(self, ports: list[int], *, founded: Founded, seed: int) -> None:
        super().__init__("http://127.0.0.1", token=founded.token, party=founded.party, seed=seed)
        self._ports = ports

    def _client(self) -> httpx.Client:
        words = {"Authorization": f"Bearer {self._token}"}
        doors = Doors(lambda: list(self._ports))
        return httpx.Client(base_url=self._address, headers=words, timeout=15, transport=doors)


def run(*, seed: int, commit: str) -> Counted:
    """Upgrade under load, and count. Whatever is started or written ends with the run."""
    with tempfile.TemporaryDirectory(prefix="backline-upgrade-") as name, postgresql.cluster() as cluster:
        old, folder = lay_out(commit, Path(name) / "old"), Path(name) / "here"
        furnish(folder)
        settle_environment(folder, cluster.url)
        os.environ["BACKLINE_SECRET_KEY"] = "one-for-both-versions-" + "x" * 40
        peer = ["tests.crash.peer", str(store_of(folder, "stamps")), str(seed), str(TREATED_BADLY)]
        with running(Process(*peer)) as said:
            (folder / "systems" / "stamps.url").write_text(said, encoding="ascii")
            accepted = _upgrade(old, seed)
        django.setup()
        return count(folder, accepted, kills=2)


def previous() -> str:
    """The commit that has to bear the newest one beside it."""
    return PREVIOUS.read_text(encoding="ascii").strip()


def lay_out(commit: str, folder: Path) -> Path:
    """The files of a commit. Raises NoHistory where there is no such commit here."""
    packed = subprocess.run(
        ["git", "-C", str(ROOT), "archive", "--format=tar", commit, "src", "tests", "pyproject.toml"],
        capture_output=True, check=False,
    )  # fmt: skip
    if packed.returncode:
        raise NoHistory(f"there is no version {commit} here: {packed.stderr.decode().strip()}")
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as files:
        files.extractall(folder, filter="data")
    return folder


def _upgrade(old: Path, seed: int) -> dict[int, str]:
    assert Path(_run(WHICH, at=old).strip()).is_relative_to(old), "it is the old version that runs"
    token, party = _run(FOUND, at=old).split()
    ports = [free_port()]
    with contextlib.ExitStack() as stack:
        before = [_process(words, at=old) for words in (("serve", "--port", str(ports[0])), ("work",))]
        for one in before:
            stack.callback(one.kill)
            one.start()
        wait_until_ready(f"http://127.0.0.1:{ports[0]}")
        customers = AtAnyDoor(ports, founded=Founded(token=token, party=int(party)), seed=seed)
        with customers.ordering():
            time.sleep(ALONE_S)
            _run(MIGRATE, at=ROOT)
            new_port = free_port()
            for words in (("serve", "--port", str(new_port)), ("work",)):
                new = _process(words, at=ROOT)
                stack.callback(new.kill)
                new.start()
            wait_until_ready(f"http://127.0.0.1:{new_port}")
            wait_until_ready(f"http://127.0.0.1:{ports[0]}")  # the old one is as ready as before
            ports.append(new_port)
            time.sleep(BESIDE_S)
            ports.pop(0)
            for one in before:
                one.kill()
            time.sleep(AFTER_S)
        wait_until_settled(customers)
        return customers.accepted


def _process(words: tuple[str, ...], *, at: Path) -> Process:
    return Process("tests.crash.child", *words, before=("env", "-C", str(at)), told=_told(at))


def _run(program: str, *, at: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=at, env={**os.environ, **_told(at)}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout


def _told(at: Path) -> dict[str, str]:
    """So that the version which lies there is the one that runs."""
    return {"PYTHONPATH": f"{at / 'src'}{os.pathsep}{at}"}


def main() -> int:
    """0 when nothing was lost, doubled, broken or missed; 77 where the old version or the database is not here."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.upgrading")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--commit", default="", help="the old version; by default the one that the tests name")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    if postgresql.programs() is None:
        print("PostgreSQL is not installed here: nothing was run.", file=sys.stderr)
        return postgresql.NOT_HERE
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        counted = run(seed=args.seed, commit=args.commit or previous())
    except NoHistory as none:
        print(f"Nothing was run: {none}", file=sys.stderr)
        return postgresql.NOT_HERE
    print(json.dumps(asdict(counted)) if args.json else counted)
    return 0 if counted.sound else 1


if __name__ == "__main__":
    sys.exit(main())
