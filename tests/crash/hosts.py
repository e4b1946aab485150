"""Hosts of a run's own: network namespaces on a bridge, whose lines can be cut. Needs root and Linux."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


class NoHosts(Exception):
    """This machine gives us no network namespaces; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Host:
    """A machine of its own, as far as the network goes."""

    name: str
    address: str

    @property
    def before(self) -> Sequence[str]:
        """What a command has to begin with to run there."""
        return ("ip", "netns", "exec", self.name)

    def cut(self) -> None:
        """From now on nothing comes or goes, and nobody is told."""
        _ip("link", "set", self.name, "down")

    def mend(self) -> None:
        """The line is as it was."""
        _ip("link", "set", self.name, "up")


@dataclass(frozen=True, kw_only=True)
class Network:
    """The hosts, and the address at which this side is met by them."""

    here: str
    every: str
    hosts: tuple[Host, ...]


@contextlib.contextmanager
def network(count: int) -> Iterator[Network]:
    """A network of so many hosts, gone with the block. Raises ``NoHosts``."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0 or shutil.which("ip") is None:
        raise NoHosts("hosts of their own need root, Linux and the program ip")
    tag, subnet = f"bl{os.getpid() % 100_000}", f"198.18.{os.getpid() % 250}"
    with contextlib.ExitStack() as stack:
        stack.callback(_quietly, "link", "del", tag)
        _ip("link", "add", tag, "type", "bridge")
        _ip("address", "add", f"{subnet}.1/24", "dev", tag)
        _ip("link", "set", tag, "up")
        hosts = [Host(name=f"{tag}-{number}", address=f"{subnet}.{10 + number}") for number in range(count)]
        for host in hosts:
            stack.callback(_quietly, "netns", "del", host.name)
            _join(host, tag)
        yield Network(here=f"{subnet}.1", every=f"{subnet}.0/24", hosts=tuple(hosts))


def _join(host: Host, bridge: str) -> None:
    _ip("netns", "add", host.name)
    _ip("link", "add", host.name, "type", "veth", "peer", "name", "eth0", "netns", host.name)
    _ip("link", "set", host.name, "master", bridge, "up")
    for words in (("address", "add", f"{host.address}/24", "dev", "eth0"), ("link", "set", "eth0", "up")):
        _ip("-n", host.name, *words)
    _ip("-n", host.name, "link", "set", "lo", "up")


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoHosts(f"ip {' '.join(words)}: {done.stderr.strip()}")


def _quietly(*words: str) -> None:
    subprocess.run(["ip", *words], capture_output=True, check=False)
