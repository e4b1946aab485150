"""A browser without JavaScript and without a screen: it keeps cookies, reads forms, fills them in and sends them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx

Files = Mapping[str, tuple[str, bytes, str]]
"""Name of a field -> file name, content, media type"""
PHONE = "Mozilla/5.0 (Linux; Android 15; Mobile) Backline-Story"


class NotOnThePage(AssertionError):
    """What a person would look for is not there. The message says what is there."""


@dataclass
class Form:
    """A form as it stands on a page: what would be sent if nobody touched it, and what could be chosen."""

    action: str = ""
    method: str = "get"
    values: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    """Name, value, and the words on it"""
    choices: dict[str, list[str]] = field(default_factory=dict)

    def filled(self, answers: Mapping[str, str | Sequence[str]]) -> dict[str, list[str]]:
        """What is sent with these answers."""
        for name in answers:
            if name not in self.names:
                raise NotOnThePage(f"the form at {self.action} has no field {name!r}: {sorted(self.names)}")
        sent: dict[str, list[str]] = {}
        for name, value in self.values:
            if name not in answers:
                sent.setdefault(name, []).append(value)
        return sent | {name: [told] if isinstance(told, str) else list(told) for name, told in answers.items()}


@dataclass
class Page:
    """What came back: where it is, what it says, what can be done on it."""

    url: str
    status: int
    html: str
    forms: list[Form]
    links: list[tuple[str, str]]
    """Address and words"""
    text: str

    def form(self, *, field: str = "", button: str = "", action: str = "") -> Form:
        """The first form with this field, a button with these words, or this in its address."""
        for form in self.forms:
            words = any(button.lower() in label.lower() for _, _, label in form.buttons)
            if (field in form.names | form.files or not field) and (words or not button) and action in form.action:
                return form
        offered = [(form.action, sorted(form.names), [label for *_, label in form.buttons]) for form in self.forms]
        raise NotOnThePage(f"{self.url} has no form with {field or button or action!r}: {offered}")

    def link(self, words: str) -> str:
        """The address of the first link with these words or in this address."""
        for address, said in self.links:
            if words.lower() in said.lower() or words in address:
                return urljoin(self.url, address)
        raise NotOnThePage(f"{self.url} has no link {words!r}: {self.links}")

    def find(self, pattern: str) -> str:
        """The first match in what the page says."""
        if found := re.search(pattern, self.text):
            return found[0]
        raise NotOnThePage(f"{self.url} ({self.status}) says nothing like {pattern!r}: {self.text[:1500]}")


class Browser:
    """One person at one device."""

    def __init__(self, base: str, *, language: str = "en") -> None:
        headers = {"User-Agent": PHONE, "Accept-Language": language, "Accept": "text/html"}
        self._client = httpx.Client(base_url=base, headers=headers, follow_redirects=True, timeout=30.0)
        self._at = base

    @property
    def cookies(self) -> str:
        """What it sends along, as a header says it."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._client.cookies.jar)

    def open(self, address: str) -> Page:
        """Follow a link."""
        return self._page(self._client.get(address, headers={"Referer": self._at}))

    def send(
        self,
        page: Page,
        form: Form,
        answers: Mapping[str, str | Sequence[str]],
        *,
        button: str = "",
        files: Files | None = None,
    ) -> Page:
        """Fill in a form and press a button; the first of the form where none is named."""
        data = form.filled(answers)
        pressed = next((one for one in form.buttons if button.lower() in one[2].lower()), None)
        if pressed and pressed[0]:
            data[pressed[0]] = [pressed[1]]
        for name in files or {}:
            if name not in form.files:
                raise NotOnThePage(f"the form at {form.action} takes no file {name!r}: {sorted(form.files)}")
        address = urljoin(page.url, form.action or page.url)
        headers = {"Referer": page.url, "Origin": str(httpx.URL(page.url).join("/")).rstrip("/")}
        if form.method == "get":
            return self._page(self._client.get(address, params=data, headers=headers))
        return self._page(self._client.post(address, data=data, files=dict(files or {}) or None, headers=headers))

    def close(self) -> None:
        """Put the device away."""
        self._client.close()

    def _page(self, response: httpx.Response) -> Page:
        self._at = str(response.url)
        is_page = "html" in response.headers.get("Content-Type", "")
        return read_page(self._at, response.status_code, response.text if is_page else "")


