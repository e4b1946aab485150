"""What is wrong in one expression, and where in the file that is."""

from __future__ import annotations

from backline.engine.building import builder
from backline.engine.definition import Expression, Place, Problem


class ExpressionProblem(Exception):
    """An expression cannot be read, or its types do not fit; ``problem`` says where, what, and the mend."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def place_in(expression: Expression, at: int) -> Place:
    """The place in the file of the character ``at`` of an expression's text (a first line may start anywhere)."""
    place, before = expression.place, expression.text[:at]
    lines = before.count("\n")
    if lines == 0:
        return located(place.file, place.line, place.column + at)
    return located(place.file, place.line + lines, at - before.rfind("\n"))


located = builder(Place)


def problem_at(expression: Expression, at: int, message: str, mend: str = "") -> ExpressionProblem:
    """An ExpressionProblem that points at the character ``at``."""
    return ExpressionProblem(Problem(place=place_in(expression, at), message=message, mend=mend))
