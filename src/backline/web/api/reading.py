"""What a caller sent, read: JSON without characters that no table can keep."""

from __future__ import annotations

import json
import re
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

DOUBTFUL = re.compile(r"\\u(?:0000|[dD][89a-fA-F])|[\x00\ud800-\udfff]")
UNKEEPABLE = re.compile(r"[\x00\ud800-\udfff]")


class Unkeepable(ValueError):
    """A text holds a character that can't be stored."""


class CarefulParser(Parser):
    """Reads JSON; what it can't read or keep is answered as a request that can't be read."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as values."""
        text = request.body.decode("utf-8")
        told = json.loads(text)
        if DOUBTFUL.search(text):
            _check(told)
        return told


def keepable(request: HttpRequest) -> bool:
    """Whether the address can be searched for at all."""
    told = (request.path_info, *request.GET.keys(), *request.GET.values())
    return not any(UNKEEPABLE.search(str(text)) for text in told)


def _check(told: Any) -> None:
    if isinstance(told, str) and UNKEEPABLE.search(told):
        raise Unkeepable(told)
    if isinstance(told, dict):
        for name, value in told.items():
            _check(name)
            _check(value)
    elif isinstance(told, list):
        for value in told:
            _check(value)
