"""On a demonstration alone: who its people are, and a way to be each of them at once."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.conf import settings

FILE = "demonstration.json"
"""In the organisation's folder: ``{"password", "people": [{"name", "about", "login", "kind"}]}``"""


@dataclass(frozen=True, kw_only=True)
class Login:
    """Somebody of the demonstration."""

    name: str
    about: str
    login: str
    password: str
    next: str

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper()


def logins() -> list[Login]:
    """Everybody; nobody where this is no demonstration."""
    path = settings.ORGANISATION.folder / FILE
    if not settings.ORGANISATION.demonstration or not path.is_file():
        return []
    told = json.loads(path.read_text(encoding="utf-8"))
    return [
        Login(
            name=one["name"],
            about=one["about"],
            login=one["login"],
            password=told["password"],
            next="/work/" if one["kind"] == "staff" else "/",
        )
        for one in told["people"]
    ]
