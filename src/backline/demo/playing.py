"""Plays the stories one after another and prints how each ended."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from backline.demo.stage import Line, Stage
from backline.demo.stories.appointment import tell as tell_appointment
from backline.demo.stories.claims import tell as tell_claims
from backline.demo.stories.loyalty import tell as tell_loyalty
from backline.demo.stories.orders import tell as tell_orders
from backline.demo.stories.post import tell as tell_post
from backline.demo.stories.withdrawal import tell as tell_withdrawal

STORIES: tuple[tuple[str, Callable[[Stage], Iterator[Line]]], ...] = (
    ("Loyalty card", tell_loyalty),
    ("Hardship withdrawal", tell_withdrawal),
    ("Appointment with a proxy", tell_appointment),
    ("Paper, fax and a call", tell_post),
    ("Claims with photos", tell_claims),
    ("An order by e-mail", tell_orders),
)
HEADS = ("", "case", "channel", "touches by a person", "seconds", "outcome")


def play(address: str, folder: Path, *, smtp_port: int) -> list[Line]:
    """Every story; one that goes wrong ends there, and the next is played all the same."""
    lines: list[Line] = []
    for name, tell in STORIES:
        stage = Stage(address=address, folder=folder, smtp_port=smtp_port)
        try:
            lines.extend(tell(stage))
        except Exception as wrong:
            told = str(wrong) if isinstance(wrong, AssertionError) else traceback.format_exc()
            lines.append(_wrong(name, told))
        finally:
            stage.close()
    return lines


def print_table(lines: list[Line], *, as_json: bool) -> None:
    """The table, for people or for programs."""
    if as_json:
        print(json.dumps([asdict(line) for line in lines], ensure_ascii=False, indent=1))
        return
    rows = [HEADS] + [
        (one.story, one.case, one.channel, str(one.touches), f"{one.seconds:.2f}", one.outcome) for one in lines
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    for row in rows:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    for one in lines:
        if not one.ended_well:
            print(f"\n{one.story}: {one.wrong}")


def _wrong(name: str, told: str) -> Line:
    return Line(
        story=name, case="", channel="", touches=0, seconds=0.0, outcome="went wrong", ended_well=False, wrong=told
    )
