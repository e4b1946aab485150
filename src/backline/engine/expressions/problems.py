"""What is wrong in one expression, and where in the file that is."""

from __future__ import annotations

from dataclasses import replace

from backline.engine.definition import Expression, Place, Problem


class ExpressionProblem(Exception):
    """An expression cannot be read, or its types do not fit; ``problem`` says where, what, and the mend."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def place_in(expression: Expression, at: int) -> Place:
    """The place in the file of the character ``at`` of an expression's text (a first line may start anywhere)."""
    before = expression.text[:at]
    lines = before.count("\n")
    if lines == 0:
        return replace(expression.place, column=expression.place.column + at)
    return replace(expression.place, line=expression.place.line + lines, column=at - before.rfind("\n"))


def problem_at(expression: Expression, at: int, message: str, mend: str = "") -> ExpressionProblem:
    """An ExpressionProblem that points at the character ``at``."""
    return ExpressionProblem(Problem(place=place_in(expression, at), message=message, mend=mend))
