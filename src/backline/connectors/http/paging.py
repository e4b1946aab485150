"""An answer in pages: the next is named by a link, by a cursor, or by its number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import httpx

from backline.connectors.http.requests import Filled, Pages

WAYS = ("link", "cursor", "number")
LINK = re.compile(r"<([^<>]*)>((?:\s*;\s*[^,;\s=]+\s*=\s*(?:\"[^\"]*\"|[^\s,;\"]+))*)")
RELATION = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s,;\"]+))", re.IGNORECASE)


class WrongPage(ValueError):
    """What the service says of its next page can't be followed."""


def next_page(pages: Pages, sent: Filled, answer: Any, *, base: str, data: Any, items: int) -> Filled | None:
    """The request for the page after this one, or None after the last. Raises WrongPage."""
    if pages.by == "link":
        return _by_link(sent, answer.links.get("next", ""), base)
    if pages.by == "cursor":
        cursor = _within(data, pages.next)
        if cursor in (None, "", False):
            return None
        if str(cursor) == sent.query.get(pages.query):
            raise WrongPage("the next page is the same again")
        return replace(sent, query={**sent.query, pages.query: str(cursor)})
    if not items:
        return None
    number = int(sent.query.get(pages.query, str(pages.first))) + 1
    return replace(sent, query={**sent.query, pages.query: str(number)})


def first_page(pages: Pages | None, sent: Filled) -> Filled:
    """The first request: with the number of the first page where pages are numbered."""
    if pages is None or pages.by != "number":
        return sent
    return replace(sent, query={**sent.query, pages.query: str(pages.first)})


def links_of(header: str) -> dict[str, str]:
    """The addresses of a ``Link`` header by their relation (RFC 8288)."""
    found: dict[str, str] = {}
    for address, rest in LINK.findall(header[:8192]):
        for quoted, plain in RELATION.findall(rest):
            for relation in (quoted or plain).lower().split():
                found.setdefault(relation, address)
    return found


def _by_link(sent: Filled, address: str, base: str) -> Filled | None:
    if not address:
        return None
    path, query = under(base, address, sent.path)
    if path == sent.path and query == dict(sent.query):
        raise WrongPage("the next page is the same again")
    return replace(sent, path=path, query=query)


def under(base: str, address: str, asked: str) -> tuple[str, Mapping[str, str]]:
    """Path and query of an address that the service names, if it lies under its own. Raises WrongPage."""
    home = httpx.URL(base)
    try:
        there = httpx.URL(base + asked).join(address)
    except (httpx.InvalidURL, ValueError) as wrong:
        raise WrongPage("it names an address that is none") from wrong
    if (there.scheme, there.host, there.port) != (home.scheme, home.host, home.port) or there.userinfo:
        raise WrongPage("it leads to another host")
    path, root = there.raw_path.decode("ascii").partition("?")[0], home.raw_path.decode("ascii").rstrip("/")
    if not path.startswith(f"{root}/") or ".." in path.split("/"):
        raise WrongPage("it leads out of the service's address")
    return path.removeprefix(root), dict(parse_qsl(there.query.decode("ascii"), keep_blank_values=True))


def _within(data: Any, at: tuple[str, ...]) -> Any:
    for name in at:
        data = data.get(name) if isinstance(data, dict) else None
    return data
