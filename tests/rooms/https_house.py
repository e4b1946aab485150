"""A service over HTTPS on loopback that wants a certificate and a token, with an authority made for the test."""

from __future__ import annotations

import json
import ssl
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SECRET = "the-clients-secret"
KEY = "the-api-key"
ITEMS = [{"number": f"M-{n}", "points": n * 10} for n in range(1, 8)]
SIZE = 3
AWAY = {
    "/api/moved": "/api/by-none?x=1", "/api/stolen": "", "/api/outside": "/other/secret", "/api/round": "/api/round",
}  # fmt: skip
"""Redirects; the empty one leads where the test says"""


@dataclass
class State:
    """What the service knows and was asked."""

    tokens: list[str] = field(default_factory=list)
    """Those that it issued; only the last one is good"""
    lives_s: float = 3600
    asked: list[str] = field(default_factory=list)
    orders: dict[str, str] = field(default_factory=dict)
    refuse_tokens: bool = False
    elsewhere: str = ""


class Service(BaseHTTPRequestHandler):
    """Members in pages, orders by key, tokens."""

    protocol_version = "HTTP/1.1"
    state: State

    def do_GET(self) -> None:
        path, query = self._asked()
        if path.startswith("/api/by-"):
            self._page(path.removeprefix("/api/by-"), query)
        elif path in AWAY:
            self._say(302, {}, Location=AWAY[path] or self.state.elsewhere)
        elif path == "/api/big":
            self._say(200, {"text": "x" * int(query["size"])})
        elif path == "/api/key":
            self._say(200, {"seen": [self.headers.get("X-Key", ""), query.get("api_key", "")]})
        elif path.startswith("/api/orders/"):
            found = self.state.orders.get(path.removeprefix("/api/orders/"))
            self._say(200 if found else 404, {"number": found})
        elif not self._is_known():
            self._say(401, {"error": "token"})
        elif path == "/api/points":
            self._say(200, {"points": 70})
        else:
            self._say(404, {})

    def do_POST(self) -> None:
        path, _ = self._asked()
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if path == "/token":
            self._token(parse_qs(body.decode()))
        elif not self._is_known():
            self._say(401, {"error": "token"})
        else:
            key = self.headers.get("Idempotency-Key", "")
            self.state.orders.setdefault(key, f"O-{len(self.state.orders) + 1}")
            self._say(201, {})

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def _asked(self) -> tuple[str, dict[str, str]]:
        parts = urlsplit(self.path)
        self.state.asked.append(self.path)
        return unquote(parts.path), {name: told[0] for name, told in parse_qs(parts.query).items()}

    def _token(self, form: dict[str, list[str]]) -> None:
        scheme, _, proof = self.headers.get("Authorization", "").partition(" ")
        client, _, secret = b64decode(proof).decode().partition(":") if scheme == "Basic" else ("", "", "")
        client = client or form.get("client_id", [""])[0]
        secret = secret or form.get("client_secret", [""])[0]
        if (client, secret) != ("backline", SECRET) or self.state.refuse_tokens:
            self._say(401, {"error": "invalid_client", "error_description": f"no client with {secret}"})
            return
        self.state.tokens.append(f"token-{len(self.state.tokens) + 1}-{form.get('scope', [''])[0]}")
        self._say(200, {"access_token": self.state.tokens[-1], "expires_in": self.state.lives_s})

    def _is_known(self) -> bool:
        return bool(self.state.tokens) and self.headers.get("Authorization") == f"Bearer {self.state.tokens[-1]}"

    def _page(self, way: str, query: dict[str, str]) -> None:
        number = int(query.get("page", query.get("cursor", "1").removeprefix("c")))
        items = ITEMS[(number - 1) * SIZE : number * SIZE]
        more = number * SIZE < len(ITEMS)
        link = f'<{self.state.elsewhere}/api/by-link?page={number + 1}>; rel="next last"' if way == "stray" else (
            f'<by-link?page={number + 1}>; title="a,b"; rel="next", </api/by-link?page=1>; rel=first'
        )  # fmt: skip
        meta = {"next": "c1" if way == "loop" else f"c{number + 1}" if more else None}
        headers = {"Link": link} if more and way in ("link", "stray") else {}
        self._say(200, {"items": items, "meta": meta}, **headers)

    def _say(self, status: int, data: Any, **headers: str) -> None:
        body = json.dumps(data).encode()
        self.send_response(status)
        for name, told in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, told)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def https_service(folder: Path) -> Iterator[tuple[str, State]]:
    """The service while it runs: its address and what it knows. Who has no certificate of ours is turned away."""
    make_certificates(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    context.load_verify_locations(folder / "authority.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    state = State()
    server = _Quiet(("127.0.0.1", 0), type("Bound", (Service,), {"state": state}))
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}", state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was turned away is no news."""


def make_certificates(folder: Path) -> None:
    """``authority.pem``; ``server`` and ``client`` signed by it; ``stranger``, a client signed by itself."""
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = _certificate("Test authority", authority_key, "Test authority", authority_key, is_authority=True)
    (folder / "authority.pem").write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    for name in ("server", "client", "stranger"):
        key = ec.generate_private_key(ec.SECP256R1())
        signer = (name, key) if name == "stranger" else ("Test authority", authority_key)
        certificate = _certificate(name, key, *signer)
        (folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        (folder / f"{name}.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    is_authority: bool = False,
) -> x509.Certificate:
    today = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if is_authority:
        usage = dict.fromkeys(
            ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "encipher_only", "decipher_only"), False,
        )  # fmt: skip
        builder = builder.add_extension(x509.KeyUsage(**usage, key_cert_sign=True, crl_sign=True), critical=True)
    return builder.sign(issuer_key, hashes.SHA256())
