"""All that is wrong is gathered before anything is said; what is right is kept in its typed form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from backline.engine.checking.checked import TimedOpening
from backline.engine.definition import CaseType, Expression, Place, Problem, Surroundings
from backline.engine.expressions.judging import check
from backline.engine.expressions.kinds import BOOLEAN, Type
from backline.engine.expressions.nearest import did_you_mean
from backline.engine.expressions.problems import ExpressionProblem
from backline.engine.expressions.scopes import Scope
from backline.engine.expressions.typed import Typed


@dataclass(kw_only=True)
class Findings:
    """What one check found so far."""

    definition: CaseType
    surroundings: Surroundings
    problems: list[Problem] = field(default_factory=list)
    expressions: dict[int, tuple[Expression, Typed]] = field(default_factory=dict)
    tables: dict[tuple[str, int], Typed] = field(default_factory=dict)
    timed: list[TimedOpening] = field(default_factory=list)

    def problem(self, place: Place, message: str, mend: str = "") -> None:
        """One thing that is wrong; said once."""
        found = Problem(place=place, message=message, mend=mend)
        if found not in self.problems:
            self.problems.append(found)

    def expression(
        self, expression: Expression | None, scope: Scope, wanted: Type | None = None, *, absent: bool = False
    ) -> Typed | None:
        """Types an expression; None where there is none or it is wrong."""
        if expression is None:
            return None
        try:
            typed = check(expression, scope, wanted=wanted, absent=absent)
        except ExpressionProblem as found:
            self.problem(found.problem.place, found.problem.message, found.problem.mend)
            return None
        self.expressions[id(expression)] = (expression, typed)
        return typed

    def condition(self, expression: Expression | None, scope: Scope) -> Typed | None:
        """Types a condition: yes or no, and it may be absent."""
        return self.expression(expression, scope, BOOLEAN, absent=True)

    def named(self, name: str, known: Iterable[str], place: Place, what: str) -> bool:
        """Says so when a name is not among the known ones."""
        names = list(known)
        if name in names:
            return True
        self.problem(place, f"There is no {what} '{name}'.", did_you_mean(name, names))
        return False
