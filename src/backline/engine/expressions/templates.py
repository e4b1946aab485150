"""The Python text of each strict function; ``{clock}`` stands for the clock's local, the names are
``running.NAMES``."""

from __future__ import annotations

TEMPLATES: dict[str, str] = {
    "+": "({0} + {1})",
    "-": "({0} - {1})",
    "*": "({0} * {1})",
    "/": "divided({0}, {1})",
    "/ money": "({0} / {1})",
    "//": "({0} // {1})",
    "%": "({0} % {1})",
    "negative": "(-{0})",
    "==": "({0} == {1})",
    "!=": "({0} != {1})",
    "<": "({0} < {1})",
    "<=": "({0} <= {1})",
    ">": "({0} > {1})",
    ">=": "({0} >= {1})",
    "money ==": "same({0}, {1})",
    "money !=": "(not same({0}, {1}))",
    "is none": "({0} is None)",
    "is not none": "({0} is not None)",
    "given": "given({0})",
    "in": "({0} in {1})",
    "among": "among({all})",
    "length": "len({0})",
    "min": "min({all})",
    "max": "max({all})",
    "add time": "{clock}.add({0}, {1})",
    "add time to": "{clock}.add({1}, {0})",
    "subtract time": "{clock}.add({0}, opposite({1}))",
    "opposite": "opposite({0})",
    "rounded": "rounded({0})",
    "money rounded": "{0}.rounded()",
    "to decimal": "to_decimal({0})",
    "to date": "{clock}.day({0})",
    "to datetime": "{clock}.start_of({0})",
    "to duration": "to_duration({0})",
    "years_between": "years_between({0}, {1})",
    "days_between": "({clock}.day({1}) - {clock}.day({0})).days",
    "business_days": "{clock}.business_days({0}, {1})",
    "is_business_day": "{clock}.is_business_day({0})",
    "birthday": "birthday({0}, {1})",
    "date 3": "make_date({0}, {1}, {2})",
    "seconds": "span_of({0}, 'seconds')",
    "minutes": "span_of({0}, 'minutes')",
    "hours": "span_of({0}, 'hours')",
    "days": "span_of({0}, 'days')",
    "weeks": "span_of({0}, 'weeks')",
    "months": "span_of({0}, 'months')",
    "years": "span_of({0}, 'years')",
    "year": "{clock}.day({0}).year",
    "month": "{clock}.day({0}).month",
    "day": "{clock}.day({0}).day",
    "weekday": "{clock}.day({0}).isoweekday()",
    "round 1": "to_whole({0})",
    "round 2": "rounded_to({0}, {1})",
    "round money": "rounded({all})",
    "abs": "absolute({0})",
    "floor": "floor({0})",
    "ceil": "ceil({0})",
    "lower": "{0}.casefold()",
    "trim": "{0}.strip()",
    "starts_with": "{0}.startswith({1})",
}

NEEDS_CLOCK = frozenset(name for name, text in TEMPLATES.items() if "{clock}" in text)
"""Functions that ask the clock for the zone or the calendar."""

ROUNDED = "money rounded"
"""Where a calculation becomes an amount of money"""

NEVER_RAISE = frozenset({"==", "!=", "is none", "is not none", "given"})
