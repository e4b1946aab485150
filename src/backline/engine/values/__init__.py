"""What a fact can hold: exact, immutable, comparable values, and how they are read, shown and stored."""

from backline.engine.values.encoding import decode, encode
from backline.engine.values.money import CurrencyMismatch, Money, Number
from backline.engine.values.problems import ValueProblem
from backline.engine.values.reading import parse
from backline.engine.values.rows import Row
from backline.engine.values.showing import show

__all__ = ["CurrencyMismatch", "Money", "Number", "Row", "ValueProblem", "decode", "encode", "parse", "show"]
