"""What the doors of this room refuse, in the words of the person who meets it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from backline.people.refusals import NotAllowed, Refusal

__all__ = [
    "CaseNotFound",
    "ChangedMeanwhile",
    "FactsRefused",
    "NotAllowed",
    "NotOpen",
    "Refusal",
    "SameAlreadyOpen",
    "TaskTaken",
    "TooBusy",
]


class CaseNotFound(Refusal):
    """There is no such case, or it is none of theirs: a stranger can't tell which."""

    def __init__(self) -> None:
        super().__init__(_("We found no request with that number."))


class FactsRefused(Refusal):
    """Input that can't be taken, by the fact's path; nothing of it was."""

    def __init__(self, messages: Mapping[str, str]) -> None:
        self.messages = dict(messages)
        super().__init__("; ".join(f"{name}: {message}" for name, message in messages.items()))


class ChangedMeanwhile(Refusal):
    """Somebody else changed what this was about."""


class NotOpen(Refusal):
    """It was answered or closed before."""


class TaskTaken(Refusal):
    """A colleague has the task in hand."""


class SameAlreadyOpen(Refusal):
    """There is such a request already; the person decides whether this is another one."""

    def __init__(self, reference: str) -> None:
        self.reference = reference
        super().__init__(_("You already have such a request: %(reference)s.") % {"reference": reference})


class TooBusy(Refusal):
    """So many others change this case just now that this change did not come through."""

    def __init__(self, reference: str) -> None:
        super().__init__(_("%(reference)s is being changed by others. Please try again.") % {"reference": reference})
