"""Till receipts, which every organisation gets: recognised and read by where things stand, without rules of its own.

shop, perhaps a number, address, phone    at the head
a date                                    anywhere
the total                                 beside its word, the last or the rounded one
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import accumulate, pairwise

from backline.documents import found_values
from backline.documents.fields import FieldReading, around
from backline.documents.page_lines import Line, lines_of
from backline.documents.reading import PageText, Reading

KIND = "receipt"
WORDS = re.compile(
    r"\b(?:receipt|tax invoice|cash(?:ier)?|change|gst|vat|subtotal|sub-total|total|bill|kassenbon|mwst)\b", re.I
)
ENOUGH_WORDS = 4
HEAD_LINES = 14
COMPANY = re.compile(
    r"\b(?:sdn|bhd|ltd|llc|inc|gmbh|limited|restaurant|enterprise|trading|hardware|stationery|supermarket|mart|store"
    r"|shop|cafe|electrical|gallery|grocer|machinery|industries|centre|center|pharmacy|bakery|book)\b",
    re.I,
)
LEGAL = re.compile(r"\b(?:sdn\.?\s*bhd|gmbh|ltd|llc|inc|limited)\b", re.I)
GOES_ON = re.compile(r"&\s*$")
LEGAL_FORM = re.compile(r"^\(?(?:sdn\.?\s*bhd\.?|bhd\.?|electrical|enterprise|trading|gmbh|ltd\.?)\)?$", re.I)
ADDRESS = re.compile(
    r"^(?:no|lot|unit|suite|block|blk|\d+[\w-]*,)\b[.:]?|\b(?:jalan|jln|taman|bandar|lorong|street|str\.|road|avenue"
    r"|plaza|kawasan|persiaran|kampung|medan|seksyen)\b|\b\d{5}\b",
    re.I,
)
NOT_ADDRESS = re.compile(
    r"\b(?:tel|fax|phone|gst|roc|reg|invoice|receipt|cash(?:ier)?|date|bill|www|doc|document|id|hotline|e-?mail|br)\b|\b[tf]:"
    r"|@|^\(?(?=\S*\d)[\w-]{5,14}\)?$|^\d{2,3}-\d{6,}|\b\d{1,2}\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.I,
)
NUMBER_AFTER = re.compile(r"\s*\((?:co\.?\s*)?[\w/-]*\d{4,}[\w/-]*\)\s*$|\s+\d{5,}-?[A-Z]$")
BASELINE = re.compile(r"(?<!_)_(?=\w)")
"""A stroke on the baseline of a name is a full stop badly printed"""
STOP = re.compile(r"(?<!\bno)(?<!\blot)(?<!\bjln)(?<!\b[a-z])\.(?=\s+\w)", re.I)
"""A full stop within an address is a comma badly printed"""
DATE = re.compile(
    r"(?<!\d)(?:\d{1,2}[/.-]\d{1,2}[/.-](?:20\d{2}|\d{2})(?=\D|$|\d{1,2}:)|20\d{2}[/.-]\d{2}[/.-]\d{2}"
    r"|\d{1,2}[\s-](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[\s-]20\d{2})",
    re.I,
)
TOTALS = (
    re.compile(
        r"\bround\w*\s*d?\s*total|\btotal\s*(?:amt|amount)?\s*rounded|\b(?:nett?|grand)\s*total|\b(?:total|amount)\s*due",
        re.I,
    ),
    re.compile(r"\btotal\b.*\b(?:incl|with)\w*\b|\binclusive\b", re.I),
    re.compile(
        r"^\W*(?:total|totl|t0tal|tota[1i]|tatal)\W*\s*(?:amount|amt|sales|rm)?\b|\btotal\W*(?:rm)?\s*\d+[.,]\s?\d\d$",
        re.I,
    ),
)
"""The words beside a total; earlier ones are trusted more"""
GIVEN = re.compile(r"^\W*(?:cash|ca\S{1,3}|tender\w*|paid|payment|visa|master\w*)\b|^\W*ca\W", re.I)
GIVEN_BACK = re.compile(r"^\W*change\b", re.I)
PAID_CERTAINTY = 0.8
NOT_TOTAL = re.compile(
    r"\b(?:qty|excl\w*|excluding|discount|tax amount|points|total\s+(?:gst|tax|disc|sav)\w*|sub\W?tota\w)", re.I
)
APART = re.compile(r"\b(?:summary|analysis)\b", re.I)
"""What follows is about taxes"""
AMOUNT = re.compile(r"(?P<printed>[$€£]?\s?\d{1,3}(?:[, ]?\d{3})*[.,]\s?\d{2})(?!\d)")
Field = Mapping[str, FieldReading]


def is_receipt(text: str) -> bool:
    """Whether a text has the words that receipts have."""
    return len({match.lower() for match in WORDS.findall(text)}) >= ENOUGH_WORDS and bool(AMOUNT.search(text))


def read_receipt(reading: Reading) -> Field:
    """Company, date, address and total, each as printed, with its place."""
    if not reading.pages:
        return {}
    page = reading.pages[0]
    lines = _lines(page)
    company_at, company = _company(lines)
    found = {
        "company": company,
        "date": next(_dates(lines), None),
        "address": _address(lines[company_at + 1 : HEAD_LINES + company_at]),
        "total": _total(lines),
    }
    return {name: one for name, one in found.items() if one}


def _lines(page: PageText) -> Sequence[Line]:
    """The lines of the text, where its words stand in the same order; a slip is often crooked."""
    told = [len(line.split()) for line in page.text.split("\n")]
    if sum(told) != len(page.words):
        return lines_of(page.words)
    ends = list(accumulate(told, initial=0))
    return [page.words[start:end] for start, end in pairwise(ends) if end > start]


def _company(lines: Sequence[Line]) -> tuple[int, FieldReading | None]:
    head = lines[:HEAD_LINES]
    if not head:
        return 0, None
    at = min(range(len(head)), key=lambda number: (_unlike(_text(head[number])), number))
    line, end = head[at], at
    follows = _text(head[at + 1]) if at + 1 < len(head) else ""
    if at and LEGAL_FORM.match(NUMBER_AFTER.sub("", _text(line))):
        line = (*head[at - 1], *line)
    elif follows and (GOES_ON.search(_text(line)) or LEGAL_FORM.match(follows)):
        line, end = (*line, *head[at + 1]), at + 1
    return end, _field(BASELINE.sub(".", NUMBER_AFTER.sub("", _text(line))), line)


def _unlike(text: str) -> int:
    """How little a line looks like the name of a firm."""
    if LEGAL.search(text):
        return 0
    if COMPANY.search(text) and not ADDRESS.search(text):
        return 1
    return 2 if len(text) > 6 and text.isupper() and not NOT_ADDRESS.search(text) else 3


def _address(lines: Sequence[Line]) -> FieldReading | None:
    """From the first line that looks like one to the first that looks like something else."""
    taken: list[Line] = []
    for line in lines:
        text = _text(line)
        if NOT_ADDRESS.search(text):
            if taken and not ADDRESS.search(text):
                break
            if not taken or re.search(r"\b(?:tel|fax|gst|invoice|date)\b|\b[tf]:", text, re.I):
                continue
        elif not taken and not ADDRESS.search(text):
            continue
        taken.append(line)
    words = tuple(word for line in taken for word in line)
    return _field(STOP.sub(",", _text(words)), words) if words else None


def _dates(lines: Sequence[Line]) -> Iterator[FieldReading]:
    told = sorted(lines, key=lambda line: not re.search(r"\bdate\b", _text(line), re.I))
    for line in told:
        if match := DATE.search(_text(line)):
            sure = found_values.find_date(match[0], order="dmy") is not None
            yield _field(match[0], line, certainty=1.0 if sure else 0.6)


def _total(lines: Sequence[Line]) -> FieldReading | None:
    told = lines[: next((at for at, line in enumerate(lines) if APART.search(_text(line))), len(lines))]
    for trust, words in enumerate(TOTALS):
        for line in reversed(told) if trust == 2 else told:
            text = _text(line)
            if words.search(text) and not NOT_TOTAL.search(text) and (amounts := AMOUNT.findall(text)):
                printed = re.sub(r"\s", "", amounts[-1]).replace(",", ".")
                if printed.strip("$€£") not in ("0.00", "0.0"):
                    return _field(printed, line, certainty=1.0 - 0.03 * trust)
    return _paid(lines)


def _paid(lines: Sequence[Line]) -> FieldReading | None:
    """Where no word leads to a total: what was given less what was given back."""
    given, back = (next(_beside(lines, words), None) for words in (GIVEN, GIVEN_BACK))
    if not given or not back:
        return None
    total = given[0] - back[0]
    return _field(f"{total:.2f}", given[1], certainty=PAID_CERTAINTY) if total > 0 else None


def _beside(lines: Sequence[Line], words: re.Pattern[str]) -> Iterator[tuple[Decimal, Line]]:
    for line in reversed(lines):
        if words.search(_text(line)) and (amounts := AMOUNT.findall(_text(line))):
            yield Decimal(re.sub(r"[^\d.]", "", amounts[-1].replace(",", "."))), line


def _text(line: Line) -> str:
    return " ".join(word.text for word in line)


def _field(text: str, words: Line, *, certainty: float = 1.0) -> FieldReading:
    sure = min(word.confidence for word in words) * certainty
    return FieldReading(value=text.strip(), text=text.strip(), confidence=round(sure, 3), page=1, box=around(words))
