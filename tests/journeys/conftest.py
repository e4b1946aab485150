"""A running Meridian, and people with a browser in front of it. One Meridian and one browser for all journeys."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, sync_playwright

CHROMIUM = os.environ.get("BACKLINE_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-background-networking"]
PHONE, DESK = (390, 844), (1280, 900)
PASSWORD = "the-long-way-home"
PATIENCE_MS = 30_000
Opens = Callable[..., Page]


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """Where Meridian keeps what it stores, for what no page shows: the telephone system's secret."""
    folder = tempfile.mkdtemp(prefix="meridian-journeys-")
    yield Path(folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def meridian(folder: Path) -> Iterator[str]:
    """The address of a Meridian of these tests' own, with its systems of record, mail and server beside it."""
    environment = {**os.environ, "BACKLINE_DATA": str(folder), "PYTHONUNBUFFERED": "1"}
    environment.pop("BACKLINE_DATABASE_URL", None)
    source = str(Path(__file__).parents[2] / "src")
    environment["PYTHONPATH"] = source
    command = [sys.executable, "-m", "backline.project.command", "demo", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True)
    try:
        yield _address(process)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if process.stdout:
            process.stdout.close()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright, once."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium as the machine has it; without one, journeys are skipped and say so."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"there is no Chromium at {CHROMIUM}: no journey was run")
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def opens(browser: Browser, meridian: str) -> Iterator[Opens]:
    """Opens a new device: ``opens()`` a phone, ``opens(who="anna.seidel")`` signed in, ``opens(script=False)``.

    No journey may meet anything that the content security policy blocks.
    """
    contexts, blocked = [], list[str]()

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            blocked.append(f"{message.page.url if message.page else ''}: {message.text}")

    def open_device(
        *, who: str = "", size: tuple[int, int] = PHONE, script: bool = True, language: str = "en", scale: int = 1
    ) -> Page:
        context = browser.new_context(
            base_url=meridian,
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=script,
            locale=language,
            device_scale_factor=scale,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        context.on("console", listen)
        page = context.new_page()
        if who:
            _sign_in(page, who)
        return page

    yield open_device
    for context in contexts:
        context.close()
    assert not blocked, "\n".join(sorted(set(blocked)))


def _sign_in(page: Page, who: str) -> None:
    page.goto("/account/login/")
    page.get_by_text("Sign in with a password").click()
    page.locator("[name=login]").fill(who if "@" in who else f"{who}@post.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda address: "/account/login" not in address)


def _address(process: subprocess.Popen[str]) -> str:
    """The first address that the demonstration prints, once it is ready."""
    assert process.stdout is not None
    address = ""
    for line in process.stdout:
        words = line.split()
        if len(words) == 2 and words[0] == "customers":
            address = words[1].rstrip("/")
        if "Ctrl-C" in line:
            return address
    raise AssertionError(f"Meridian ended with status {process.wait()}")
