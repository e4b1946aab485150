"""The demonstration from start to end: set up, start everything, show it or play its stories, leave nothing running."""

from __future__ import annotations

import contextlib
import os
import socket
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from backline.demo import beginning, running, setting_up
from backline.demo.cast import PASSWORD, STAFF, customers
from backline.project.command import Refused
from backline.project.locking import FolderBusy, hold

FOLDER = "var/meridian"
PORT = 8000
REPLIES = "reply.meridian.example"


@dataclass(frozen=True, kw_only=True)
class Running:
    """Where Meridian can be reached."""

    address: str
    smtp_port: int


def present(*, folder: str, port: int | None) -> int:
    """Show Meridian until Ctrl-C."""
    with meridian(Path(folder or FOLDER), port=PORT if port is None else port, with_past=True) as running_here:
        beginning.begin(running_here.address, Path(folder or FOLDER), smtp_port=running_here.smtp_port)
        _print_introduction(running_here.address)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
        print("\nMeridian stops.", flush=True)
    return 0


def play_once(*, folder: str, port: int, as_json: bool) -> int:
    """Play the stories in a fresh folder, or in the one that is named; 0 only if every one ended as it must."""
    with contextlib.ExitStack() as stack:
        where = folder or stack.enter_context(tempfile.TemporaryDirectory(prefix="meridian-"))
        with meridian(Path(where), port=port) as running_here:
            from backline.demo.playing import play, print_table  # they need what was set up here

            table = play(running_here.address, Path(where), smtp_port=running_here.smtp_port)
        print_table(table, as_json=as_json)
    return 0 if all(line.ended_well for line in table) else 1


@contextlib.contextmanager
def meridian(folder: Path, *, port: int, with_past: bool = False) -> Iterator[Running]:
    """Meridian in a folder, with everything running; ``with_past``: some months of invented requests lie behind it."""
    folder = folder.resolve()
    _refuse_if_busy(folder)
    port, lmtp_port = port or free_port(), free_port()
    setting_up.lay_out(folder)
    os.environ["MERIDIAN_TELEPHONY"] = (folder / "systems" / "telephony.secret").read_text(encoding="ascii")
    with contextlib.ExitStack() as stack:
        stack.enter_context(running.systems(folder))
        smtp_port = stack.enter_context(running.post_office(folder, lmtp_port=lmtp_port, reply_domain=REPLIES))
        setting_up.write_settings(folder, base_url=f"http://127.0.0.1:{port}", smtp_port=smtp_port, lmtp_port=lmtp_port)
        _populate(folder, with_past=with_past)
        address = _serve(stack, folder, port)
        yield Running(address=address, smtp_port=smtp_port)


def _serve(stack: contextlib.ExitStack, folder: Path, port: int) -> str:
    try:
        return stack.enter_context(running.server(folder, port=port))
    except running.DidNotStart as why:  # the server has said the reason itself
        raise Refused(f"Meridian could not be opened: {why}") from why


def _refuse_if_busy(folder: Path) -> None:
    """Two at once in one folder would take each other's ports."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with hold(folder):
            pass
    except FolderBusy as busy:
        raise Refused(f"Meridian is running already: {busy}") from busy


def free_port() -> int:
    """A port on loopback where nobody listens."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _populate(folder: Path, *, with_past: bool) -> None:
    """People and case types, written by this process before the server has the folder."""
    os.environ["BACKLINE_DATA"] = str(folder)
    import django

    django.setup()
    from django.db import connections

    from backline.project.serving import make_ready

    make_ready(folder)
    setting_up.populate(folder, now=datetime.now(UTC))
    if with_past:
        _look_back()
    connections.close_all()


def _look_back() -> None:
    """Write the past once, and learn from it."""
    from backline.cases.fittings import fittings
    from backline.demo.past.making import make
    from backline.insight.promises import forecasts, learning, watching

    now = datetime.now(UTC)
    if make(now=now):
        learning.learn_all(calendar=fittings().calendar, now=now)
        watching.watch(now=now)
        forecasts.renew(calendar=fittings().calendar, now=now)


def _print_introduction(address: str) -> None:
    today = datetime.now(setting_up.ZONE).date()
    print(f"\n  Meridian is open.\n\n    customers   {address}/\n    staff       {address}/work/")
    print(f"    mailbox     {address}/mailbox/\n    API         {address}/api/docs\n")
    print(f"  Everybody signs in with the password  {PASSWORD}\n")
    people = [(one.email, one.name, one.part) for one in customers(today)]
    people += [(one.email, one.name, one.part) for one in STAFF]
    for email, name, part in people:
        print(f"    {email:32} {name}, {part}")
    print("\n  Stop with Ctrl-C.\n", flush=True)
