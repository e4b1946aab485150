"""HTML of a message as plain text: nothing is run, nothing is fetched, quotes keep their mark.

A scanner of our own, since parsers take quadratic time for tags that never end: what is no complete tag is text.
"""

from __future__ import annotations

import html
import re

MOST_HTML = 1_000_000
LONGEST_TAG = 4_000
PIECE = re.compile(
    rf"<(/?)([a-zA-Z][a-zA-Z0-9]{{0,20}})([^<>]{{0,{LONGEST_TAG}}})>|<!--|<[!?][^<>]{{0,{LONGEST_TAG}}}>"
)
SKIPPED = frozenset({"script", "style", "head", "title", "template", "noscript"})
BREAKING = frozenset(
    {"p", "div", "br", "tr", "li", "ul", "ol", "table", "hr", "pre", "blockquote", "section", "article", "address"}
    | {f"h{level}" for level in range(1, 7)}
)
DEEPEST_QUOTE = 20


def html_to_text(source: str) -> str:
    """The text that a person would see."""
    page = _Page()
    source, at = source[:MOST_HTML], 0
    while match := PIECE.search(source, at):
        page.add(source[at : match.start()])
        at = match.end()
        if match.group() == "<!--":
            at = _after(source, "-->", at)
        elif match[2]:
            at = page.tag(source, match[2].lower(), closing=bool(match[1]), at=at)
    page.add(source[at:])
    return page.text()


class _Page:
    """Collects lines; each knows how deeply it was quoted."""

    def __init__(self) -> None:
        self._lines: list[tuple[int, list[str]]] = [(0, [])]
        self._quoted = 0

    def add(self, text: str) -> None:
        """Text between two tags."""
        self._lines[-1][1].append(re.sub(r"\s+", " ", html.unescape(text)))

    def tag(self, source: str, name: str, *, closing: bool, at: int) -> int:
        """A tag that ends at ``at``; answers where to go on."""
        if name in SKIPPED and not closing:
            return _after(source, f"</{name}>", at)
        if name == "blockquote":
            self._quoted = max(0, min(self._quoted + (-1 if closing else 1), DEEPEST_QUOTE))
        if name in BREAKING:
            self._lines.append((self._quoted, []))
        if not closing and name in ("li", "td", "th"):
            self.add("- " if name == "li" else " ")
        return at

    def text(self) -> str:
        """All lines, without more than one empty one in a row."""
        lines = [("> " * depth) + "".join(parts).strip() for depth, parts in self._lines]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _after(source: str, mark: str, at: int) -> int:
    """Where ``mark`` ends; the end of the text where it never comes."""
    found = re.compile(re.escape(mark).replace(">", r"\s*>"), re.I).search(source, at)
    return found.end() if found else len(source)
