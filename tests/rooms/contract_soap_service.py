"""A shop over SOAP, run as a process of its own, for the contract of the soap connector."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

sys.path.insert(0, str(Path(__file__).parent))
from contract_service import Handler, serve

ORDERS: list[object] = []
BY_KEY: dict[str, tuple[int, str]] = {}
LOCK = threading.Lock()
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
SHOP = "{urn:shop}"
SECURITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
THIEF = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


class Shop(Handler):
    """Prices and orders. Some names of things make it misbehave."""

    def handle_one(self) -> tuple[int, str, bytes, dict[str, str]]:
        if self.command == "GET":
            return 405, "text/plain", b"POST, please", {}
        body = ElementTree.fromstring(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        user = body.find(f".//{{{SECURITY}}}Username")
        password = body.find(f".//{{{SECURITY}}}Password")
        if user is None or password is None or (user.text, password.text) != ("backline", "open-sesame"):
            return self._fault("soap:Client", "who are you")
        (call,) = body.find(f"{{{SOAP}}}Body")  # type: ignore[misc]
        return getattr(self, "_" + call.tag.removeprefix(SHOP))(call)

    def _GetPrice(self, call: ElementTree.Element) -> tuple[int, str, bytes, dict[str, str]]:
        what = call.findtext(f"{SHOP}what") or ""
        if what in ("bomb", "thief"):
            return self._say(
                f"<s:GetPriceResponse><s:note>&{'b' if what == 'bomb' else 'a'};</s:note></s:GetPriceResponse>",
                before=BOMB if what == "bomb" else THIEF,
            )
        if what == "broken":
            return 200, "text/xml", b"<soap:Envelope>", {}
        if what == "page":
            return 200, "text/html", b"<html>Sign in</html>", {}
        if what == "air":
            return self._fault("soap:Client", "no such thing", "<s:NoSuchThing/>")
        offer = "<s:offer><s:price>12.50</s:price><s:since>2020-02-29</s:since></s:offer>" if what == "tea" else ""
        return self._say(f"<s:GetPriceResponse>{offer}</s:GetPriceResponse>")

    def _PlaceOrder(self, call: ElementTree.Element) -> tuple[int, str, bytes, dict[str, str]]:
        key, what = call.findtext(f"{SHOP}key") or "", call.findtext(f"{SHOP}order/{SHOP}what") or ""
        if what == "gold":
            return self._fault("soap:Client", "there is none left", "<s:SoldOut/>")
        if what == "silver":
            return self._fault("soap:Server", "come back later", "<s:Closed/>")
        with LOCK:
            if key not in BY_KEY:
                ORDERS.append(what)
                BY_KEY[key] = (len(ORDERS), what)
        if what == "copper":
            return self._fault("soap:Server", "lost the book")
        return self._say("<s:PlaceOrderResponse/>")

    def _FindOrder(self, call: ElementTree.Element) -> tuple[int, str, bytes, dict[str, str]]:
        found = BY_KEY.get(call.findtext(f"{SHOP}key") or "")
        if found is None:
            return self._fault("soap:Client", "no such order", "<s:NoSuchOrder/>")
        told = f"<s:number>N-{found[0]}</s:number><s:what>{escape(found[1])}</s:what>"
        return self._say(f"<s:FindOrderResponse>{told}</s:FindOrderResponse>")

    def _fault(self, code: str, words: str, detail: str = "") -> tuple[int, str, bytes, dict[str, str]]:
        told = f"<faultcode>{code}</faultcode><faultstring>{words}</faultstring><detail>{detail}</detail>"
        return self._say(f"<soap:Fault>{told}</soap:Fault>", status=500)

    def _say(self, body: str, *, status: int = 200, before: str = "") -> tuple[int, str, bytes, dict[str, str]]:
        envelope = (
            f'<soap:Envelope xmlns:soap="{SOAP}" xmlns:s="urn:shop"><soap:Body>{body}</soap:Body></soap:Envelope>'
        )
        return status, "text/xml; charset=utf-8", f'<?xml version="1.0"?>{before}{envelope}'.encode(), {}


if __name__ == "__main__":
    serve(Shop, ORDERS)
