"""A message as simple HTML in the organisation's colours: one column, inline styles, no picture that is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.html import escape

from backline.documents.prose import Block, Line, Prose, Span

TEXT = "margin:0 0 16px;font:16px/1.5 'Source Sans 3','Segoe UI',Helvetica,Arial,sans-serif;color:#1e293b"
QUIET = "margin:0;font:13px/1.5 'Source Sans 3','Segoe UI',Helvetica,Arial,sans-serif;color:#475569"
SAFE_SCHEMES = ("https://", "http://", "mailto:", "tel:")


@dataclass(frozen=True, kw_only=True)
class Look:
    """How the organisation's mail looks."""

    name: str
    colour: str


@dataclass(frozen=True, kw_only=True)
class Button:
    """The one thing to do, as a large link."""

    text: str
    address: str


def as_html(prose: Prose, *, look: Look, language: str, foot: str, button: Button | None = None) -> str:
    """The whole HTML part."""
    body = "".join(_block(block, look) for block in prose.blocks)
    action = _button(button, look) if button else ""
    title = escape("".join(span.text for span in prose.subject))
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8"><title>{title}</title></head>'
        f'<body style="margin:0;background:#f1f5f9"><div style="max-width:600px;margin:0 auto;background:#ffffff">'
        f'<div style="padding:20px 24px;border-bottom:3px solid {escape(look.colour)}">'
        f'<p style="{TEXT};margin:0;font-weight:700;color:{escape(look.colour)}">{escape(look.name)}</p></div>'
        f'<div style="padding:24px">{body}{action}</div>'
        f'<div style="padding:16px 24px;background:#f8fafc">{_foot(foot)}</div></div></body></html>'
    )


def _block(block: Block, look: Look) -> str:
    if block.kind == "heading":
        return f'<h2 style="{TEXT};font-weight:700">{_line(block.lines[0], look)}</h2>'
    if block.kind in ("bullets", "numbers"):
        tag = "ul" if block.kind == "bullets" else "ol"
        items = "".join(f"<li>{_line(line, look)}</li>" for line in block.lines)
        return f'<{tag} style="{TEXT};padding-left:20px">{items}</{tag}>'
    if block.kind == "table":
        return f'<table style="{TEXT};border-collapse:collapse">{"".join(_rows(block, look))}</table>'
    return f'<p style="{TEXT}">{_line(block.lines[0], look)}</p>'


def _rows(block: Block, look: Look) -> Iterator[str]:
    for row in block.rows:
        cells = "".join(
            f'<td style="padding:6px 20px 6px 0;border-bottom:1px solid #cbd5e1">{_line(cell, look)}</td>'
            for cell in row
        )
        yield f"<tr>{cells}</tr>"


def _line(line: Line, look: Look) -> str:
    return "".join(_span(span, look) for span in line)


def _span(span: Span, look: Look) -> str:
    text = str(escape(span.text))
    if span.bold:
        text = f"<strong>{text}</strong>"
    if span.italic:
        text = f"<em>{text}</em>"
    if span.link.startswith(SAFE_SCHEMES):
        text = f'<a href="{escape(span.link)}" style="color:{escape(look.colour)}">{text}</a>'
    return text


def _button(button: Button, look: Look) -> str:
    style = (
        f"display:inline-block;padding:12px 20px;border-radius:6px;background:{escape(look.colour)};"
        "color:#ffffff;text-decoration:none;font-weight:700"
    )
    return f'<p style="{TEXT}"><a href="{escape(button.address)}" style="{style}">{escape(button.text)}</a></p>'


def _foot(foot: str) -> str:
    return "".join(f'<p style="{QUIET}">{escape(line)}</p>' for line in foot.splitlines())
