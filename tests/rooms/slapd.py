"""Debian's slapd on loopback, started by the test in a folder of its own; no service of the system is touched."""

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
from types import TracebackType
from typing import Self

PROGRAM = shutil.which("slapd") or shutil.which("slapd", path="/usr/sbin:/usr/local/sbin")
SCHEMA = Path("/etc/ldap/schema")
MODULES = Path("/usr/lib/ldap")
BASE = "dc=meridian,dc=example"
READER = f"cn=backline,{BASE}"
PASSWORD = "open-sesame"
CONFIG = """
include {schema}/core.schema
include {schema}/cosine.schema
include {schema}/inetorgperson.schema
modulepath {modules}
moduleload back_mdb
pidfile {folder}/pid
sizelimit unlimited
database mdb
suffix "{base}"
rootdn "cn=root,{base}"
rootpw root
directory {folder}/data
maxsize 10485760
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{reader}" read by * none
"""
PEOPLE = {
    "ada": ("Ada Ito", "ada@meridian.example"),
    "ben": ("Ben Öz", "ben@meridian.example"),
    "cleo": ("Cleo Wu", "cleo@meridian.example"),
    "dan": ("Dan Fox", "dan@meridian.example"),
}
GROUPS = {"claims": ("ada", "ben"), "front desk": ("ben", "cleo", "dan")}


class Slapd:
    """A directory with four people and two groups."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]

    def __enter__(self) -> Self:
        (self.folder / "data").mkdir()
        told = CONFIG.format(schema=SCHEMA, modules=MODULES, folder=self.folder, base=BASE, reader=READER)
        (self.folder / "slapd.conf").write_text(told)
        self.start()
        self._fill()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Run it in the foreground, and wait until it answers."""
        self._process = subprocess.Popen(
            [str(PROGRAM), "-d", "0", "-h", f"ldap://127.0.0.1:{self.port}", "-f", str(self.folder / "slapd.conf")],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        ends = time.monotonic() + 20
        while time.monotonic() < ends:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("slapd did not start")

    def stop(self) -> None:
        """End it."""
        self._process.send_signal(signal.SIGCONT)
        self._process.terminate()
        self._process.wait(20)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It takes connections, and says nothing."""
        os.kill(self._process.pid, signal.SIGSTOP)
        yield
        os.kill(self._process.pid, signal.SIGCONT)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """It is not there."""
        self.stop()
        yield
        self.start()

    def add(self, uid: str, name: str, email: str) -> None:
        """Somebody new."""
        self._do(lambda c: c.add(person(uid), ["inetOrgPerson"], {"cn": name, "sn": name, "mail": email, "uid": uid}))

    def drop(self, uid: str) -> None:
        """Somebody is there no more; groups forget them too."""
        for group in GROUPS:
            self.leave(uid, group)
        self._do(lambda c: c.delete(person(uid)))

    def rename(self, uid: str, **attributes: str) -> None:
        """Another name or address."""
        import ldap3

        changes = {name: [(ldap3.MODIFY_REPLACE, [value])] for name, value in attributes.items()}
        self._do(lambda c: c.modify(person(uid), changes))

    def join(self, uid: str, group: str) -> None:
        """Into a group."""
        import ldap3

        self._do(lambda c: c.modify(f"cn={group},ou=groups,{BASE}", {"member": [(ldap3.MODIFY_ADD, [person(uid)])]}))

    def leave(self, uid: str, group: str) -> None:
        """Out of a group."""
        import ldap3

        self._do(lambda c: c.modify(f"cn={group},ou=groups,{BASE}", {"member": [(ldap3.MODIFY_DELETE, [person(uid)])]}))

    def _fill(self) -> None:
        def fill(c: object) -> None:
            add = c.add  # type: ignore[attr-defined]
            add(BASE, ["dcObject", "organization"], {"o": "Meridian"})
            add(READER, ["organizationalRole", "simpleSecurityObject"], {"userPassword": PASSWORD})
            for unit in ("people", "groups"):
                add(f"ou={unit},{BASE}", ["organizationalUnit"])
            for uid, (name, email) in PEOPLE.items():
                add(person(uid), ["inetOrgPerson"], {"cn": name, "sn": name, "mail": email, "uid": uid})
            for group, members in GROUPS.items():
                add(f"cn={group},ou=groups,{BASE}", ["groupOfNames"], {"member": [READER, *map(person, members)]})

        self._do(fill)

    def _do(self, what: object) -> None:
        import ldap3

        server = ldap3.Server("127.0.0.1", port=self.port, get_info=ldap3.NONE)
        connection = ldap3.Connection(server, f"cn=root,{BASE}", "root", auto_bind=True)
        what(connection)  # type: ignore[operator]
        connection.unbind()


def person(uid: str) -> str:
    """The name of an entry."""
    return f"uid={uid},ou=people,{BASE}"
