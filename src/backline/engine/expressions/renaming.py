"""A condition about an item's facts, seen from outside through a variable: ``answer == 'change'`` becomes ``d.answer
== ...``."""

from __future__ import annotations

from dataclasses import replace

from backline.engine.expressions.trees import (
    Binary,
    Call,
    Choose,
    Compare,
    Logic,
    Member,
    Name,
    Negate,
    Not,
    Several,
    Tree,
)


def through(tree: Tree, variable: Name, names: frozenset[str]) -> Tree:
    """The tree with each of the names read as a member of the variable."""

    def inner(part: Tree) -> Tree:
        return through(part, variable, names)

    match tree:
        case Name(name=name) if name in names:
            return Member(base=variable, name=name)
        case Member():
            return replace(tree, base=inner(tree.base))
        case Call():
            return replace(tree, arguments=tuple(inner(part) for part in tree.arguments))
        case Several():
            return replace(tree, items=tuple(inner(part) for part in tree.items))
        case Not() | Negate():
            return replace(tree, operand=inner(tree.operand))
        case Binary() | Compare():
            return replace(tree, left=inner(tree.left), right=inner(tree.right))
        case Logic():
            return replace(tree, parts=tuple(inner(part) for part in tree.parts))
        case Choose():
            return replace(
                tree, condition=inner(tree.condition), then=inner(tree.then), otherwise=inner(tree.otherwise)
            )
    return tree
