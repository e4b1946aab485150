"""Actions, and the outcomes that name them; an action written inside an outcome becomes one of its own."""

from __future__ import annotations

from dataclasses import replace

from backline.catalogue.reading.fields import KEY, NAME, PATH, Complaints, Fields, did_you_mean
from backline.catalogue.reading.grammar import ACTION_KINDS
from backline.catalogue.reading.nodes import Entry, Items, Keys, Node, Scalar
from backline.catalogue.reading.types import TEXT, type_of_text
from backline.engine.definition import Action, Outcome, Step, ValueType

UNTYPED = ValueType(kind="text", of="?")
"""What an action gives, until the operation says its type"""
ALL = "all"


def read_actions(fields: Fields, prefix: str = "") -> dict[str, Action]:
    """The actions behind 'actions', by name."""
    found = {}
    for name, entry in fields.parts("actions"):
        own = Fields(entry.value, "action", f"the action '{prefix}{name}'", fields.complaints)
        if action := _action(own, name):
            found[name] = replace(action, place=entry.key.place)
    return found


def _action(own: Fields, name: str) -> Action | None:
    kinds = [key for key in own if key in ACTION_KINDS]
    if len(kinds) != 1:
        said = f"says {' and '.join(kinds)}" if kinds else "does not say what it does"
        own.complaints.say(own.place, f"{own.what} {said}.", f"It has to have one of: {', '.join(ACTION_KINDS)}.")
        return None
    kind = kinds[0]
    target = own.name(kind, PATH if kind == "call" else KEY)
    most = own.number("most")
    return Action(
        name=name or _name_of(kind, target),
        kind=kind,  # type: ignore[arg-type]
        target=target,
        place=own.place,
        when=own.expression("when"),
        arguments=own.arguments("with"),
        to=own.names("to"),
        gives=_gives(own),
        at=own.expression("at"),
        every=own.span("every"),
        most=int(most) if most is not None else None,
        undo=_reversal(own, "undo", kind),
        amend=_reversal(own, "amend", kind),
        refused=read_doubts(own, "refused"),
        follows_changes=own.one_of("follows", ("changes",)) == "changes",
        one_at_a_time=own.expression("one at a time"),
        within=own.span("within"),
        was=own.name("was", NAME),
        label=own.text("label"),
    )


def _name_of(kind: str, target: str) -> str:
    return f"{kind}_{target}".replace(".", "_").replace("-", "_")


def _gives(own: Fields) -> dict[str, ValueType]:
    node = own.node("gives")
    if node is None:
        return {}
    if not isinstance(node, Keys):
        nodes = node.items if isinstance(node, Items) else [node]
        return {name: UNTYPED for item in nodes if (name := own.one_name(item, NAME))}
    found = {}
    for name, entry in own.parts("gives"):
        type_ = type_of_text(entry.value.text) if isinstance(entry.value, Scalar) else None
        if type_ is None:
            own.complaints.say(entry.value.place, f"What '{name}' holds is not a type.", "Write '{name: text}'.")
        found[name] = type_ or TEXT
    return found


def _reversal(own: Fields, key: str, kind: str) -> str:
    """The operation that undoes or amends; ``work:team`` and the like where it isn't one of a system."""
    node = own.node(key)
    if node is None:
        return ""
    if isinstance(node, Scalar):
        name = own.one_name(node, PATH)
        return name if kind == "call" or "." in name or not name else f"{kind}:{name}"
    inner = Fields(node, "action", f"'{key}' of {own.what}", own.complaints)
    action = _action(inner, "")
    return f"{action.kind}:{action.target}" if action else ""


def read_doubts(own: Fields, key: str) -> dict[str, tuple[str, ...]]:
    """For a value or a refusal's code, the facts that it puts in doubt."""
    node = own.node(key)
    if node is None:
        return {}
    if not isinstance(node, Keys):
        own.say(key, f"'{key}' of {own.what} has to name facts for each code.", f"Write '{key}: {{code: fact}}'.")
        return {}
    found = {}
    for word, entry in node.entries.items():
        if not KEY.match(word):
            own.complaints.say(entry.key.place, f"'{word}' is not a name.", "Write '{code: fact}'.")
            continue
        nodes = entry.value.items if isinstance(entry.value, Items) else [entry.value]
        found[word] = tuple(name for item in nodes if (name := own.one_name(item, PATH)))
    return found


