"""The fixed table of functions: nothing else can be called."""

from __future__ import annotations

from backline.engine.expressions.kinds import BOOLEAN, DATE, DATETIME, DECIMAL, INTEGER, MONEY, SPAN, TEXT, Type

FOLDS = frozenset({"sum", "any", "all", "min", "max", "len", "count", "last"})
"""They take a list's column or a ``for``."""

ABOUT = frozenset({"done", "times", "at", "late", "known", "lapsed"})
"""They are about a thing by its name, not about its value."""

SIGNATURES: dict[str, tuple[tuple[Type, ...], ...]] = {
    "years_between": ((DATE, DATE),),
    "days_between": ((DATE, DATE), (DATETIME, DATETIME)),
    "business_days": ((DATE, DATE),),
    "age": ((DATE,),),
    "birthday": ((DATE, INTEGER),),
    "date": ((DATETIME,), (INTEGER, INTEGER, INTEGER)),
    "seconds": ((INTEGER,),),
    "minutes": ((INTEGER,),),
    "hours": ((INTEGER,),),
    "days": ((INTEGER,),),
    "weeks": ((INTEGER,),),
    "months": ((INTEGER,),),
    "years": ((INTEGER,),),
    "year": ((DATE,), (DATETIME,)),
    "month": ((DATE,), (DATETIME,)),
    "day": ((DATE,), (DATETIME,)),
    "weekday": ((DATE,), (DATETIME,)),
    "round": ((DECIMAL,), (DECIMAL, INTEGER), (MONEY,), (MONEY, INTEGER)),
    "abs": ((DECIMAL,), (MONEY,)),
    "floor": ((DECIMAL,),),
    "ceil": ((DECIMAL,),),
    "lower": ((TEXT,),),
    "trim": ((TEXT,),),
    "starts_with": ((TEXT, TEXT),),
    "is_business_day": ((DATE,),),
}
RESULTS: dict[str, Type] = {
    **dict.fromkeys(
        ("years_between", "days_between", "business_days", "year", "month", "day", "weekday", "round", "floor", "ceil"),
        INTEGER,
    ),
    **dict.fromkeys(("seconds", "minutes", "hours", "days", "weeks", "months", "years"), SPAN),
    **dict.fromkeys(("starts_with", "is_business_day"), BOOLEAN),
    **dict.fromkeys(("date", "birthday"), DATE),
    **dict.fromkeys(("lower", "trim"), TEXT),
    "age": INTEGER,
    "abs": DECIMAL,
}
SCALAR = frozenset(SIGNATURES)
"""Functions of plain values; all of them strict."""

FUNCTIONS = FOLDS | ABOUT | SCALAR
