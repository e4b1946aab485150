"""A person of the stories in front of the product's own pages: reads, fills in, presses buttons."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from backline.demo.browsing import Browser, Files, Form, NotOnThePage, Page
from backline.demo.cast import PASSWORD

Answers = Mapping[str, str]
"""Field of a page -> what is typed there. ``address.street`` is a part of an address"""
MOST_PAGES = 15


class Person:
    """One person at one device."""

    def __init__(self, base: str, *, email: str = "", language: str = "en") -> None:
        self.browser, self.email = Browser(base, language=language), email
        self.page = self.browser.open("/")

    def sign_in(self) -> Person:
        """With the password that the start page shows."""
        self.open("/account/login/")
        self.send(field="password", answers={"login": self.email, "password": PASSWORD})
        if "/account/login" in self.page.url:
            raise NotOnThePage(f"{self.email} could not sign in: {self.page.text[:600]}")
        return self

    def open(self, address: str) -> Page:
        """Follow a link, also one from a mail."""
        self.page = self.browser.open(address)
        return self.page

    def send(
        self, *, answers: Answers | None = None, field: str = "", button: str = "", action: str = "",
        files: Files | None = None,
    ) -> Page:  # fmt: skip
        """Fill in the form that has this field or button, and press the button."""
        form = self.page.form(field=field, button=button, action=action)
        self.page = self.browser.send(self.page, form, answers or {}, button=button, files=files)
        return self.page

    def begin(self, service: str, **more: str) -> Page:
        """Start a request on the page of its service."""
        self.open(f"/services/{service}")
        return self.send(field="service", answers=more)

    def answer(self, answers: Answers, *, files: Files | None = None) -> Page:
        """Answer page after page while they ask for something that we have an answer to."""
        for _ in range(MOST_PAGES):
            form = self._question()
            if form is None:
                break
            asked = {name: told for field, told in answers.items() for name in _named(form, field)}
            given = {name: file for name, file in (files or {}).items() if name in form.files}
            if not asked and not given:
                break
            before = self.page.url
            self.page = self.browser.send(self.page, form, asked, files=given)
            if self.page.url == before:
                break
        return self.page

    @property
    def reference(self) -> str:
        """The reference of the request that the page is about."""
        parts = urlsplit(self.page.url).path.split("/")
        if "requests" not in parts:
            raise NotOnThePage(f"{self.page.url} is no page of a request: {self.page.text[:600]}")
        return parts[parts.index("requests") + 1]

    def leave(self) -> None:
        """Put the device away."""
        self.browser.close()

    def _question(self) -> Form | None:
        """The form of a page that asks something."""
        if "/questions/" not in self.page.url:
            return None
        forms = [form for form in self.page.forms if form.method == "post" and "/ui/" not in form.action]
        return forms[0] if forms else None


def _named(form: Form, field: str) -> list[str]:
    """The inputs of a field: its own name, or a part of it."""
    whole, _, part = field.partition(".")
    wanted = {whole, f"{whole}.{part}", f"{whole}-{part}", f"{whole}_{part}"} if part else {whole}
    return [name for name in form.names if name in (wanted - {whole} if part else wanted)]
