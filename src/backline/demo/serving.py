"""``backline serve`` as a child of the demonstration: it stops when the demonstration lets go, however that ended."""

from __future__ import annotations

import os
import signal
import sys
import threading

from backline.project.command import main


def _stop_with_parent() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_stop_with_parent, daemon=True).start()
    sys.exit(main())
