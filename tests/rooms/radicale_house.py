"""A real Radicale server in a process of its own, for one module of tests."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.rooms.proxy_house import Proxy

USER, PASSWORD = "backline", "the-calendars-password"
MAKE = """<?xml version="1.0"?><mkcol xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><set><prop>
<resourcetype><collection/><C:calendar/></resourcetype></prop></set></mkcol>"""
STARTS_S = 20.0


class Radicale:
    """The server, and a way into it beside the connector."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        (folder / "users").write_text(f"{USER}:{PASSWORD}\n")
        (folder / "config").write_text(
            f"[server]\nhosts = 127.0.0.1:{self.port}\n"
            f"[auth]\ntype = htpasswd\nhtpasswd_filename = {folder}/users\nhtpasswd_encryption = plain\ndelay = 0\n"
            f"[storage]\nfilesystem_folder = {folder}/storage\n"
            "[rights]\ntype = authenticated\n[logging]\nlevel = error\n"
        )

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "radicale", "-C", str(self.folder / "config")],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        ends = time.monotonic() + STARTS_S
        while not self._answers():
            assert time.monotonic() < ends, "Radicale did not start"
            time.sleep(0.05)
        for calendar in ("haddad", "weber"):
            assert self.ask("MKCOL", f"/{USER}/{calendar}/", MAKE)[0] == 201
        self.proxy = Proxy(self.port)
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        self.proxy.close()
        self._process.terminate()
        self._process.wait(10)

    def ask(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        """Ask the server itself."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            proof = b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            connection.request(method, path, body.encode(), {"Authorization": f"Basic {proof}", "Depth": "1"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def events(self, calendar: str = "haddad") -> list[str]:
        """The appointments of a calendar, as they lie in the server's own storage."""
        home = self.folder / "storage" / "collection-root" / USER / calendar
        return [path.read_bytes().decode() for path in sorted(home.glob("*.ics"))]

    def put(self, uid: str, lines: str, calendar: str = "haddad") -> None:
        """Lay an appointment there, as another program would."""
        event = f"BEGIN:VEVENT\nUID:{uid}\nDTSTAMP:20261101T000000Z\n{lines.strip()}\nEND:VEVENT"
        text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Test//EN\n{event}\nEND:VCALENDAR\n".replace("\n", "\r\n")
        assert self.ask("PUT", f"/{USER}/{calendar}/{uid}.ics", text)[0] in (200, 201, 204)

    def clear(self) -> None:
        """No appointments."""
        for calendar in ("haddad", "weber"):
            self.ask("DELETE", f"/{USER}/{calendar}/")
            assert self.ask("MKCOL", f"/{USER}/{calendar}/", MAKE)[0] == 201

    def _answers(self) -> bool:
        try:
            return self.ask("GET", "/.well-known/caldav")[0] < 500
        except OSError:
            return False


@contextmanager
def radicale(folder: Path) -> Iterator[Radicale]:
    """The server while it runs."""
    with Radicale(folder) as server:
        yield server