def read_page(url: str, status: int, html: str) -> Page:
    """The words, links and forms of a page."""
    reader = _Reader()
    reader.feed(html)
    return Page(url, status, html, reader.forms, reader.links, re.sub(r"\s+", " ", "".join(reader.words)))


class _Reader(HTMLParser):
    """Collects words, links and forms."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self.words: list[str] = []
        self._form: Form | None = None
        self._said: list[str] | None = None
        self._button: tuple[str, str] | None = None
        self._link = ""
        self._select = ""
        self._area = ""
        self._silent = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attributes}
        if starting := getattr(self, f"_start_{tag}", None):
            starting(told)

    def handle_endtag(self, tag: str) -> None:
        if ending := getattr(self, f"_end_{tag}", None):
            ending()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data if data.strip() else " ")
        if self._said is not None:
            self._said.append(data)

    def _start_form(self, told: dict[str, str]) -> None:
        self._form = Form(action=told.get("action", ""), method=told.get("method", "get").lower())
        self.forms.append(self._form)

    def _end_form(self) -> None:
        self._form = None

    def _start_input(self, told: dict[str, str]) -> None:
        form, name, kind = self._form, told.get("name", ""), told.get("type", "text")
        if form is None or not name:
            return
        if kind == "file":
            form.files.add(name)
        elif kind == "submit":
            form.buttons.append((name, told.get("value", ""), told.get("value", "")))
        else:
            self._control(form, name, kind, told)

    def _control(self, form: Form, name: str, kind: str, told: dict[str, str]) -> None:
        form.names.add(name)
        value = told.get("value", "on" if kind in ("radio", "checkbox") else "")
        if kind in ("radio", "checkbox"):
            form.choices.setdefault(name, []).append(value)
            if "checked" not in told:
                return
        form.values.append((name, value))

    def _start_textarea(self, told: dict[str, str]) -> None:
        self._area, self._said = told.get("name", ""), []
        if self._form is not None:
            self._form.names.add(self._area)

    def _end_textarea(self) -> None:
        if self._form is not None and self._said is not None:
            self._form.values.append((self._area, "".join(self._said).removeprefix("\n")))
        self._said = None

    def _start_select(self, told: dict[str, str]) -> None:
        self._select = told.get("name", "")
        if self._form is not None and self._select:
            self._form.names.add(self._select)

    def _end_select(self) -> None:
        self._select = ""

    def _start_option(self, told: dict[str, str]) -> None:
        if self._form is None or not self._select:
            return
        value = told.get("value", "")
        offered = self._form.choices.setdefault(self._select, [])
        if "selected" in told or not offered:
            self._form.values = [(name, kept) for name, kept in self._form.values if name != self._select]
            self._form.values.append((self._select, value))
        offered.append(value)

    def _start_button(self, told: dict[str, str]) -> None:
        if told.get("type", "submit") == "submit":
            self._button, self._said = (told.get("name", ""), told.get("value", "")), []

    def _end_button(self) -> None:
        if self._button is not None and self._form is not None:
            self._form.buttons.append((*self._button, " ".join("".join(self._said or []).split())))
        self._button = self._said = None

    def _start_a(self, told: dict[str, str]) -> None:
        self._link, self._said = told.get("href", ""), []

    def _end_a(self) -> None:
        self.links.append((self._link, " ".join("".join(self._said or []).split())))
        self._said = None

    def _start_script(self, _: dict[str, str]) -> None:
        self._silent += 1

    def _end_script(self) -> None:
        self._silent -= 1

    _start_style, _end_style = _start_script, _end_script
