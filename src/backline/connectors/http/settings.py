"""What only an HTTP service has among its settings: proof of who we are, TLS, its description, the largest answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from backline.connectors.http.openapi import Document, NotADocument, read_document
from backline.connectors.places import Node
from backline.connectors.reader import Reader

KEYS = ("oauth", "key", "tls", "openapi", "most")
MOST_BYTES = 5 * 1024 * 1024
SIZES = {"KB": 1024, "MB": 1024 * 1024}
LARGEST = 100 * 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class OAuth:
    """Client credentials (RFC 6749, 4.4): where a token is had, for whom and what."""

    token_url: str
    client: str
    secret: str = field(repr=False)
    scope: str = ""
    audience: str = ""
    sent: str = "header"
    """How the client proves itself at the token's address: in the ``header`` (Basic), or in the ``body``"""
    refresh: str = field(default="", repr=False)
    """A refresh token (6), where a person once allowed it"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """An API key: in a header, or in the query where the service has it no other way."""

    name: str
    place: str
    secret: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tls:
    """Files: the only authority whose certificates are trusted, and our own certificate."""

    authority: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class HttpSettings:
    """The settings of one service."""

    oauth: OAuth | None = None
    key: Key | None = None
    tls: Tls = field(default_factory=Tls)
    document: Document | None = None
    most_bytes: int = MOST_BYTES


def read_settings(node: Node, reader: Reader) -> HttpSettings:
    """What the file says of it; problems go to the reader."""
    ways = [key for key in ("oauth", "key", "token") if node.get(key)]
    if len(ways) > 1:
        reader.wrong(node, f"There are two ways to prove who we are: {' and '.join(ways)}.", "Keep one.")
    return HttpSettings(
        oauth=_oauth(node.get("oauth"), reader), key=_key(node.get("key"), reader),
        tls=read_tls(node.get("tls"), reader), document=_document(node.get("openapi"), reader),
        most_bytes=_size(node.get("most"), reader),
    )  # fmt: skip


def _oauth(node: Node | None, reader: Reader) -> OAuth | None:
    if node is None:
        return None
    reader.only(node, ("token_url", "client", "secret", "scope", "audience", "sent"), "'oauth'")
    told = {key: reader.setting(node, key) for key in ("token_url", "client", "secret", "scope", "audience")}
    for key in ("token_url", "client", "secret"):
        if not told[key]:
            reader.wrong(node, f"'oauth' has to say its '{key}'.")
    if not told["token_url"].startswith(("https://", "http://127.0.0.1", "http://localhost")):
        reader.wrong(node, "A token is had over https alone.", key="token_url")
    sent = reader.text(node, "sent") or "header"
    if sent not in ("header", "body"):
        reader.wrong(node, f"'sent' is 'header' or 'body', not '{sent}'.", key="sent")
    return OAuth(**told, sent=sent)


def _key(node: Node | None, reader: Reader) -> Key | None:
    if node is None:
        return None
    reader.only(node, ("header", "query", "secret"), "'key'")
    places = [place for place in ("header", "query") if reader.text(node, place)]
    if len(places) != 1:
        reader.wrong(node, "'key' names the header or the query in which it is sent.", "Such as 'header: X-API-Key'.")
        return None
    if not (secret := reader.setting(node, "secret")):
        reader.wrong(node, "'key' has to say its 'secret'.", "Such as 'secret: {environment: SHOP_KEY}'.")
    return Key(name=reader.text(node, places[0]), place=places[0], secret=secret)


def read_tls(node: Node | None, reader: Reader) -> Tls:
    """The files of ``tls``; problems go to the reader."""
    if node is None:
        return Tls()
    reader.only(node, ("authority", "certificate", "key"), "'tls'")
    if (node.get("key") is None) != (node.get("certificate") is None):
        reader.wrong(node, "A 'certificate' of ours needs its 'key', and a 'key' its 'certificate'.")
    return Tls(**{name: _file(node.get(name), reader) for name in ("authority", "certificate", "key")})


def _file(node: Node | None, reader: Reader) -> Path | None:
    if node is None:
        return None
    path = reader.folder / node.text
    if not node.text or not path.is_file():
        reader.wrong(node, f"There is no file '{node.text}'.", "A relative path starts at the organisation's folder.")
        return None
    return path


def _document(node: Node | None, reader: Reader) -> Document | None:
    path = _file(node, reader)
    if node is None or path is None:
        return None
    try:
        return read_document(path)
    except NotADocument as wrong:
        reader.wrong(node, f"'{node.text}' can't be used: {wrong}")
        return None


def _size(node: Node | None, reader: Reader) -> int:
    if node is None:
        return MOST_BYTES
    number, _, unit = node.text.partition(" ")
    size = int(number) * SIZES.get(unit.strip(), 0) if number.isascii() and number.isdigit() else 0
    if not 0 < size <= LARGEST:
        reader.wrong(node, f"'{node.text}' is no size of an answer.", "Say, for example, '5 MB'; at most 100 MB.")
        return MOST_BYTES
    return size
