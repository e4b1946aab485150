"""Does one condition follow from others? Exact over their atoms (comparisons, yes/no facts), while these are few."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from backline.engine.definition import Span
from backline.engine.expressions.trees import Call, Choose, Compare, Literal, Logic, Not, Several, Tree
from backline.engine.values import Money

MOST_ATOMS = 14
Condition = tuple[Tree, bool]
Assignment = dict[Tree, bool]


def entails(assumed: Sequence[Condition], goal: Tree) -> bool:
    """True when the goal holds wherever all the assumed conditions do."""
    if any(holds and goal in conjuncts(tree) for tree, holds in assumed):
        return True
    atoms = set(atoms_of(goal))
    related = [condition for condition in assumed if atoms & set(atoms_of(condition[0]))]
    try:
        return bool(related) and possible([*related, (goal, False)]) is None
    except TooMany:
        return False


def conjuncts(tree: Tree) -> tuple[Tree, ...]:
    """The parts of an ``and``, or the tree itself."""
    return (tree, *tree.parts) if isinstance(tree, Logic) and tree.operator == "and" else (tree,)


class TooMany(Exception):
    """More atoms than are decided exactly."""


def possible(
    conditions: Sequence[Condition], domains: Mapping[Tree, frozenset[str]] | None = None
) -> Assignment | None:
    """Truth values of atoms under which all conditions hold; None when there are none. Raises TooMany."""
    atoms = list(dict.fromkeys(atom for tree, _ in conditions for atom in atoms_of(tree)))
    if len(atoms) > MOST_ATOMS:
        raise TooMany
    return search(conditions, atoms, {}, domains or {})


def search(
    conditions: Sequence[Condition], atoms: list[Tree], chosen: Assignment, domains: Mapping[Tree, frozenset[str]]
) -> Assignment | None:
    """Depth first over the atoms; a branch ends as soon as a condition is decided the wrong way."""
    if any(truth(tree, chosen) is (not holds) for tree, holds in conditions):
        return None
    if len(chosen) == len(atoms):
        return dict(chosen)
    atom = atoms[len(chosen)]
    for value in (True, False):
        chosen[atom] = value
        if consistent(atom, chosen, domains):
            found = search(conditions, atoms, chosen, domains)
            if found is not None:
                return found
        del chosen[atom]
    return None


def atoms_of(tree: Tree) -> Iterable[Tree]:
    """The smallest conditions that a condition is made of, in one normal form."""
    match spelled(tree):
        case Logic(parts=parts):
            for part in parts:
                yield from atoms_of(part)
        case Not(operand=operand):
            yield from atoms_of(operand)
        case Choose(condition=condition, then=then, otherwise=otherwise):
            for part in (condition, then, otherwise):
                yield from atoms_of(part)
        case Literal(kind="yes/no"):
            return
        case _:
            yield normal(tree)[0]


def spelled(tree: Tree) -> Tree:
    """``x in ['a', 'b']`` as ``x == 'a' or x == 'b'``."""
    if not (isinstance(tree, Compare) and isinstance(tree.right, Several) and tree.right.items):
        return tree
    parts = tuple(Compare(operator="==", left=tree.left, right=item) for item in tree.right.items)
    among = Logic(operator="or", parts=parts)
    return Not(operand=among) if tree.operator == "not in" else among


def normal(tree: Tree) -> Condition:
    """``a != b`` is not ``a == b``, ``a >= b`` is not ``a < b``; literals stand on the right."""
    if not isinstance(tree, Compare):
        return tree, True
    if isinstance(tree.left, Literal) and not isinstance(tree.right, Literal) and tree.operator in MIRRORED:
        tree = replace(tree, left=tree.right, right=tree.left, operator=MIRRORED[tree.operator])
    if tree.operator in OPPOSITE:
        return replace(tree, operator=OPPOSITE[tree.operator]), False
    if (
        tree.operator in ("==", "!=")
        and isinstance(tree.right, Literal)
        and tree.right.kind == "yes/no"
        and tree.right.value is not None
    ):
        return tree.left, bool(tree.right.value)
    return tree, True


OPPOSITE = {"!=": "==", ">=": "<", "<=": ">", "not in": "in"}
MIRRORED = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


def truth(tree: Tree, chosen: Mapping[Tree, bool]) -> bool | None:
    """The truth of a condition under an assignment; None where that leaves it open."""
    match spelled(tree):
        case Logic(operator=operator, parts=parts):
            decisive = operator == "or"
            values = [truth(part, chosen) for part in parts]
            if decisive in values:
                return decisive
            return None if None in values else not decisive
        case Not(operand=operand):
            value = truth(operand, chosen)
            return None if value is None else not value
        case Choose(condition=condition, then=then, otherwise=otherwise):
            value = truth(condition, chosen)
            return None if value is None else truth(then if value else otherwise, chosen)
        case Literal(kind="yes/no", value=bool(value)):
            return value
        case _:
            atom, holds = normal(tree)
            found = chosen.get(atom)
            return None if found is None else found is holds


def consistent(atom: Tree, chosen: Assignment, domains: Mapping[Tree, frozenset[str]]) -> bool:
    """Whether some value of the atom's subject agrees with all that is chosen about it and literals."""
    if not (isinstance(atom, Compare) and isinstance(atom.right, Literal)):
        return True
    subject = atom.left
    about = [
        (other, value)
        for other, value in chosen.items()
        if isinstance(other, Compare)
        and other.left == subject
        and isinstance(other.right, Literal)
        and other.operator in "==<>"
    ]
    points = [point for point in (point_of(other.right) for other, _ in about) if point is not None]
    if len(points) < len(about) or not about:
        return True
    ordered = all(isinstance(point, Decimal) for point in points)
    if ordered:
        return any(agrees(about, value) for value in between([point for point in points if isinstance(point, Decimal)]))
    words: set[object] = set(domains.get(subject, ())) or {*points, object()}
    return any(agrees(about, word) for word in words)


def point_of(tree: Tree) -> Decimal | str | None:
    """A literal as something to compare within one subject; None for one of another sort."""
    value = tree.value if isinstance(tree, Literal) else None
    match value:
        case bool() | None:
            return None
        case int() | Decimal():
            return Decimal(value)
        case Money():
            return value.amount
        case Span(business=False):
            return Decimal(int(LENGTHS[value.unit].total_seconds()) * value.amount)
        case str():
            return value
    return None


LENGTHS = {
    "seconds": timedelta(seconds=1), "minutes": timedelta(minutes=1), "hours": timedelta(hours=1),
    "days": timedelta(days=1),
    "weeks": timedelta(weeks=1), "months": timedelta(days=30), "years": timedelta(days=365),
}  # fmt: skip


def between(points: list[Decimal]) -> list[Decimal]:
    """The points, one value between each two neighbours, and one beyond each end."""
    ordered = sorted(set(points))
    middle = [(left + right) / 2 for left, right in pairwise(ordered)]
    return [*ordered, *middle, ordered[0] - 1, ordered[-1] + 1]


def agrees(about: list[tuple[Compare, bool]], value: object) -> bool:
    """Whether a value of the subject makes each comparison as true as it was chosen to be."""
    for comparison, holds in about:
        point = point_of(comparison.right)
        if comparison.operator == "==":
            result = value == point
        elif isinstance(value, Decimal) and isinstance(point, Decimal):
            result = value < point if comparison.operator == "<" else value > point
        else:
            continue
        if result is not holds:
            return False
    return True


def known_guard(name: Tree) -> Tree:
    """The condition under which an optional fact is there."""
    return Call(function="known", arguments=(name,))
