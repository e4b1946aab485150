"""What goes wrong, as problem details (RFC 9457): each kind has a name, a status, and a page of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MEDIA_TYPE = "application/problem+json"
Words = str | Promise


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of problem: what it is called, and what the caller can do."""

    name: str
    status: int
    title: Words
    remedy: Words


class Problem(Exception):
    """Raised by an operation that can't do what it was asked; ``errors`` are messages by JSON pointer."""

    def __init__(
        self,
        kind: Kind,
        detail: str = "",
        *,
        errors: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        self.kind, self.detail = kind, detail
        self.errors, self.headers, self.more = dict(errors or {}), dict(headers or {}), dict(more or {})
        super().__init__(detail or str(kind.title))


@dataclass(frozen=True, kw_only=True)
class _Kinds:
    """All kinds by name; made once, below."""

    by_name: dict[str, Kind] = field(default_factory=dict)

    def add(self, name: str, status: int, title: Words, remedy: Words) -> Kind:
        kind = self.by_name[name] = Kind(name=name, status=status, title=title, remedy=remedy)
        return kind


_kinds = _Kinds()
KINDS: Mapping[str, Kind] = _kinds.by_name

BAD_REQUEST = _kinds.add(
    "bad-request",
    400,
    _("The request can't be read"),
    _("Send JSON as the description of the operation says."),
)
BAD_CURSOR = _kinds.add(
    "bad-cursor",
    400,
    _("This is no place in the list"),
    _("Begin again without a cursor, or follow the address in “next” as it was given."),
)
NOT_SIGNED_IN = _kinds.add(
    "not-signed-in",
    401,
    _("We don't know who calls"),
    _("Send a token as “Authorization: Bearer TOKEN”, or sign in. The token may have expired or been revoked."),
)
NOT_ALLOWED = _kinds.add(
    "not-allowed",
    403,
    _("You may not do this"),
    _("Somebody else has to do it, or a permission is missing; the detail says which."),
)
MISSING_SCOPE = _kinds.add(
    "missing-scope",
    403,
    _("The token does not allow this"),
    _("Ask an administrator for a token with the scope that the detail names."),
)
STALE_FORM = _kinds.add(
    "stale-form",
    403,
    _("The request did not come from one of our pages"),
    _("With a session, each change carries the value of the cookie “csrftoken” in the header X-CSRFToken."),
)
NOT_FOUND = _kinds.add(
    "not-found",
    404,
    _("There is nothing here"),
    _("Check the address. What belongs to others is not there for you."),
)
METHOD_NOT_ALLOWED = _kinds.add(
    "method-not-allowed",
    405,
    _("This can't be done with this address"),
    _("The header Allow names the methods that are understood here."),
)
SAME_ALREADY_OPEN = _kinds.add(
    "same-already-open",
    409,
    _("There is such a request already"),
    _("Go on with the request that “case” names, or send “another”: true where it is really a second one."),
)
NOT_OPEN = _kinds.add(
    "not-open",
    409,
    _("This is settled already"),
    _("Read it again: it was answered, closed, or is no longer needed."),
)
TAKEN = _kinds.add(
    "taken",
    409,
    _("Somebody else has it"),
    _("Wait until it is given back, or ask the person who has it."),
)
CHANGED_MEANWHILE = _kinds.add(
    "changed-meanwhile",
    412,
    _("It was changed meanwhile"),
    _("Read it again, and send the change with the ETag that you then get in If-Match."),
)
TOO_LARGE = _kinds.add(
    "too-large",
    413,
    _("This is more than we take"),
    _("Send less at once, or a smaller file."),
)
REFUSED = _kinds.add(
    "refused",
    422,
    _("Something in it can't be taken"),
    _("“errors” says what is wrong with which part; nothing of it was taken."),
)
SLOW_DOWN = _kinds.add(
    "slow-down",
    429,
    _("Too many requests"),
    _("Wait as many seconds as the header Retry-After says."),
)
BROKEN = _kinds.add(
    "broken",
    500,
    _("Something broke on our side"),
    _("Tell us the number; it stands in our log beside what happened."),
)
BUSY = _kinds.add(
    "busy",
    503,
    _("We can't do this just now"),
    _("Send the same again in a moment. With an Idempotency-Key nothing is opened twice."),
)


def problem(
    request: HttpRequest,
    kind: Kind,
    detail: str = "",
    *,
    errors: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The answer that tells a problem."""
    told: dict[str, Any] = {
        "type": f"/problems/{kind.name}",
        "title": str(kind.title),
        "status": kind.status,
        "detail": detail or str(kind.remedy),
        "instance": request.path,
        **(more or {}),
    }
    if errors:
        told["errors"] = [{"pointer": pointer, "detail": message} for pointer, message in errors.items()]
    return HttpResponse(
        json.dumps(told, ensure_ascii=False), status=kind.status, content_type=MEDIA_TYPE, headers=dict(headers or {})
    )


def pointer(*parts: str | int) -> str:
    """A JSON pointer as a fragment: ``#/facts/amount``."""
    return "#" + "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)
