"""Serve the organisation: pages, API, and the work behind them, in one process."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from urllib.parse import urlsplit

from backline.project.command import Refused
from backline.project.starting import start


def add(parser: argparse.ArgumentParser) -> None:
    """Where to listen; loopback unless told otherwise, for a proxy with TLS belongs before it."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, help="0 takes a free one; without it, the one in base_url, or 8000")
    parser.add_argument("--threads", type=int, default=16, help="requests that are answered at once")
    parser.add_argument("--verbose", action="store_true", help="log each request")


def run(args: argparse.Namespace) -> int:
    """Bring the database up to date, and serve until SIGINT or SIGTERM."""
    folder = start(migrated=False)
    from django.conf import settings
    from django.db import connection, connections

    from backline.project.locking import FolderBusy, hold
    from backline.project.serving import free_port, make_ready, serve, take_over, working

    told = urlsplit(settings.ORGANISATION.base_url).port
    port = free_port(args.host, told or 8000 if args.port is None else args.port)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ExitStack() as stack:
        if connection.vendor == "sqlite":
            try:
                stack.enter_context(hold(folder))
            except FolderBusy as busy:
                raise Refused(str(busy))
        make_ready(folder)
        if connection.vendor == "sqlite":
            take_over()
        connections.close_all()
        stack.enter_context(working(mail=True))
        print(f"{settings.ORGANISATION.name} is at http://{args.host}:{port}/ (stop with Ctrl-C)", flush=True)
        serve(host=args.host, port=port, threads=args.threads, verbose=args.verbose)
    return 0
