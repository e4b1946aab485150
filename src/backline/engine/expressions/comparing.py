"""Comparisons: of values, with the time that passes, of counts with bounds, and membership."""

from __future__ import annotations

from backline.engine.expressions.context import Bench, Context
from backline.engine.expressions.entailing import MIRRORED
from backline.engine.expressions.kinds import (
    BOOLEAN,
    DATE,
    DURATION,
    LOOSE,
    ORDERED,
    TIMES,
    column,
    unified,
)
from backline.engine.expressions.nearest import did_you_mean
from backline.engine.expressions.trees import Binary, Call, Compare, Literal, Logic, Member, Name, Several, Tree
from backline.engine.expressions.typed import Bounded, Fold, Loop, Slot, Strict, TimeCompare, Typed
from backline.engine.expressions.typed import Not as TypedNot


class Comparing(Bench):
    """The part of the judge that knows comparisons."""

    def compare(self, tree: Compare, context: Context) -> Typed:
        if tree.operator in ("in", "not in"):
            inside = self.inside(tree, context)
            negated = tree.operator == "not in"
            return TypedNot(type=BOOLEAN, place=inside.place, maybe=inside.maybe, operand=inside) if negated else inside
        left_time, right_time = moves(tree.left), moves(tree.right)
        if left_time and right_time:
            raise self.problem(tree, "Time stands on both sides.", "Compare today or now with a fact.")
        if left_time:
            return self.against_time(tree, tree.left, tree.operator, tree.right, context)
        if right_time:
            return self.against_time(tree, tree.right, MIRRORED[tree.operator], tree.left, context)
        return self.plain_comparison(tree, context)

    def plain_comparison(self, tree: Compare, context: Context) -> Typed:
        left, right = self.solid(tree.left, context), self.solid(tree.right, context)
        for fold, other, operator in ((left, right, tree.operator), (right, left, MIRRORED[tree.operator])):
            if isinstance(fold, Fold) and fold.function in ("len", "count"):
                self.expect(
                    other, tree, {"integer", "decimal"}, f"A count is compared with a number, not with {other.type}."
                )
                return Bounded(type=BOOLEAN, place=self.place(tree), operator=operator, fold=fold, other=other)
        none = [side for side in (left, right) if side.type.kind == "none"]
        if none and tree.operator in ("==", "!="):
            other = right if left in none else left
            function = "is none" if tree.operator == "==" else "is not none"
            return Strict(type=BOOLEAN, place=self.place(tree), function=function, arguments=(other,))
        left, right = self.alike(tree, left, right)
        kinds = {left.type.kind, right.type.kind}
        function = tree.operator
        if tree.operator in ("==", "!="):
            function = f"money {function}" if kinds & {"money", "any"} else function
        return Strict(type=BOOLEAN, place=self.place(tree), function=function, arguments=(left, right))

    def alike(self, tree: Compare, left: Typed, right: Typed) -> tuple[Typed, Typed]:
        """Both sides of one type, or a problem with the mend."""
        kinds = {left.type.kind, right.type.kind}
        if kinds == TIMES:
            left, right = self.as_date(left), self.as_date(right)
        if kinds == {"span", "duration"} or kinds == {"span"}:
            left, right = as_duration(left), as_duration(right)
        both = unified(left.type, right.type)
        if both is None:
            mend = "Write the amount with its currency, such as 5 EUR." if "money" in kinds else ""
            raise self.problem(tree, f"{left.type} and {right.type} cannot be compared.", mend)
        for side, other, part in ((left, right, tree.right), (right, left, tree.left)):
            self.known_choices(side, other, part)
        if tree.operator not in ("==", "!=") and both.kind not in ORDERED | LOOSE:
            raise self.problem(tree, f"{both} has no order; {tree.operator} has no meaning.", "Use == or !=.")
        return left, right

    def known_choices(self, side: Typed, other: Typed, part: Tree) -> None:
        """A text compared with a choice has to be one of its keys."""
        wrong = (
            other.type.choices - side.type.choices
            if side.type.kind == "choice" and other.type.kind == "text"
            else frozenset()
        )
        if wrong and side.type.choices:
            word = min(wrong)
            raise self.problem(part, f"{word!r} is none of the choices.", did_you_mean(word, side.type.choices))

    def as_date(self, typed: Typed) -> Typed:
        if typed.type.kind != "datetime":
            return typed
        return Strict(type=DATE, place=typed.place, function="to date", arguments=(typed,))

    def inside(self, tree: Compare, context: Context) -> Typed:
        """``x in ['a', 'b']``, ``'credit' in products``, ``text in text``, ``who in before.who``."""
        if isinstance(tree.right, Several) and not isinstance(tree.left, Name | Member | Literal):
            return self.among_values(tree, tree.right, context)
        if isinstance(tree.right, Several):
            equals = tuple(Compare(at=item.at, operator="==", left=tree.left, right=item) for item in tree.right.items)
            if not equals:
                raise self.problem(tree.right, "This list is empty.")
            return self.typed(
                equals[0] if len(equals) == 1 else Logic(at=tree.at, operator="or", parts=equals), context
            )
        left, right = self.solid(tree.left, context), self.typed(tree.right, context)
        if right.type.kind == "column":
            return self.among(tree, left, right, context)
        if right.maybe:
            raise self.absent(tree.right, right)
        self.expect(
            right, tree.right, {"text", "choices", "list"}, f"in looks into a list or a text, and this is {right.type}."
        )
        wrong = (
            left.type.choices - right.type.choices
            if right.type.kind == "choices" and right.type.choices
            else frozenset()
        )
        if wrong:
            word = min(wrong)
            raise self.problem(tree.left, f"{word!r} is none of the choices.", did_you_mean(word, right.type.choices))
        return Strict(type=BOOLEAN, place=self.place(tree), function="in", arguments=(left, right))

    def among_values(self, tree: Compare, written: Several, context: Context) -> Typed:
        """Something computed, looked for among written values: computed once, and strict."""
        left = self.solid(tree.left, context)
        equal = Compare(at=tree.at, operator="==", left=tree.left, right=written)
        pairs = [self.alike(equal, left, self.solid(item, context)) for item in written.items]
        if not pairs:
            raise self.problem(written, "This list is empty.")
        arguments = (pairs[0][0], *(item for _, item in pairs))
        return Strict(type=BOOLEAN, place=self.place(tree), function="among", arguments=arguments)

    def among(self, tree: Compare, left: Typed, right: Typed, context: Context) -> Typed:
        """Equal to any element of a column."""
        listed = self.list_of(getattr(tree.right, "base", tree.right), context)
        slot = Slot(type=right.type.item or right.type, place=right.place, number=0)
        element = Strict(type=BOOLEAN, place=self.place(tree), function="==", arguments=(left, slot))
        loop = Loop(type=column(BOOLEAN), place=right.place, columns=(right,), element=element)
        return Fold(
            type=BOOLEAN, place=self.place(tree), function="any", over=loop, closed=listed.closed if listed else None
        )

    def against_time(self, tree: Compare, moving: Tree, operator: str, still: Tree, context: Context) -> Typed:
        """A comparison that changes its answer by itself; the evaluation is told when."""
        other = self.solid(still, context)
        if isinstance(moving, Call):
            birth = self.solid(moving.arguments[0], context)
            if birth.type.kind in ("person", "any"):
                birth = self.birth_date(birth, moving)
            self.expect(birth, moving, {"date"}, f"age needs a date of birth, and this is {birth.type}.")
            self.expect(other, still, {"integer"}, f"An age is compared with a whole number, not with {other.type}.")
            return TimeCompare(
                type=BOOLEAN,
                place=self.place(tree),
                subject="age",
                operator=operator,
                shift=None,
                birth=birth,
                other=other,
            )
        subject, shift = self.shifted(moving, context)
        self.expect(other, still, {"date", "datetime"}, f"{subject} is compared with a date, not with {other.type}.")
        if subject == "today":
            other = self.as_date(other)
        elif other.type.kind == "date":
            raise self.problem(still, "now is compared with a date and time.", "Write today instead of now.")
        return TimeCompare(
            type=BOOLEAN, place=self.place(tree), subject="today" if subject == "today" else "now", operator=operator,
            shift=shift, birth=None, other=other,
        )  # fmt: skip

    def birth_date(self, person: Typed, tree: Tree) -> Typed:
        from backline.engine.expressions.typed import Member

        return Member(type=DATE, place=self.place(tree), base=person, name="birth_date")

    def shifted(self, tree: Tree, context: Context) -> tuple[str, Typed | None]:
        """``today``, ``today - 30 days``: the subject and the signed shift."""
        if isinstance(tree, Name):
            return tree.name, None
        if not isinstance(tree, Binary) or tree.operator not in ("+", "-") or not isinstance(tree.left, Name):
            raise self.problem(tree, "Time can only be compared as it is, or plus or minus a length of time.")
        shift = self.solid(tree.right, context)
        self.expect(
            shift, tree.right, {"span"}, f"Here a length of time is needed, such as 30 days, and this is {shift.type}."
        )
        if tree.operator == "-":
            shift = Strict(type=shift.type, place=shift.place, function="opposite", arguments=(shift,))
        return tree.left.name, shift

    def refuse_time(self, *trees: Tree) -> None:
        """Time is only compared; used in a calculation it is refused with the mend."""
        for tree in trees:
            if moves(tree):
                mend = "Compare it (today >= day + 30 days), or use date(created)."
                raise self.problem(tree, "What changes by itself may only be compared.", mend)


def moves(tree: Tree) -> bool:
    """Whether an operand is the time that passes: today, now, an age."""
    match tree:
        case Name(name="today" | "now"):
            return True
        case Binary(left=left, right=right):
            return moves(left) or moves(right)
        case Call(function="age"):
            return True
        case Call(function="years_between", arguments=(_, Name(name="today"))):
            return True
    return False


def as_duration(typed: Typed) -> Typed:
    """A length of time as an exact one."""
    if typed.type.kind == "duration":
        return typed
    return Strict(type=DURATION, place=typed.place, function="to duration", arguments=(typed,))
