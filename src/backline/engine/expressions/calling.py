"""Calls: folds over lists, questions about actions and promises, and plain functions."""

from __future__ import annotations

from backline.engine.expressions.context import Bench, Context, ListOf, Variable
from backline.engine.expressions.functions import ABOUT, FOLDS, RESULTS, SIGNATURES
from backline.engine.expressions.kinds import (
    ANY,
    BOOLEAN,
    DATETIME,
    DECIMAL,
    INTEGER,
    LOOSE,
    NUMBERS,
    ORDERED,
    Type,
    column,
    fits,
    unified,
)
from backline.engine.expressions.nearest import did_you_mean
from backline.engine.expressions.trees import Call, Each, Member, Name, Tree
from backline.engine.expressions.typed import Constant, Fold, Get, Known, Loop, Read, ReadKind, Slot, Strict, Typed

WRITE = {
    "sum": "sum(items.price)", "any": "any(items.ok)", "all": "all(items.ok)", "min": "min(a, b)", "max": "max(a, b)",
    "len": "len(items)",
    "count": "count(items.ok)", "last": "last(items).price",
}  # fmt: skip


class Calling(Bench):
    """The part of the judge that knows functions."""

    def call(self, tree: Call, context: Context) -> Typed:
        if tree.function in FOLDS:
            return self.fold(tree, context)
        if tree.function in ABOUT:
            return self.about(tree, context)
        return self.plain_call(tree, context)

    def fold(self, tree: Call, context: Context) -> Typed:
        function, arguments = tree.function, tree.arguments
        most = 2 if function == "last" else 1
        if function in ("min", "max") and len(arguments) > 1:
            return self.extreme(tree, context)
        if not 1 <= len(arguments) <= most:
            raise self.problem(tree, f"{function} takes one list.", f"Write for example {WRITE[function]}.")
        over, closed = self.elements(arguments[0], tree, context)
        if function == "len" and over.type.kind in ("text", "choices"):
            return Strict(type=INTEGER, place=self.place(tree), function="length", arguments=(over,))
        if over.type.kind not in ("column", "list", "any"):
            raise self.problem(
                arguments[0],
                f"{function} takes a list, and this is {over.type}.",
                f"Write for example {WRITE[function]}.",
            )
        kind = self.folded(tree, over)
        default = self.single(arguments[1], context) if len(arguments) == 2 else None
        maybe = function == "last" and over.maybe
        return Fold(
            type=kind, place=self.place(tree), maybe=maybe, function=function, over=over, closed=closed, default=default
        )

    def elements(self, tree: Tree, call: Call, context: Context) -> tuple[Typed, Read | None]:
        """What a fold runs over, and what tells that it is complete."""
        if isinstance(tree, Each):
            over, closed = self.loop(tree, context, counting=call.function in ("count", "len"))
            if over.maybe and call.function in ("sum", "min", "max"):
                raise self.absent(tree.element, over)
            return over, closed
        listed = self.list_of(tree, context)
        if listed is not None:
            if call.function not in ("len", "count"):
                facts = ", ".join(listed.fact.facts)
                raise self.problem(
                    tree, f"'{self.words(tree)}' is a list of items.", f"Name one of their facts: {facts}."
                )
            items = Get(type=column(ANY), place=self.place(tree), read=Read("items", listed.key))
            return items, listed.closed
        typed = self.typed(tree, context)
        if typed.maybe and typed.type.kind != "column":
            raise self.absent(tree, typed)
        if typed.maybe and call.function in ("sum", "min", "max"):
            raise self.absent(tree, typed)
        return typed, closed_of(typed, context, self)

    def loop(self, tree: Each, context: Context, *, counting: bool = False) -> tuple[Typed, Read | None]:
        listed = self.list_of(tree.source, context)
        variable = Variable(source=listed, level=context.depth)
        closed = listed.closed if listed else None
        if listed is None:
            source = self.typed(tree.source, context)
            if source.type.kind not in ("list", "column", "any") or (source.maybe and source.type.kind != "column"):
                raise self.problem(tree.source, "After in stands a list.", "Write sum(x.price for x in items).")
            variable.columns.append(source)
            closed = closed_of(source, context, self)
        inner = context.naming(tree.variable, variable)
        condition = None if tree.condition is None else self.condition(tree.condition, inner)
        known = inner if tree.condition is None else inner.assuming([(tree.condition, True)])
        whole = counting and listed is not None and tree.element == Name(name=tree.variable)
        item = Constant(type=BOOLEAN, place=self.place(tree), value=True)
        element: Typed = item if whole else self.single(tree.element, known)
        if not variable.columns:
            assert listed is not None
            variable.columns.append(Get(type=column(ANY), place=self.place(tree), read=Read("items", listed.key)))
        typed = Loop(
            type=column(element.type),
            place=self.place(tree),
            maybe=element.maybe,
            columns=tuple(variable.columns),
            element=element,
            condition=condition,
            level=variable.level,
        )
        return typed, closed

    def folded(self, tree: Call, over: Typed) -> Type:
        """The type that a fold gives, once what it runs over fits."""
        function, item = tree.function, over.type.item or ANY
        if function in ("len", "count"):
            return INTEGER
        if function == "last" or item.kind in LOOSE:
            return BOOLEAN if function in ("any", "all") else item
        fit = {"any": {"yes/no", "signature"}, "all": {"yes/no", "signature"}, "sum": NUMBERS | {"money", "duration"}}
        if item.kind not in fit.get(function, ORDERED):
            raise self.problem(tree, f"{function} of {item} has no meaning.", f"Write for example {WRITE[function]}.")
        return BOOLEAN if function in ("any", "all") else item

    def extreme(self, tree: Call, context: Context) -> Typed:
        """``max(a, b)`` of single values."""
        parts = tuple(self.solid(argument, context) for argument in tree.arguments)
        kind = parts[0].type
        for part, argument in zip(parts, tree.arguments, strict=True):
            both = unified(kind, part.type)
            if both is None or both.kind not in ORDERED | LOOSE:
                raise self.problem(argument, f"{tree.function} cannot compare {kind} with {part.type}.")
            kind = both
        return Strict(type=kind, place=self.place(tree), function=tree.function, arguments=parts)

    def about(self, tree: Call, context: Context) -> Typed:
        function = tree.function
        if len(tree.arguments) != 1:
            raise self.problem(tree, f"{function} takes one name.")
        argument = tree.arguments[0]
        if function == "known":
            return self.known(tree, argument, context)
        if not isinstance(argument, Name | Member):
            raise self.problem(argument, f"{function} takes a name.")
        if function in ("done", "times"):
            return self.of_action(tree, argument, "done" if function == "done" else "times", context)
        if function == "late":
            if not isinstance(argument, Name) or argument.name not in self.scope.promises:
                raise self.problem(
                    argument,
                    f"There is no promise '{self.words(argument)}'.",
                    did_you_mean(self.words(argument), self.scope.promises),
                )
            return Get(type=BOOLEAN, place=self.place(tree), read=Read("late", argument.name))
        if function == "lapsed":
            return self.of_fact(tree, argument, "lapsed", BOOLEAN, context)
        return self.moment(tree, argument, context)

    def known(self, tree: Call, argument: Tree, context: Context) -> Typed:
        listed = self.list_of(argument, context)
        if listed is not None:
            items = Get(type=column(ANY), place=self.place(argument), read=Read("items", listed.key))
            return Fold(type=BOOLEAN, place=self.place(tree), function="known", over=items, closed=listed.closed)
        typed = self.typed(argument, context)
        if typed.type.kind == "column":
            closed = closed_of(typed, context, self)
            return Fold(type=BOOLEAN, place=self.place(tree), function="known", over=typed, closed=closed)
        return Known(type=BOOLEAN, place=self.place(tree), maybe=typed.maybe, operand=typed)

    def moment(self, tree: Call, argument: Name | Member, context: Context) -> Typed:
        """``at(x)``: when an action was done, an outcome reached, a promise kept, a fact said."""
        if isinstance(argument, Name):
            if argument.name in self.scope.outcomes and argument.name not in self.scope.actions():
                return Get(type=DATETIME, place=self.place(tree), read=Read("at outcome", argument.name))
            if argument.name in self.scope.promises and argument.name not in self.scope.names() | self.scope.actions():
                return Get(type=DATETIME, place=self.place(tree), read=Read("at promise", argument.name))
        if self.action_key(argument, context) is not None:
            return self.of_action(tree, argument, "at action", context)
        return self.of_fact(tree, argument, "at fact", DATETIME, context)

    def of_action(self, tree: Call, argument: Name | Member, kind: ReadKind, context: Context) -> Typed:
        result = {"done": BOOLEAN, "times": INTEGER}.get(kind, DATETIME)
        found = self.action_key(argument, context)
        if found is None:
            names = self.scope.actions()
            raise self.problem(
                argument,
                f"There is no action '{self.words(argument)}'.",
                did_you_mean(self.words(argument).split(".")[-1], names),
            )
        key, variable = found
        if "." not in key:
            return Get(type=result, place=self.place(tree), read=Read(kind, key))
        whole = Get(type=column(result), place=self.place(tree), read=Read(kind, key))
        return whole if variable is None else variable.slot(whole)

    def action_key(self, argument: Name | Member, context: Context) -> tuple[str, Variable | None] | None:
        """How an action is read: ``pay``, ``lines/ship`` from its own item, ``lines.ship`` from outside."""
        if isinstance(argument, Name):
            for level in reversed(self.scope.levels):
                if argument.name in level.actions:
                    return level.key(argument.name), None
            return None
        variable = context.variables.get(argument.base.name) if isinstance(argument.base, Name) else None
        listed = variable.source if variable else self.list_of(argument.base, context)
        if listed is None or argument.name not in listed.fact.actions:
            return None
        return f"{listed.key}.{argument.name}", variable

    def of_fact(self, tree: Call, argument: Name | Member, kind: ReadKind, result: Type, context: Context) -> Typed:
        """Something about a fact rather than its value."""
        typed = self.typed(argument, context)
        if isinstance(typed, Slot) and isinstance(argument, Member) and isinstance(argument.base, Name):
            variable = context.variables[argument.base.name]
            inner = variable.columns[typed.number]
            if isinstance(inner, Get):
                return variable.slot(Get(type=column(result), place=self.place(tree), read=Read(kind, inner.read.name)))
        if not isinstance(typed, Get) or typed.read.kind not in ("fact", "own", "column", "raw", "raw own", "rows"):
            raise self.problem(argument, f"{tree.function} takes the name of a fact or an action.")
        kind_ = column(result) if typed.read.kind == "column" else result
        return Get(type=kind_, place=self.place(tree), read=Read(kind, typed.read.name))

    def plain_call(self, tree: Call, context: Context) -> Typed:
        """A function of plain values, by its signatures."""
        name = tree.function
        if name == "age" or (
            name == "years_between" and any(isinstance(each, Name) and each.name == "today" for each in tree.arguments)
        ):
            raise self.problem(
                tree, "An age changes by itself and may only be compared.", "Write for example age(birth_date) >= 18."
            )
        arguments = tuple(self.solid(argument, context) for argument in tree.arguments)
        for wanted in SIGNATURES[name]:
            if len(wanted) == len(arguments) and all(fits(a.type, w) for a, w in zip(arguments, wanted, strict=True)):
                kind = RESULTS[name]
                function = f"{name} {len(wanted)}" if name in ("date", "round") else name
                if name == "round" and arguments[0].type.kind == "money":
                    kind, function = arguments[0].type, "round money"
                elif name == "round" and len(wanted) == 2:
                    kind = DECIMAL
                elif name == "abs":
                    kind = arguments[0].type
                elif name == "date" and len(wanted) == 1:
                    function = "to date"
                return Strict(type=kind, place=self.place(tree), function=function, arguments=arguments)
        ways = " or ".join(f"{name}({', '.join(str(kind) for kind in wanted)})" for wanted in SIGNATURES[name])
        raise self.problem(tree, f"'{name}' cannot be called like this.", f"Write {ways}.")


def closed_of(typed: Typed, context: Context, bench: Bench) -> Read | None:
    """What tells that a column is complete: the list it belongs to."""
    for node in (typed, *getattr(typed, "columns", ())):
        if isinstance(node, Get) and "." in node.read.name and node.type.kind == "column":
            key = node.read.name.rsplit(".", 1)[0]
            name = key.replace(".", "/").rsplit("/", 1)[-1]
            listed = bench.list_of(Name(name=name), context) if "." not in key else None
            return listed.closed if isinstance(listed, ListOf) and listed.key == key else Read("closed", key)
    return None
