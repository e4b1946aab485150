"""A ``backline`` command as a child of the crash test: it dies with its parent, however that ended."""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import NoReturn

from backline.project.command import main


def _die_with_parent() -> NoReturn:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("killed")


def _start() -> None:
    """Shorten the claims as soon as the product is set up, which ``main`` does."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.crash.settings"
    django.setup()
    from tests.crash.hurrying import shorten_claims

    shorten_claims()


if __name__ == "__main__":
    threading.Thread(target=_die_with_parent, daemon=True).start()
    _start()
    sys.exit(main())
