"""What was sent came back: its effect is not done any more, and what was promised by it is promised again."""

from __future__ import annotations

from datetime import datetime

from backline.cases.changing import change
from backline.cases.models import Case
from backline.cases.said import Said
from backline.cases.storage.happenings import Data, Happening
from backline.cases.storage.recording import Also
from backline.catalogue.versions import LoadedType
from backline.people.actors import SYSTEM

CAME_BACK = "came back"
"""The refusal of an effect whose letter or message did not arrive"""


def come_back(*, case: Case, told: Data, effect: str, channel: str, now: datetime, also: Also | None = None) -> Case:
    """Tell that a message came back; the effect of this key that had sent it waits for the right address.

    Whoever finds the address has it tried again. A promise that was kept by it is open; one that was broken stays so.
    """

    def say(case: Case, loaded: LoadedType) -> Said:
        message = Happening(kind="message", data=told)
        made = case.snapshot["effects"].get(effect)
        if made is None or made["state"] != "done":
            return Said(before=(message,))
        named = {"key": effect, "action": made["action"]}
        failed = Happening(kind="failed", data={**named, "refusal": CAME_BACK, "reason": str(told["reason"])[:300]})
        again = _promised_by(case, loaded, made["action"])
        opened = (Happening(kind="promised again", data={"promises": again}),) if again else ()
        return Said(before=(message, failed, *opened))

    return change(case, say, by=SYSTEM, channel=channel, now=now, also=also)


def _promised_by(case: Case, loaded: LoadedType, action: str) -> list[str]:
    """Promises that were kept by this action alone."""
    kept = [name for name, promise in case.snapshot["promises"].items() if promise["state"] == "kept"]
    declared = loaded.definition.promises
    return [name for name in kept if name in declared and declared[name].of.rpartition(".")[2] == action]
