"""What somebody wrote in a reply, without the message that they answered and without their signature.

Marks of the usual mail clients in English, German, French, Spanish and Dutch. What is not recognised stays.
"""

from __future__ import annotations

import re

MOST_LINES = 5_000
LONGEST_HEAD = 300
"""Marks stand at the beginning of a line: the rest of a very long one is not looked at"""
WROTE = "wrote|schrieb|a écrit|a ecrit|escribió|escribio|schreef|ha escrito|geschreven|skrev"
INTRODUCTIONS = (
    re.compile(rf"^\s*(?:on|am|le|el|op|den|il)\b.{{5,300}}\b(?:{WROTE})\b.{{0,80}}:\s*$", re.I),
    re.compile(rf"^\s*\S.{{2,200}}[<(\[]\S+@\S+[>)\]].{{0,80}}\b(?:{WROTE})\b.{{0,40}}:?\s*$", re.I),
    re.compile(rf"^\s*.{{0,200}}\b(?:{WROTE})\s+(?:am|on|le|el|op)\b.{{5,100}}:\s*$", re.I),
    re.compile(r"^\s*\d{4}[-./]\d{1,2}[-./]\d{1,2}.{0,60}<\S+@\S+>:\s*$", re.I),
)
"""One or several lines that lead into the quoted message"""
ORIGINAL = "|".join(
    (
        "original (?:message|appointment)",
        "forwarded message",
        "(?:ursprüngliche|weitergeleitete) nachricht",
        "originalnachricht",
        "message (?:d'origine|original|transféré)",
        "mensaje (?:original|reenviado)",
        "(?:oorspronkelijk|doorgestuurd) bericht",
    )
)
DIVIDERS = re.compile(rf"^\s*[-_=*]{{2,}}\s*(?:{ORIGINAL})\s*[-_=*]{{2,}}\s*$", re.I)
RULE = re.compile(r"^\s*_{20,}\s*$")
HEADER_START = re.compile(r"^\s*[*_]{0,2}(?:from|von|de|van|da)\s?:[*_]{0,2}\s*\S", re.I)
HEADER_NAMES = (
    "sent|date|to|subject|cc|gesendet|datum|an|betreff|envoyé|objet|à|enviado(?: el)?|fecha|para|asunto"
    "|verzonden|aan|onderwerp"
)
HEADER_NEXT = re.compile(rf"^\s*[*_]{{0,2}}(?:{HEADER_NAMES})\s?:[*_]{{0,2}}", re.I)
SENT_FROM = re.compile(
    r"^\s*(?:sent from my \S+|sent from \S+ for \S+|get outlook for|von meinem \S+.{0,20} gesendet|gesendet von"
    r"|envoyé de mon|envoyé depuis|enviado desde mi|enviado de mi|verzonden vanaf|verstuurd vanaf|verzonden met"
    r"|diese nachricht wurde von meinem)\b.{0,80}$",
    re.I,
)
SIGNATURE = re.compile(r"^-- ?$")
QUOTED = re.compile(r"^\s*>")


def cut_reply(text: str) -> str:
    """The new words of a reply. A reply written below or between the quoted lines keeps its own lines."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[:MOST_LINES]]
    heads = [line[:LONGEST_HEAD] for line in lines]
    end = _end(heads)
    return _own(lines[:end], heads[:end]) or _own(lines, heads)


def _end(lines: list[str]) -> int:
    """The line at which what is not new begins."""
    for at, line in enumerate(lines):
        if _ends(line):
            return at
        if RULE.match(line) and at + 1 < len(lines) and _is_header(lines, at + 1):
            return at
        if _is_header(lines, at) or _introduces(lines, at):
            return at
    return len(lines)


def _is_header(lines: list[str], at: int) -> bool:
    """Lines like ``From:``, ``Sent:``, ``To:`` close together, as Outlook puts above what is answered."""
    if not HEADER_START.match(lines[at]):
        return False
    return sum(bool(HEADER_NEXT.match(line)) for line in lines[at + 1 : at + 6]) >= 2


def _introduces(lines: list[str], at: int) -> bool:
    """``On Monday, Ann wrote:``, perhaps broken over up to four lines, with no words of their own after."""
    if not lines[at].strip():
        return False
    for length in range(1, 5):
        part = " ".join(line.strip() for line in lines[at : at + length])
        if any(pattern.match(part) for pattern in INTRODUCTIONS):
            return not _own_words_follow(lines[at + length :])
        if not lines[min(at + length, len(lines) - 1)].strip():
            return False
    return False


def _own_words_follow(lines: list[str]) -> bool:
    """Whether there is text of their own beneath a quoted part: then they wrote below it."""
    quoted = False
    for line in lines:
        if QUOTED.match(line):
            quoted = True
        elif line.strip() and quoted:
            return not (SIGNATURE.match(line) or SENT_FROM.match(line))
    return False


def _own(lines: list[str], heads: list[str]) -> str:
    """The lines that are not quoted, without those that lead into a quotation and without a signature."""
    own: list[str] = []
    at = 0
    while at < len(lines):
        if _ends(heads[at]) and own:
            break
        length = _lead(heads, at)
        if not length and not QUOTED.match(heads[at]):
            own.append(lines[at])
        at += length or 1
    return re.sub(r"\n{3,}", "\n\n", "\n".join(own)).strip()


def _lead(heads: list[str], at: int) -> int:
    """How many lines from here lead into a quotation that follows."""
    for length in range(1, 5):
        part = " ".join(line.strip() for line in heads[at : at + length])
        if any(pattern.match(part) for pattern in INTRODUCTIONS):
            after = next((line for line in heads[at + length :] if line.strip()), ">")
            return length if QUOTED.match(after) else 0
    return 0


def _ends(line: str) -> bool:
    """Whether a signature or a machine's own line begins here."""
    return bool(SIGNATURE.match(line) or SENT_FROM.match(line) or DIVIDERS.match(line))
