"""The WSGI application that a server calls."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

from backline.jobs import giving_way

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backline.project.settings")
_pages = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a request; what nobody waits for gives way meanwhile."""
    with giving_way.first():
        answer: Iterable[bytes] = _pages(environ, start_response)
        return answer
