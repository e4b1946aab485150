"""Small case types as files, for tests of the catalogue."""

from __future__ import annotations

from pathlib import Path

GOOD = """\
case: card
title: Get a card
for: customer
owner: loyalty
roles:
  customer: {}
facts:
  amount: {label: How much?, type: money, ask: customer}
  wanted: {type: yes/no, ask: customer}
actions:
  pay: {call: bank.pay, with: [amount]}
outcomes:
  paid: {when: wanted, do: [pay]}
  otherwise: {}
"""


def write(types: Path, text: str = GOOD, key: str = "card", **files: str) -> Path:
    """A folder of a case type; further files by path, with __ for / (``letters__paid_en_md`` is letters/paid.en.md)."""
    folder = types / key
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "type.yaml").write_text(text, encoding="utf-8")
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def good_but(old: str, new: str) -> str:
    """The good case type with one place changed."""
    assert old in GOOD
    return GOOD.replace(old, new)
