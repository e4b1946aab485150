"""A shop over HTTP, run as a process of its own, for the contract of the http connector."""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from urllib.parse import unquote, urlsplit

sys.path.insert(0, str(Path(__file__).parent))
from contract_service import Handler, serve

ORDERS: list[object] = []
BY_KEY: dict[str, int] = {}
LOCK = threading.Lock()


class Shop(Handler):
    """Prices and orders."""

    def handle_one(self) -> tuple[int, str, bytes, dict[str, str]]:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, data = self._get() if self.command == "GET" else self._post(json.loads(body or b"{}"))
        return status, "application/json", json.dumps(data).encode(), {}

    def _get(self) -> tuple[int, object]:
        what, *rest = [*unquote(urlsplit(self.path).path)[1:].split("/"), ""]
        if what == "prices":
            return (200, {"price": {"amount": "12.50", "currency": "EUR"}}) if rest[0] == "tea" else (404, {})
        number = BY_KEY.get("/".join(rest).rstrip("/"))
        return (200, {"number": number, "what": "tea"}) if number else (404, {})

    def _post(self, told: dict[str, str]) -> tuple[int, object]:
        if self.headers.get("Authorization") != "Bearer open-sesame":
            return 401, {"error": "who are you"}
        if told["what"] == "gold":
            return 409, {"error": "sold_out"}
        with LOCK:
            key = self.headers["Idempotency-Key"]
            if key not in BY_KEY:
                ORDERS.append(told)
                BY_KEY[key] = len(ORDERS)
        return 201, {}


if __name__ == "__main__":
    serve(Shop, ORDERS)
