"""The words in which pages tell where a fact comes from, how an effect stands, and what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from backline.cases.facts import NoSuchFact, declared
from backline.cases.storage import encoding
from backline.cases.storage.happenings import Data
from backline.catalogue.versions import LoadedType
from backline.connectors import downtime, systems
from backline.engine.definition import Fact
from backline.engine.record import Failure
from backline.engine.values import show


@dataclass(frozen=True, kw_only=True)
class Words:
    """Speaks of one case type, in one language, to a reader in one time zone."""

    loaded: LoadedType
    language: str
    zone: str

    def label(self, fact: str, item: str = "") -> str:
        """What a fact is called; of a list item with the list's name before it."""
        within = item.split("/")[::2] if item else []
        name = ".".join([*within, fact]) if within and within[-1] != fact else ".".join(within) or fact
        return self.loaded.texts.label(name, self.language)

    def shown(self, fact: str, item: str, value: Any) -> str:
        """A value as the reader reads it."""
        if isinstance(value, Failure):
            return self.failure(value)
        kind = self._type(fact, item)
        if kind is not None and kind.type.choices and isinstance(value, str):
            return self.loaded.texts.choice(fact, value, self.language)
        return show(value, language=self.language, type=kind.type if kind else None, zone=self.zone)

    def failure(self, failure: Failure) -> str:
        """Why a source gave nothing."""
        words = {
            "silence": _("no answer in time"),
            "none": _("not found"),
            "unsure": _("could not be read with certainty"),
            "late": _("the system did not answer in time"),
            "down": _("the system could not be reached"),
        }
        return words.get(failure.reason, failure.detail or failure.reason)

    def source(self, source: str, who: str) -> str:
        """Where a value comes from."""
        words = {
            "ask": _("said by %(who)s"),
            "offer": _("said by %(who)s"),
            "work": _("decided by %(who)s"),
            "settle": _("settled by %(who)s"),
            "lookup": _("from %(who)s"),
            "effect": _("read back from %(who)s"),
            "read": _("read in the document"),
            "event": _("came in"),
            "memory": _("known from before"),
            "decide": _("from a table"),
            "lapse": _("since nobody answered"),
            "else": _("not needed here"),
        }
        text = words.get(source.partition("#")[0], _("worked out") if source else "")
        return text % {"who": who or _("somebody")} if "%(who)s" in text else text

    def noted(self, who: str, channel: str, *, own: bool | None) -> str:
        """Where a value comes from that a colleague noted for somebody: to themselves (``own``), to another customer
        (False), or to a colleague (None), who also reads who it was."""
        if own is None:
            told = {
                "phone": _("noted by %(who)s, on the phone"),
                "email": _("noted by %(who)s, from an e-mail"),
                "paper": _("noted by %(who)s, from a letter"),
                "branch": _("noted by %(who)s, in person"),
            }
            return told.get(channel, _("noted by %(who)s")) % {"who": who or _("somebody")}
        if not own:
            return _("noted by us")
        ours = {"phone": _("noted by us from your phone call"), "email": _("noted by us from your e-mail"),
                "paper": _("noted by us from your letter"), "branch": _("noted by us when you were here")}  # fmt: skip
        return ours.get(channel, _("noted by us for you"))

    def instant(self, at: datetime) -> str:
        """Date and time as the reader's clock has them."""
        return show(at, language=self.language, zone=self.zone)

    def effect(self, state: str, kind: str = "do") -> str:
        """How an effect stands; ``kind``: do, amend or undo."""
        if kind in ("undo", "amend") and state in ("planned", "started", "done"):
            taken_back = {"planned": _("is about to be taken back"), "started": _("is being taken back"),
                          "done": _("taken back")}  # fmt: skip
            changed = {"planned": _("is about to be changed"), "started": _("is being changed"), "done": _("changed")}
            return (taken_back if kind == "undo" else changed)[state]
        words = {
            "planned": _("is about to be done"),
            "started": _("is being done"),
            "unknown": _("is being checked"),
            "done": _("done"),
            "refused": _("refused"),
            "failed": _("did not work"),
            "given up": _("given up"),
        }
        return words.get(state, state)

    def effect_of(self, state: str, kind: str, call: str, *, now: datetime, colleague: bool) -> str:
        """How an effect stands; colleagues read which system it waits for while that is said to be down."""
        held = self.waits_for(call, now=now) if colleague and state in ("planned", "started", "unknown") else ""
        return held or self.effect(state, kind)

    def waits_for(self, call: str, *, now: datetime) -> str:
        """Which system is said to be down, and until when; empty where it is not."""
        said = downtime.down(call, now=now)
        if said is None:
            return ""
        described = systems.described(said.system)
        told = {"system": described.title if described else said.system, "until": self.instant(said.until)}
        return _("waits for %(system)s until %(until)s") % told

    def promise(self, state: str, due: datetime | None, after: str) -> str:
        """How a promise stands."""
        by = self.instant(due) if due else ""
        if state == "waiting":
            return _("starts when we have: %(after)s") % {"after": self.label(after) if after else ""}
        words = {
            "running": _("by %(by)s"),
            "paused": _("waits for you"),
            "at risk": _("by %(by)s, and it is getting tight"),
            "kept": _("kept"),
            "broken": _("we are late; it was due by %(by)s"),
        }
        return words.get(state, state) % {"by": by} if "%(by)s" in words.get(state, "") else words.get(state, state)

    def assertion(self, data: Data) -> str:
        """An assertion of the timeline: what was said."""
        value = encoding.decode(data["value"])
        return self.shown(data["fact"], data.get("item", ""), value)

    def _type(self, fact: str, item: str) -> Fact | None:
        try:
            return declared(self.loaded.definition, fact, item)
        except NoSuchFact:
            return None


def zone_or_utc(name: str) -> str:
    """A time zone that there is."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return "UTC"
    return name
