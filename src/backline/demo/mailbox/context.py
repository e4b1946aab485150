"""What the start page of the demonstration shows besides: who can sign in, and where all mail is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest


def log_ins(request: HttpRequest) -> dict[str, Any]:
    """The people of the demonstration, on the start page alone."""
    path = Path(settings.FOLDER) / "demonstration.json"
    if request.path != "/" or not path.exists():
        return {}
    told = json.loads(path.read_text(encoding="utf-8"))
    people = [{**person, "initials": _initials(person["name"])} for person in told["people"]]
    return {"logins": people, "login_password": told["password"]}


def _initials(name: str) -> str:
    return "".join(part[0] for part in name.split()[:2])
