"""One process that answers requests and performs what is due."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.utils import timezone
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.common import AbstractServer
from granian.server.mt import MTServer

from backline.project.command import Refused

SERVES = "serve"
"""Before the claims of the one process that serves a folder"""


class Worker(Protocol):
    """What works in a thread of its own between ``start`` and ``stop``."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


class OneProcess(MTServer):
    """Granian with its worker in a thread of this process, on an interpreter with a lock as well.

    Granian would start a second process there; a request waits for the database and for systems more than for the lock,
    and one process is what keeps SQLite, the loop of jobs and ``kill`` simple.
    """

    def _check_gil(self) -> None:
        """The lock is no hindrance to WSGI in threads."""

    def serve(self, *args: Any, **options: Any) -> None:
        """Serve without the warning that is meant for interpreters without the lock."""
        AbstractServer.serve(self, *args, **options)


def free_port(host: str, port: int) -> int:
    """``port``, or one that is free where it is 0; refused where somebody listens there already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as wrong:
            raise Refused(f"Can't listen at {host}:{port}: {wrong.strerror}. Another port may be given with --port.")
        return int(trial.getsockname()[1])


def serve(*, host: str, port: int, threads: int, verbose: bool = False) -> None:
    """Answer requests until the process is told to stop by SIGINT or SIGTERM."""
    server = OneProcess(
        target="backline",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=threads,
        backlog=1024,
        websockets=False,
        log_level=LogLevels.info if verbose else LogLevels.warning,
        log_access=verbose,
    )
    server.serve(target_loader=_application, wrap_loader=False)


@contextmanager
def working(*, mail: bool) -> Iterator[None]:
    """What is due is done in threads of this process meanwhile, and ``mail`` is taken and sent."""
    from backline.cases.fittings import fit, fittings
    from backline.channels.mail.listening import Inbox
    from backline.connectors.files.tending import Tender
    from backline.connectors.recording import Writer
    from backline.documents.stores.sweeping import Sweeper
    from backline.project.wiring import job_loop

    fit(replace(fittings(), loop=True))
    with ExitStack() as stack:
        workers: list[Worker] = [job_loop(), Writer(), Tender()]
        workers += [Inbox(clock=timezone.now)] if mail else []
        workers += [Sweeper()] if settings.ORGANISATION.files.kind != "folder" else []
        for worker in workers:
            worker.start()
            stack.callback(worker.stop)
        yield


def work() -> None:
    """Do what is due until the process is told to stop by SIGINT or SIGTERM."""
    told = threading.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda *_: told.set())
    with working(mail=False):
        told.wait()


def take_over() -> None:
    """What the process had in hand that served this folder before, and is dead, is free at once.

    Whoever calls this holds the folder's lock, so no such process lives.
    """
    from backline.cases.effects import claims
    from backline.jobs import claiming

    claims.name_process(SERVES)
    claims.release_dead(SERVES, now=timezone.now())
    claiming.release_all()


def make_ready(folder: Path) -> None:
    """The folder and the database, at this version."""
    from django.core.management import call_command

    from backline.project.postgresql import one_at_a_time

    for name in ("static", "files", "mail"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    with one_at_a_time():
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)


def _application() -> Callable[..., Any]:
    from backline.project.wsgi import application

    return application
