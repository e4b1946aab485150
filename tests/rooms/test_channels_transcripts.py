"""Transcripts in the ways of many programs become turns; what is none, or too much, is refused with the reason."""

from __future__ import annotations

import json

import pytest

from backline.channels.calls.transcripts import MOST_BYTES, Transcript, TranscriptRefused, as_text, read_transcript

VTT = """WEBVTT

NOTE made by hand

1
00:01.000 --> 00:04.000
<v Ann Seidel>Good <b>morning</b></v>

00:05.500 --> 00:06.000
<v Ann Seidel>I need help
"""
SRT = """1
00:00:02,000 --> 00:00:03,000
Tom: Hello

2
00:01:05,000 --> 00:01:06,000
Ann: Hi &amp; bye
""".replace("\n", "\r\n")
JSON = json.dumps({"segments": [{"speaker": 0, "text": "Hello", "start": 1.7}, {"speaker": "Ann", "text": "Hi"}]})


@pytest.mark.parametrize(
    ("name", "said", "text"),
    [
        ("a.vtt", VTT, "[00:01] Ann Seidel: Good morning I need help\n"),
        ("a.srt", SRT, "[00:02] Tom: Hello\n[01:05] Ann: Hi & bye\n"),
        ("a.json", JSON, "[00:01] 0: Hello\nAnn: Hi\n"),
        ("a.txt", "Tom: Hello\nthere\n[00:12] Ann: Hi", "Tom: Hello there\n[00:12] Ann: Hi\n"),
        ("typed", "just words", "just words\n"),
        ("a.txt", "Änn: schön\u202e\u0007", "Änn: schön\n"),
    ],
)
def test_each_shape_is_read_as_turns(name: str, said: str, text: str) -> None:
    assert as_text(read_transcript(name, said.encode())) == text


def test_a_file_of_an_old_program_is_read_in_its_letters() -> None:
    assert read_transcript("a.txt", "Jörg: Grüße".encode("cp1252")).turns[0].text == "Grüße"
    assert read_transcript("a.txt", "Jörg: Grüße".encode("utf-16")).speakers == ("Jörg",)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", b""),
        ("a.vtt", b"WEBVTT\n"),
        ("a.json", b"[" * 100_000),
        ("a.json", b'{"turns": [1, 2]}'),
        ("a.json", b'[{"speaker": {}, "text": "x"}]'),
        ("a.txt", b"MZ\x00\x00\x01"),
        ("a.txt", b"x" * (MOST_BYTES + 1)),
        ("a.txt", b"A: x\nB: y\n" * 3_000),
    ],
)
def test_what_is_none_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(TranscriptRefused):
        read_transcript(name, content)


def test_times_without_measure_do_no_harm() -> None:
    told = b'[{"speaker": "A", "text": "x", "start": 1e308}, {"speaker": "B", "text": "y", "start": NaN}]'
    found: Transcript = read_transcript("a.json", told)
    assert [turn.start_s for turn in found.turns] == [360_000, None]
