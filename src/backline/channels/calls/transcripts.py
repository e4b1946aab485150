"""Transcripts of calls: WebVTT, SubRip, lines of text or JSON of speakers, as turns of one kind. All is hostile input.

JSON is a list of turns, or an object with one under ``turns``, ``segments``, ``utterances`` or ``results``; a turn has
a ``speaker``, a ``text`` and perhaps a ``start`` in seconds.
"""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

MOST_BYTES, MOST_TURNS, MOST_WORDS, MOST_IN_ALL = 5_000_000, 5_000, 4_000, 500_000
"""Bytes of a file; turns; letters of a turn, and of all turns"""
LISTS = ("turns", "segments", "utterances", "results")
TIMES = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})\s*-->")
VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]{1,80})>")
TAG = re.compile(r"<[^>]{0,200}>")
STAMP = re.compile(r"^\[?(?:(\d{1,3}):)?(\d{1,2}):(\d{2})(?:[.,]\d{1,3})?\]?\s*[-–]?\s*")
SPEAKER = re.compile(r"^([^\W\d_][\w .,'’()-]{0,59}?)\s*:\s+(?=\S)")
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


class TranscriptRefused(ValueError):
    """It can't be read as a transcript; the message is for who brought it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """What one speaker said in one go."""

    speaker: str
    text: str
    start_s: int | None = None
    """Seconds from the beginning of the call"""


@dataclass(frozen=True, kw_only=True)
class Transcript:
    """A call, turn by turn."""

    turns: tuple[Turn, ...]

    @property
    def speakers(self) -> tuple[str, ...]:
        """Each once, in the order in which they spoke."""
        return tuple(dict.fromkeys(turn.speaker for turn in self.turns if turn.speaker))


def read_transcript(name: str, content: bytes) -> Transcript:
    """What a file, or what somebody typed, says. Raises ``TranscriptRefused``."""
    if len(content) > MOST_BYTES:
        raise TranscriptRefused(_("A transcript may have 5 MB at most."))
    if b"\x00" in content[:1000] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise TranscriptRefused(_("This is no text."))
    said = _decoded(content)
    if said.lstrip().startswith(("{", "[")) and (name.lower().endswith(".json") or _is_json(said)):
        return turns_told(_listed(said))
    if said.lstrip().startswith("WEBVTT") or TIMES.search(said[:20_000]):
        return _kept(_cues(said))
    return _kept(_lines(said))


def turns_told(told: Iterable[Mapping[str, Any]]) -> Transcript:
    """Turns as JSON has them. Raises ``TranscriptRefused``."""
    return _kept(_told(one) for one in told)


def as_text(transcript: Transcript) -> str:
    """One line a turn: ``[01:05] Ann: Hello``."""
    lines = []
    for turn in transcript.turns:
        stamp = "" if turn.start_s is None else f"[{turn.start_s // 60:02d}:{turn.start_s % 60:02d}] "
        lines.append(f"{stamp}{turn.speaker}: {turn.text}" if turn.speaker else f"{stamp}{turn.text}")
    return "\n".join(lines) + "\n"


def _kept(turns: Iterable[Turn]) -> Transcript:
    """Those that say something; one speaker's go in one where the file cuts it up."""
    kept: list[Turn] = []
    letters = 0
    for turn in turns:
        words = " ".join(UNSEEN.sub("", turn.text).split())[:MOST_WORDS]
        if not words:
            continue
        letters += len(words)
        if len(kept) >= MOST_TURNS or letters > MOST_IN_ALL:
            raise TranscriptRefused(_("The transcript is longer than a call can be."))
        speaker = " ".join(UNSEEN.sub("", turn.speaker).split())[:60]
        last = kept[-1] if kept else None
        if last and speaker and last.speaker == speaker and len(last.text) + len(words) < MOST_WORDS:
            kept[-1] = Turn(speaker=speaker, text=f"{last.text} {words}", start_s=last.start_s)
        else:
            kept.append(Turn(speaker=speaker, text=words, start_s=turn.start_s))
    if not kept:
        raise TranscriptRefused(_("Nothing is said in it."))
    return Transcript(turns=tuple(kept))


def _decoded(content: bytes) -> str:
    for encoding in ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", errors="replace")


def _is_json(said: str) -> bool:
    try:
        json.loads(said)
    except (ValueError, RecursionError):
        return False
    return True


def _listed(said: str) -> list[dict[str, Any]]:
    try:
        told = json.loads(said)
    except (ValueError, RecursionError) as wrong:
        raise TranscriptRefused(_("This is no JSON that can be read.")) from wrong
    if isinstance(told, dict):
        told = next((told[name] for name in LISTS if isinstance(told.get(name), list)), None)
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        raise TranscriptRefused(_("It has no list of turns with a speaker and a text."))
    return told


def _told(one: Mapping[str, Any]) -> Turn:
    text, speaker, start = one.get("text", ""), one.get("speaker", ""), one.get("start")
    if not isinstance(text, str) or not isinstance(speaker, str | int):
        raise TranscriptRefused(_("It has no list of turns with a speaker and a text."))
    start_s = None
    if isinstance(start, int | float) and not isinstance(start, bool) and math.isfinite(start):
        start_s = _seconds(start)
    return Turn(speaker=str(speaker), text=text, start_s=start_s)


def _cues(said: str) -> Iterator[Turn]:
    """The cues of WebVTT and SubRip: blocks between empty lines, each with a line of times."""
    for block in re.split(r"\n[ \t]*\n", said.replace("\r\n", "\n").replace("\r", "\n")):
        lines = block.strip("\n").split("\n")
        for at, line in enumerate(lines[:3]):
            if times := TIMES.search(line):
                start = _clock(times)
                yield from (_cue(spoken, start) for spoken in _spoken(lines[at + 1 :]))
                break


def _spoken(lines: list[str]) -> list[str]:
    """The lines of a cue, in one unless each names who speaks."""
    named = [line for line in lines if VOICE.search(line) or SPEAKER.match(TAG.sub("", line).lstrip("- "))]
    return lines if len(named) > 1 else [" ".join(lines)]


def _cue(line: str, start: int) -> Turn:
    voice = VOICE.search(line)
    words = html.unescape(TAG.sub("", line)).strip().removeprefix("- ")
    if voice:
        return Turn(speaker=html.unescape(voice[1]), text=words, start_s=start)
    return _named(words, start)


def _lines(said: str) -> Iterator[Turn]:
    """``Ann: Hello``, perhaps with a time before it; a line without a name goes on with the one before."""
    speaker = ""
    for line in said.splitlines():
        stamp = STAMP.match(line)
        start = _clock(stamp) if stamp else None
        turn = _named(line[stamp.end() :] if stamp else line, start)
        speaker = turn.speaker or speaker
        yield Turn(speaker=speaker, text=turn.text, start_s=start)


def _named(words: str, start: int | None) -> Turn:
    found = SPEAKER.match(words)
    if not found:
        return Turn(speaker="", text=words, start_s=start)
    return Turn(speaker=found[1], text=words[found.end() :], start_s=start)


def _clock(stamp: re.Match[str]) -> int:
    return _seconds(int(stamp[1] or 0) * 3600 + int(stamp[2]) * 60 + int(stamp[3]))


def _seconds(told: float) -> int:
    return int(min(max(told, 0), 360_000))
