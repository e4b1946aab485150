"""What a machine keeps beside a shared store goes when nobody used it for a day: nothing that was destroyed stays."""

from __future__ import annotations

import contextlib
import logging
import threading
from datetime import UTC, datetime, timedelta

from backline.documents import contents

log = logging.getLogger(__name__)
UNUSED = timedelta(days=1)
SWEPT = ("files", "pages")


def sweep(*, now: datetime) -> int:
    """Remove copies of contents not used, and pictures of pages not made, within the last day; answers how many."""
    gone = 0
    for path in (path for name in SWEPT for path in (contents.cached() / name).rglob("*")):
        with contextlib.suppress(OSError):  # another process of this machine sweeps, too
            if path.is_file() and datetime.fromtimestamp(path.stat().st_mtime, UTC) + UNUSED < now:
                path.unlink()
                gone += 1
    return gone


class Sweeper:
    """Sweeps at the start and every hour, in a thread."""

    def __init__(self, *, every_s: float = 3600.0) -> None:
        self._every_s = every_s
        self._told = threading.Event()
        self._thread = threading.Thread(target=self._sweep, name="backline-sweeper", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the file in hand."""
        self._told.set()
        self._thread.join(20)

    def _sweep(self) -> None:
        while not self._told.is_set():
            try:
                sweep(now=datetime.now(UTC))
            except OSError:
                log.exception("the cache of documents was not swept")
            self._told.wait(self._every_s)