class Steps:
    """The steps of all outcomes; actions that are written inside of them are collected in ``inline``."""

    def __init__(self, declared: dict[str, Action], names: frozenset[str], complaints: Complaints) -> None:
        self.declared, self.names, self.complaints = declared, names, complaints
        self.inline: dict[str, Action] = {}

    def read(self, own: Fields) -> tuple[Step, ...]:
        """The steps behind 'do', in order."""
        node = own.node("do")
        if node is None:
            return ()
        found: list[Step] = []
        for item in node.items if isinstance(node, Items) else [node]:
            found.extend(self._beside(item, own) if isinstance(item, Items) else self._step(item, own))
        return tuple(found)

    def _beside(self, node: Items, own: Fields) -> list[Step]:
        """The steps of a list within the list: none waits for another."""
        steps = [step for item in node.items for step in self._step(item, own)]
        if any(step.undo for step in steps):
            mend = "Steps that are made side by side can't undo; write the 'undo' as a step of its own."
            self.complaints.say(node.place, f"A list within 'do' of {own.what} holds an 'undo'.", mend)
        return [replace(step, beside=number > 0) for number, step in enumerate(steps)]

    def _step(self, node: Node, own: Fields) -> list[Step]:
        if isinstance(node, Keys) and "undo" in node.entries and len(node.entries) == 1:
            return self._undo(node.entries["undo"].value, own)
        if isinstance(node, Scalar):
            return [Step(action=self._known(node), place=node.place)]
        inner = Fields(node, "action", f"a step of {own.what}", self.complaints)
        action = _action(inner, "")
        if action is None:
            return []
        former = self.inline.get(action.name)
        if action.name in self.declared or (former and replace(former, place=action.place) != action):
            mend = f"Write it once under 'actions' and name it here: do: [{action.name}]."
            self.complaints.say(node.place, f"There is another action '{action.name}' that differs from this.", mend)
        self.inline.setdefault(action.name, action)
        return [Step(action=action.name, place=node.place)]

    def _undo(self, node: Node, own: Fields) -> list[Step]:
        if isinstance(node, Scalar) and node.text == ALL:
            names = [action.name for action in self.declared.values() if action.undo]
            return [Step(action=name, undo=True, place=node.place) for name in reversed(names)]
        if isinstance(node, Scalar):
            return [Step(action=self._known(node), undo=True, place=node.place)]
        self.complaints.say(node.place, f"'undo' in {own.what} has to name an action, or all.", "Write '{undo: pay}'.")
        return []

    def _known(self, node: Scalar) -> str:
        if node.text not in self.names:
            mend = did_you_mean(node.text, self.names) or "Add it under 'actions', or write '{letter: NAME}'."
            self.complaints.say(node.place, f"There is no action '{node.text}'.", mend)
        return node.text


def read_outcomes(fields: Fields, steps: Steps) -> tuple[Outcome, ...]:
    """The outcomes in their order; 'otherwise' stands last."""
    found = []
    for name, entry in fields.parts("outcomes"):
        own = Fields(entry.value, "outcome", f"the outcome '{name}'", fields.complaints)
        _check_condition(own, name, entry)
        found.append(Outcome(
            name=name, when=own.expression("when"), place=entry.key.place, label=own.text("label"), do=steps.read(own),
            say=own.text("say"), keep=own.text("keep"), else_=own.name("else", NAME),
        ))  # fmt: skip
    names = [outcome.name for outcome in found]
    if "otherwise" not in names:
        fields.complaints.say(fields.place_of("outcomes"), "No outcome is called 'otherwise': cases could end nowhere.",
                              "Add it as the last one: otherwise: {do: [letter: NAME]}.")  # fmt: skip
    elif names[-1] != "otherwise":
        at = found[names.index("otherwise")].place
        fields.complaints.say(
            at, f"'otherwise' stands before '{names[-1]}', which could never be reached.", "Move it last."
        )
    return tuple(found)


def _check_condition(own: Fields, name: str, entry: Entry) -> None:
    if name == "otherwise" and "when" in own:
        own.say(
            "when", "'otherwise' has no condition: it is what remains.", "Take 'when' away, or give it another name."
        )
    if name != "otherwise" and "when" not in own:
        own.complaints.say(entry.key.place, f"the outcome '{name}' does not say when.", 'Add when: "CONDITION".')
