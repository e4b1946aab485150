"""An SFTP server as a store. Its key has to be known beforehand; each look has a connection of its own."""

from __future__ import annotations

import base64
import io
import logging
import posixpath
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from stat import S_ISREG
from urllib.parse import SplitResult, unquote

import paramiko

from backline.connectors.declarations import Settings
from backline.connectors.files.layouts import FilesSettings, Store
from backline.connectors.files.parsing import MOST_BYTES
from backline.connectors.files.stores import Away, Entry, Opening, Place

logging.getLogger("paramiko").setLevel(logging.CRITICAL)  # what went wrong is in the result
PORT = 22
NEARLY_S = 0.05
KEYS = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)


def opening(settings: Settings, address: SplitResult) -> Opening:
    """How to open the folder of an address. Raises ValueError where something is missing."""
    own: FilesSettings = settings.own
    if not address.hostname or not address.username:
        raise ValueError("the url has to be sftp://user@host/folder")
    expected = _host_key(own.store.host_key)
    private = _private_key(own.store)
    folder = unquote(address.path) or "."

    @contextmanager
    def opened(deadline_s: float) -> Iterator[Place]:
        ends = time.monotonic() + deadline_s
        with _away(ends):
            line = socket.create_connection(
                (str(address.hostname), address.port or PORT), min(settings.connect_s, deadline_s)
            )
            transport = paramiko.Transport(line)
        try:
            with _away(ends):
                transport.banner_timeout = transport.auth_timeout = transport.handshake_timeout = deadline_s
                transport.start_client(timeout=max(0.05, ends - time.monotonic()))
                shown = transport.get_remote_server_key()
                if (shown.get_name(), shown.asbytes()) != expected:
                    raise Away("the server shows another key than the settings name")
                _sign_in(transport, unquote(str(address.username)), settings.secret, private)
                client = paramiko.SFTPClient.from_transport(transport)
                assert client
                client.get_channel().settimeout(max(0.05, ends - time.monotonic()))
            yield SftpFolder(client, folder, ends)
        finally:
            transport.close()

    return opened


class SftpFolder:
    """A folder of an open connection."""

    def __init__(self, client: paramiko.SFTPClient, folder: str, ends: float) -> None:
        self._client, self._folder, self._ends = client, folder, ends

    def entries(self) -> list[Entry]:
        """The files that lie there; no links."""
        with _away(self._ends):
            there = self._client.listdir_attr(self._folder)
        return [
            Entry(one.filename, one.st_size or 0, float(one.st_mtime or 0))
            for one in there
            if S_ISREG(one.st_mode or 0)
        ]

    def now(self) -> float:
        """Our own time: the protocol does not tell the server's."""
        return time.time()

    def fetch(self, name: str) -> bytes:
        """The content of a file."""
        with _away(self._ends), self._client.open(self._at(name), "rb") as file:
            return bytes(file.read(MOST_BYTES + 1))

    def put(self, name: str, content: bytes) -> None:
        """Written whole; the caller gives it its own name afterwards."""
        with _away(self._ends):
            self._client.putfo(io.BytesIO(content), self._at(name), confirm=True)

    def rename(self, old: str, new: str) -> None:
        """The protocol's own rename fails where the name is taken."""
        with _away(self._ends):
            self._client.rename(self._at(old), self._at(new))

    def move(self, name: str, folder: str) -> None:
        """Into a folder below."""
        with _away(self._ends):
            with suppress(OSError):
                self._client.mkdir(self._at(folder))
            self._client.posix_rename(self._at(name), posixpath.join(self._folder, folder, name))

    def _at(self, name: str) -> str:
        return posixpath.join(self._folder, name)


def _sign_in(transport: paramiko.Transport, user: str, password: str, private: paramiko.PKey | None) -> None:
    if private is not None:
        transport.auth_publickey(user, private)
    else:
        transport.auth_password(user, password)


def _host_key(told: str) -> tuple[str, bytes]:
    kind, _, rest = told.strip().partition(" ")
    try:
        key = base64.b64decode(rest.split()[0], validate=True)
    except (IndexError, ValueError) as wrong:
        raise ValueError("'host_key' has to be the server's public key, such as 'ssh-ed25519 AAAA...'") from wrong
    return kind, key


def _private_key(store: Store) -> paramiko.PKey | None:
    if not store.private_key:
        return None
    for kind in KEYS:
        with suppress(paramiko.SSHException, ValueError):
            return kind.from_private_key(io.StringIO(store.private_key + "\n"))
    raise ValueError("'private_key' is no key in OpenSSH's form without a passphrase")


@contextmanager
def _away(ends: float) -> Iterator[None]:
    """Whatever goes wrong once the time is over went wrong because it was over."""
    try:
        yield
    except paramiko.AuthenticationException as wrong:
        raise Away("the server does not let us in") from wrong
    except (OSError, EOFError, paramiko.SSHException) as wrong:
        late = isinstance(wrong, TimeoutError) or time.monotonic() >= ends - NEARLY_S
        raise Away("no answer in time" if late else f"{type(wrong).__name__}: {wrong}"[:200], late=late) from wrong
