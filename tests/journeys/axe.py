"""axe-core in a real browser: what it finds against WCAG 2.2 A and AA, in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SCRIPT = Path(__file__).parent / "vendor" / "axe-4.14.1.min.js"
DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""Colours have changed over once two frames were drawn"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """Each violation on the page with the elements it concerns; empty when there is none."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(SCRIPT.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(
        "rules => axe.run(document, {runOnly: rules}).then(result => result.violations)", RULES
    )
    return [
        f"{one['id']}: {one['help']}: {', '.join(node['html'][:160] for node in one['nodes'][:3])}" for one in found
    ]


def assert_accessible(page: Page) -> None:
    """Fail with all that axe has to say, in light and in dark."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate(DRAWN)
        wrong = violations(page)
        assert not wrong, f"{page.url} ({scheme}):\n" + "\n".join(wrong)


def _places(violation: dict[str, Any]) -> str:
    return ", ".join(str(node["html"])[:160] for node in violation["nodes"][:3])
