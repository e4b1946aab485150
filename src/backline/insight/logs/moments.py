"""Times as logs write them, to UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from backline.insight.logs.report import Report

MICROSECONDS = pa.timestamp("us")
ZONED = r"(?:Z|[+-]\d{2}:?\d{2}|[+-]\d{2})$"
ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]|$)")
FRACTION = re.compile(r"(\.\d{6})\d+")
DAY_FIRST = ("%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%y", "%d/%m/%y")
MONTH_FIRST = ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y")
EITHER = ("%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d, %Y", "%d-%b-%Y", "%d-%b-%y")
CLOCKS = (" %H:%M:%S", " %H:%M", " %H:%M:%S.%f", " %I:%M:%S %p", " %I:%M %p", "", "T%H:%M:%S", "T%H:%M:%S.%f")
AMBIGUOUS = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-]\d{2,4}")


class Moments:
    """Reads a column of times: ISO 8601 at once, other formats by trying what is usual.

    ``zone`` is that of times which name none; only ``formats`` are tried where they are given. Whether ``3/4/2025`` has
    the day or the month first is told by the first times that leave no doubt; else the day is first.
    """

    def __init__(self, *, zone: str, report: Report, formats: tuple[str, ...] = ()) -> None:
        self.zone, self._report, self._given = zone, report, formats
        self._month_first: bool | None = None
        self._last = ""

    def read(self, texts: pa.Array) -> pa.Array:
        """Microseconds in UTC; null where the text is no time."""
        if not self._given:
            try:
                return texts.cast(pa.timestamp("us", "UTC")).cast(MICROSECONDS)
            except pa.ArrowInvalid:
                pass
            try:
                return self._placed(texts.cast(MICROSECONDS))
            except pa.ArrowInvalid:
                pass
        if (read := self._at_once(texts)) is not None:
            return read
        coded = texts.dictionary_encode()
        distinct = coded.dictionary.to_pylist()
        self._settle_order(distinct)
        read = pa.array([self._one(one.strip()) for one in distinct], MICROSECONDS)
        return read.take(coded.indices)

    def _at_once(self, texts: pa.Array) -> pa.Array | None:
        """The whole column in the one format that the first time has."""
        first = next((one for one in texts[:100].to_pylist() if one), "").strip()
        self._settle_order(texts[:1000].to_pylist())
        if ISO.match(first) or not first or self._one(first) is None or re.search("%[fzpbB]", self._last):
            return None
        read = pc.strptime(texts, format=self._last, unit="us", error_is_null=True)
        return self._placed(read) if read.null_count == texts.null_count else None

    def _placed(self, local: pa.Array) -> pa.Array:
        """Times without a zone, in the zone of the organisation."""
        if local.null_count < len(local):
            self._report.note(f"times without a zone were read in {self.zone}")
        if self.zone == "UTC":
            return local
        zoned = pc.assume_timezone(local, self.zone, ambiguous="earliest", nonexistent="earliest")
        return zoned.cast(pa.timestamp("us", "UTC")).cast(MICROSECONDS)

    def _settle_order(self, distinct: list[str]) -> None:
        if self._month_first is not None:
            return
        pairs = [(int(found[1]), int(found[2])) for one in distinct if one and (found := AMBIGUOUS.match(one.strip()))]
        if any(first > 12 for first, _ in pairs):
            self._month_first = False
        elif any(second > 12 for _, second in pairs):
            self._month_first = True
        elif pairs:
            self._report.note("times like 3/4/2025 were read with the day first; --time-format says otherwise")

    def _one(self, told: str) -> datetime | None:
        if self._given:
            return self._formatted(told, self._given)
        if ISO.match(told):
            try:
                return self._utc(datetime.fromisoformat(FRACTION.sub(r"\1", told)))
            except ValueError:
                return None
        if told.isdigit() and len(told) in (10, 13):
            return datetime.fromtimestamp(int(told) / (1 if len(told) == 10 else 1000), UTC).replace(tzinfo=None)
        return self._formatted(told, _formats(bool(self._month_first)))

    def _formatted(self, told: str, formats: tuple[str, ...]) -> datetime | None:
        for one in (self._last, *formats) if self._last in formats else formats:
            try:
                moment = datetime.strptime(told, one)  # noqa: DTZ007 - the zone is added where none is told
            except ValueError:
                continue
            self._last = one
            return self._utc(moment)
        return None

    def _utc(self, moment: datetime) -> datetime:
        if moment.tzinfo is None:
            self._report.note(f"times without a zone were read in {self.zone}")
            moment = moment.replace(tzinfo=ZoneInfo(self.zone))
        try:
            return moment.astimezone(UTC).replace(tzinfo=None)
        except OverflowError:
            return moment.replace(tzinfo=None)


def _formats(month_first: bool) -> tuple[str, ...]:
    dates = (*MONTH_FIRST, *DAY_FIRST, *EITHER) if month_first else (*DAY_FIRST, *EITHER)
    made = [date + clock for date in dates for clock in CLOCKS]
    return tuple(made + [one + " %z" for one in made if one.endswith(("%S", "%f"))] + [one + "%z" for one in made[:4]])
