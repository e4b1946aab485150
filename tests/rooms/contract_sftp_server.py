"""An SFTP server over a folder, by paramiko, as a process of its own: ``python contract_sftp_server.py FOLDER``."""

from __future__ import annotations

import os
import socket
import sys
import threading
from pathlib import Path

import paramiko
from paramiko.sftp import SFTP_FAILURE, SFTP_NO_SUCH_FILE, SFTP_OK

FOLDER = Path(sys.argv[1])
HOST_KEY = paramiko.RSAKey.generate(2048)
HOW = {"mode": "well"}
RELEASED = threading.Event()


class Guard(paramiko.ServerInterface):
    """One user with one password."""

    def check_auth_password(self, username: str, password: str) -> int:
        good = (username, password) == ("backline", "open-sesame")
        return paramiko.common.AUTH_SUCCESSFUL if good else paramiko.common.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.common.OPEN_SUCCEEDED


class Handle(paramiko.SFTPHandle):
    """An open file."""

    def stat(self) -> paramiko.SFTPAttributes:
        return paramiko.SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))


class Files(paramiko.SFTPServerInterface):
    """The folder."""

    def _at(self, path: str) -> Path:
        if HOW["mode"] == "hang":
            RELEASED.wait(30)
        return FOLDER / path.strip("/")

    def list_folder(self, path: str) -> object:
        found = []
        for one in sorted(self._at(path).iterdir()):
            told = paramiko.SFTPAttributes.from_stat(one.lstat())
            told.filename = one.name
            found.append(told)
        return found

    def stat(self, path: str) -> object:
        try:
            return paramiko.SFTPAttributes.from_stat(self._at(path).stat())
        except FileNotFoundError:
            return SFTP_NO_SUCH_FILE

    lstat = stat

    def open(self, path: str, flags: int, attr: object) -> object:
        try:
            handle = os.open(self._at(path), flags, 0o600)
        except FileNotFoundError:
            return SFTP_NO_SUCH_FILE
        file = os.fdopen(handle, "wb" if flags & os.O_WRONLY else "r+b" if flags & os.O_RDWR else "rb")
        told = Handle(flags)
        told.readfile = told.writefile = file
        return told

    def rename(self, oldpath: str, newpath: str) -> int:
        if self._at(newpath).exists():
            return SFTP_FAILURE
        self._at(oldpath).rename(self._at(newpath))
        return SFTP_OK

    def posix_rename(self, oldpath: str, newpath: str) -> int:
        self._at(oldpath).replace(self._at(newpath))
        return SFTP_OK

    def mkdir(self, path: str, attr: object) -> int:
        self._at(path).mkdir(exist_ok=True)
        return SFTP_OK


def serve(line: socket.socket) -> None:
    """One connection."""
    if HOW["mode"] == "hang":
        RELEASED.wait(30)
    transport = paramiko.Transport(line)
    transport.add_server_key(HOST_KEY)
    transport.set_subsystem_handler("sftp", paramiko.SFTPServer, Files)
    try:
        transport.start_server(server=Guard())
    except (paramiko.SSHException, EOFError):
        return


def listen(port: int) -> socket.socket:
    """Take connections in a thread."""
    door = socket.create_server(("127.0.0.1", port))

    def take() -> None:
        while True:
            try:
                line, _ = door.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(line,), daemon=True).start()

    threading.Thread(target=take, daemon=True).start()
    return door


if __name__ == "__main__":
    door = listen(0)
    port = door.getsockname()[1]
    print(f"{port} {HOST_KEY.get_name()} {HOST_KEY.get_base64()}", flush=True)
    for said in sys.stdin:
        was, HOW["mode"] = HOW["mode"], said.strip()
        if HOW["mode"] == "away":
            door.shutdown(socket.SHUT_RDWR)
            door.close()
        elif was == "away":
            door = listen(port)
        (RELEASED.clear if HOW["mode"] == "hang" else RELEASED.set)()
        print("so be it", flush=True)
