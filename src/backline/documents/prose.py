"""The text of letters and messages: a small part of Markdown with holes, parsed before any value goes in.

A value can therefore never become markup: ``**{name}**`` is a bold hole, whatever the name holds. The parts:
paragraphs, ``# headings``, ``- lists``, ``1. lists``, ``| tables | of cells |``, ``**bold**``, ``*italic*``,
``[text](address)``. The first block may be ``Subject: ...``. A backslash takes the meaning of the next mark away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

BlockKind = Literal["paragraph", "heading", "bullets", "numbers", "table"]
HOLE = r"\{([A-Za-z_][\w.]*)\}"
INLINE = re.compile(
    r"\\(?P<plain>[\\*\[\]{}#|-])"
    r"|\*\*(?P<bold>(?:\\.|[^*\\])+)\*\*"
    r"|(?<![\w*])\*(?P<italic>(?:\\.|[^*\\])+)\*(?!\w)"
    r"|\[(?P<text>(?:\\.|[^\]\\])+)\]\((?P<link>[^)\s]+)\)"
    rf"|(?P<hole>{HOLE})"
)
STARTS: tuple[tuple[BlockKind, re.Pattern[str]], ...] = (
    ("heading", re.compile(r"#{1,3}\s+")),
    ("bullets", re.compile(r"[-*]\s+")),
    ("numbers", re.compile(r"\d{1,2}[.)]\s+")),
    ("table", re.compile(r"\|")),
)


class HoleEmpty(Exception):
    """A hole of the template has no value; nothing is sent with a gap in it."""

    def __init__(self, hole: str) -> None:
        super().__init__(f"There is no value for {{{hole}}}.")
        self.hole = hole


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A stretch of text, or a hole for a fact; ``link`` is an address, or the name of a hole in braces."""

    text: str = ""
    hole: str = ""
    bold: bool = False
    italic: bool = False
    link: str = ""


Line = tuple[Span, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """One paragraph or heading (one line), list (a line each), or table (``rows`` of cells)."""

    kind: BlockKind
    lines: tuple[Line, ...] = ()
    rows: tuple[tuple[Line, ...], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Prose:
    """A subject and the blocks below it, with holes or filled."""

    subject: Line
    blocks: tuple[Block, ...]

    def holes(self) -> frozenset[str]:
        """The names of all holes."""
        lines = [self.subject, *(line for block in self.blocks for line in _lines_of(block))]
        named = {span.hole for line in lines for span in line if span.hole}
        linked = {span.link[1:-1] for line in lines for span in line if re.fullmatch(HOLE, span.link)}
        return frozenset(named | linked)


def parse(text: str) -> Prose:
    """The prose that a template holds."""
    parts = [part for part in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").strip()) if part.strip()]
    subject: Line = ()
    if parts and parts[0].lower().startswith("subject:"):
        first, _, rest = parts[0].partition("\n")
        subject = _spans(first.partition(":")[2].strip())
        parts = [*([rest] if rest.strip() else []), *parts[1:]]
    return Prose(subject=subject, blocks=tuple(_block(part) for part in parts))


def fill(prose: Prose, values: Mapping[str, str]) -> Prose:
    """The prose with a text in each hole. Raises ``HoleEmpty``."""
    return Prose(
        subject=_filled(prose.subject, values),
        blocks=tuple(
            replace(
                block,
                lines=tuple(_filled(line, values) for line in block.lines),
                rows=tuple(tuple(_filled(cell, values) for cell in row) for row in block.rows),
            )
            for block in prose.blocks
        ),
    )


def plain_line(line: Line) -> str:
    """A line as plain text; an address that its words do not show stands behind them."""
    return "".join(f"{span.text}: {span.link}" if span.link and span.link != span.text else span.text for span in line)


def plain_text(prose: Prose) -> str:
    """The blocks as plain text."""
    return "\n\n".join("\n".join(_plain_block(block)) for block in prose.blocks) + "\n"


def _block(part: str) -> Block:
    lines = [line.strip() for line in part.strip().splitlines()]
    kind = next((kind for kind, start in STARTS if start.match(lines[0])), None)
    if kind is None:
        return Block(kind="paragraph", lines=(_spans(" ".join(lines)),))
    if kind == "table":
        return Block(kind="table", rows=tuple(_cells(line) for line in lines if not re.fullmatch(r"[|:\s-]+", line)))
    start = dict(STARTS)[kind]
    return Block(kind=kind, lines=tuple(_spans(entry) for entry in _entries(lines, start)))


def _entries(lines: list[str], start: re.Pattern[str]) -> list[str]:
    """Lines that begin an entry, each with those that go on with it."""
    entries: list[str] = []
    for line in lines:
        if match := start.match(line):
            entries.append(line[match.end() :])
        else:
            entries[-1] += f" {line}"
    return entries


def _cells(line: str) -> tuple[Line, ...]:
    return tuple(_spans(cell.strip()) for cell in re.split(r"(?<!\\)\|", line.strip().strip("|")))


def _spans(text: str, style: Span = Span()) -> Line:
    return tuple(_each_span(text, style))


def _each_span(text: str, style: Span) -> Iterator[Span]:
    at = 0
    for match in INLINE.finditer(text):
        if match.start() > at:
            yield replace(style, text=text[at : match.start()])
        yield from _marked(match, style)
        at = match.end()
    if at < len(text):
        yield replace(style, text=text[at:])


def _marked(match: re.Match[str], style: Span) -> Iterator[Span]:
    if match["plain"]:
        yield replace(style, text=match["plain"])
    elif match["hole"]:
        yield replace(style, hole=match["hole"][1:-1])
    elif match["bold"]:
        yield from _each_span(match["bold"], replace(style, bold=True))
    elif match["italic"]:
        yield from _each_span(match["italic"], replace(style, italic=True))
    else:
        yield from _each_span(match["text"], replace(style, link=match["link"]))


def _filled(line: Line, values: Mapping[str, str]) -> Line:
    return tuple(_filled_span(span, values) for span in line)


def _filled_span(span: Span, values: Mapping[str, str]) -> Span:
    if match := re.fullmatch(HOLE, span.link):
        span = replace(span, link=_value(match[1], values))
    return replace(span, text=_value(span.hole, values), hole="") if span.hole else span


def _value(hole: str, values: Mapping[str, str]) -> str:
    if hole not in values:
        raise HoleEmpty(hole)
    return values[hole]


def _lines_of(block: Block) -> Iterator[Line]:
    yield from block.lines
    for row in block.rows:
        yield from row


def _plain_block(block: Block) -> Iterator[str]:
    if block.kind == "table":
        yield from (": ".join(plain_line(cell) for cell in row if cell) for row in block.rows)
    for number, line in enumerate(block.lines, 1):
        lead = {"bullets": "- ", "numbers": f"{number}. "}.get(block.kind, "")
        yield lead + plain_line(line)
