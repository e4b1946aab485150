"""Starts Meridian's systems of record, its post office and its server, each a process of its own; stops them all."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

PATIENCE_S = 60.0


class DidNotStart(Exception):
    """A process ended, or said nothing, before it was ready."""


@contextlib.contextmanager
def systems(folder: Path) -> Iterator[None]:
    """The print shop and the clinic, up and answering."""
    with contextlib.ExitStack() as stack:
        for name in ("printshop", "clinic"):
            store = folder / "systems" / f"{name}.sqlite3"
            stack.enter_context(_process(["-m", f"backline.demo.systems.{name}", str(store)]))
        yield


@contextlib.contextmanager
def post_office(folder: Path, *, lmtp_port: int, reply_domain: str) -> Iterator[int]:
    """The mail server of the demonstration; yields its port."""
    arguments = ["-m", "backline.demo.postoffice", str(folder / "mail" / "post"), str(lmtp_port), reply_domain]
    with _process(arguments) as said:
        yield int(said)


@contextlib.contextmanager
def server(folder: Path, *, port: int) -> Iterator[str]:
    """Backline itself, in one process with its embedded worker; yields its address when it is ready."""
    address = f"http://127.0.0.1:{port}"
    arguments = ["-m", "backline.demo.serving", "--data", str(folder), "serve", "--port", str(port)]
    with _process(arguments):
        _wait_until_ready(address)
        yield address


@contextlib.contextmanager
def _process(arguments: list[str]) -> Iterator[str]:
    """A Python process that lives as long as we hold its standard input; yields the first line that it says."""
    process = subprocess.Popen(
        [sys.executable, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ),
        start_new_session=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        said = process.stdout.readline().strip()
        if not said:
            raise DidNotStart(f"{arguments[1]} ended with status {process.wait(PATIENCE_S)} before it was ready.")
        yield said
    finally:
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def _wait_until_ready(address: str) -> None:
    ends = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends:
        try:
            with urlopen(f"{address}/ready", timeout=5) as answer:  # noqa: S310 (our own address)
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.1)
    raise DidNotStart(f"{address} did not answer within {PATIENCE_S:.0f} seconds.")
