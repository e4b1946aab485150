"""Names and members: what they read, of which type, and whether that may be absent."""

from __future__ import annotations

from backline.engine.definition import Expression, Fact
from backline.engine.expressions.context import Bench, Context, ListOf, Variable
from backline.engine.expressions.entailing import entails, known_guard
from backline.engine.expressions.kinds import ANY, DATETIME, PERSON, ROWS, Type, column, type_of
from backline.engine.expressions.nearest import did_you_mean, nearest
from backline.engine.expressions.parsing import parse
from backline.engine.expressions.problems import ExpressionProblem, problem_at
from backline.engine.expressions.renaming import through
from backline.engine.expressions.scopes import Level, value_of
from backline.engine.expressions.trees import Call, Member, Name, Tree
from backline.engine.expressions.typed import Fold, Get, Loop, Read, ReadKind, Slot, Typed
from backline.engine.expressions.typed import Member as TypedMember


class Naming(Bench):
    """The part of the judge that knows names."""

    def name(self, tree: Name, context: Context) -> Typed:
        variable = context.variables.get(tree.name)
        if variable is not None:
            return self.element(tree, variable)
        if self.scope.bare and tree.name in self.scope.bare_fact().facts:
            return self.column(tree, ListOf(key=self.scope.bare, fact=self.scope.bare_fact(), closed=None), tree.name)
        for level in reversed(self.scope.levels):
            found = self.at_level(tree, level, context)
            if found is not None:
                return found
        return self.role_or_word(tree, context)

    def element(self, tree: Name, variable: Variable) -> Typed:
        """The variable alone: an element of a list value; the item of a list fact is not one value."""
        if variable.source is not None:
            facts = ", ".join(variable.source.fact.facts)
            raise self.problem(
                tree,
                f"'{tree.name}' is a whole item of '{variable.source.fact.name}'.",
                f"Name one of its facts: {facts}.",
            )
        return variable.slot(variable.columns[0])

    def at_level(self, tree: Name, level: Level, context: Context) -> Typed | None:
        fact, key = level.facts.get(tree.name), level.key(tree.name)
        if fact is None:
            given = level.given(tree.name)
            return None if given is None else self.get(tree, "own" if level.path else "fact", key, type_of(given))
        if fact.facts:
            return self.get(tree, "rows", key, Type(kind="list", item=ANY))
        kind: ReadKind = "own" if level.path else "fact"
        if key == self.scope.raw:
            return self.get(tree, "raw own" if level.path else "raw", key, type_of(fact.type))
        maybe = self.may_be_absent(fact, tree, context)
        return self.get(tree, kind, key, type_of(fact.type), maybe=maybe)

    def get(self, tree: Tree, kind: ReadKind, name: str, type_: Type, *, maybe: bool = False) -> Get:
        return Get(type=type_, place=self.place(tree), maybe=maybe, read=Read(kind, name))

    def role_or_word(self, tree: Name, context: Context) -> Typed:
        role = self.scope.roles.get(tree.name)
        if role is not None and tree.name in self.scope.several:
            return self.get(tree, "roles", tree.name, column(PERSON))
        if role is not None:
            maybe = role.if_ is not None and not self.follows(role.if_, context, None)
            kind = Type(kind="organisation") if role.of == "organisation" else PERSON
            return self.get(tree, "role", tree.name, kind, maybe=maybe)
        if tree.name in ("today", "now"):
            mend = "Write for example today < from_day, or use date(created)."
            raise self.problem(tree, f"'{tree.name}' may only be compared, since it changes by itself.", mend)
        if tree.name == "created":
            return self.get(tree, "created", "", DATETIME)
        if tree.name == "case":
            return self.get(tree, "case", "", Type(kind="case"))
        raise self.unknown(tree)

    def unknown(self, tree: Name) -> ExpressionProblem:
        name = tree.name
        if name in self.scope.actions():
            return self.problem(tree, f"'{name}' is an action, not a value.", f"Write done({name}) or at({name}).")
        if name in self.scope.promises:
            return self.problem(tree, f"'{name}' is a promise, not a value.", f"Write late({name}).")
        if name in ("True", "False", "None"):
            return self.problem(tree, f"'{name}' is not a word of this language.", "Write yes, no or none.")
        names = self.scope.names()
        near = nearest(name, names)
        choice = any(name in fact.type.choices for level in self.scope.levels for fact in level.facts.values())
        mend = f"Put the choice in quotes: '{name}'." if choice and not near else did_you_mean(name, names)
        return self.problem(tree, f"Nothing here is called '{name}'.", mend)

    def may_be_absent(self, fact: Fact, tree: Tree, context: Context) -> bool:
        """A fact without ``else`` is absent when its ``if`` is false, or when it is optional and left blank."""
        if fact.else_ is not None:
            return False
        over = tree.base if isinstance(tree, Member) else None
        guarded = fact.if_ is not None and not self.follows(fact.if_, context, over, fact)
        return guarded or (fact.optional and not entails(context.assumed, known_guard(tree)))

    def follows(self, guard: Expression, context: Context, over: Tree | None, fact: Fact | None = None) -> bool:
        """Whether a guard holds wherever this node counts; the guard of an item's fact speaks through the variable."""
        try:
            tree = parse(guard)
        except ExpressionProblem:
            return True
        if isinstance(over, Name) and over.name in context.variables:
            source = context.variables[over.name].source
            tree = through(tree, over, frozenset(source.fact.facts)) if source else tree
        return entails(context.assumed, tree)

    def member(self, tree: Member, context: Context) -> Typed:
        if isinstance(tree.base, Name) and tree.base.name in context.variables:
            variable = context.variables[tree.base.name]
            if variable.source is not None:
                return self.of_item(tree, variable, variable.source, context)
        if isinstance(tree.base, Name) and tree.base.name == "previous" and len(self.scope.levels) > 1:
            return self.previous(tree)
        listed = self.list_of(tree.base, context)
        if listed is not None:
            return self.column(tree, listed, tree.name)
        if isinstance(tree.base, Call) and tree.base.function == "last" and len(tree.base.arguments) == 1:
            listed = self.list_of(tree.base.arguments[0], context)
            if listed is not None:
                column_ = self.column(tree, listed, tree.name)
                item = column_.type.item or ANY
                maybe = column_.maybe
                return Fold(
                    type=item, place=self.place(tree), maybe=maybe, function="last", over=column_, closed=listed.closed
                )
        base = self.typed(tree.base, context)
        return self.of_row(tree, base)

    def of_item(self, tree: Member, variable: Variable, source: ListOf, context: Context) -> Typed:
        """``b.billed`` inside ``for b in bills``."""
        fact = source.fact.facts.get(tree.name)
        maybe = fact is not None and self.may_be_absent(fact, tree, context)
        return variable.slot(self.column(tree, source, tree.name), maybe=maybe)

    def previous(self, tree: Member) -> Typed:
        level = self.scope.here
        fact = level.facts.get(tree.name)
        if fact is None:
            raise self.no_member(tree, f"the item before, of {level.path},", level.facts)
        return self.get(tree, "previous", level.key(tree.name), type_of(fact.type), maybe=True)

    def column(self, tree: Tree, listed: ListOf, name: str) -> Get:
        """One fact of every item of a list."""
        fact = listed.fact.facts.get(name)
        if fact is None:
            given = next((action.gives[name] for action in listed.fact.actions.values() if name in action.gives), None)
            if given is None:
                if name in listed.fact.actions:
                    raise self.problem(tree, f"'{name}' is an action, not a value.", f"Write done({self.words(tree)}).")
                raise self.no_member(tree, f"an item of '{listed.fact.name}'", listed.fact.facts)
            return self.get(tree, "column", f"{listed.key}.{name}", column(value_of(given)))
        if fact.facts:
            raise self.problem(
                tree, f"'{name}' is a list; name one of its facts.", f"There is: {', '.join(fact.facts)}."
            )
        maybe = fact.else_ is None and (fact.if_ is not None or fact.optional)
        return self.get(tree, "column", f"{listed.key}.{name}", column(type_of(fact.type)), maybe=maybe)

    def of_row(self, tree: Member, base: Typed) -> Typed:
        """A member of a person, a record, a document; of each, where the base is a column."""
        if base.type.kind in ("column", "list"):
            slot = Slot(type=base.type.item or ANY, place=base.place, number=0)
            element = self.of_row(tree, slot)
            return Loop(
                type=column(element.type), place=self.place(tree), maybe=base.maybe, columns=(base,), element=element
            )
        if base.maybe:
            raise self.absent(tree.base, base)
        return TypedMember(type=self.member_type(tree, base), place=self.place(tree), base=base, name=tree.name)

    def member_type(self, tree: Member, base: Typed) -> Type:
        if base.type.kind in ("any", "unknown"):
            return ANY
        if base.type.kind not in ROWS:
            raise self.problem(tree, f"'{self.words(tree.base)}' is {base.type} and has no members.")
        members, others = self.scope.members(base.type)
        if tree.name in members:
            return members[tree.name]
        if others and not (self.scope.complete and base.type.kind == "record"):
            return ANY
        raise self.no_member(tree, f"{base.type}", members)

    def no_member(self, tree: Tree, owner: str, names: object) -> ExpressionProblem:
        at, name = (tree.name_at, tree.name) if isinstance(tree, Member) else (tree.at, self.words(tree))
        known = [str(each) for each in names] if hasattr(names, "__iter__") else []
        return problem_at(
            self.expression, at, f"{owner[0].upper() + owner[1:]} has no '{name}'.", did_you_mean(name, known)
        )

    def list_of(self, tree: Tree, context: Context) -> ListOf | None:
        """The list fact that a name means (``bills``, ``owners.hits``); None where it means something else."""
        if isinstance(tree, Member):
            owner = self.list_of(tree.base, context)
            inner = None if owner is None else owner.fact.facts.get(tree.name)
            if owner is None or inner is None or not inner.facts:
                return None
            key = f"{owner.key}.{tree.name}"
            return ListOf(key=key, fact=inner, closed=Read("closed", key))
        if not isinstance(tree, Name) or tree.name in context.variables:
            return None
        for level in reversed(self.scope.levels):
            fact = level.facts.get(tree.name)
            if fact is not None:
                return self.listed(level.key(tree.name), fact) if fact.facts else None
        return None

    def listed(self, key: str, fact: Fact) -> ListOf:
        """A list whose own rule this is, or in whose item we stand, is taken as it is now."""
        as_it_is = key == self.scope.bare or any(level.path == key for level in self.scope.levels)
        return ListOf(key=key, fact=fact, closed=None if as_it_is else Read("closed", key))
