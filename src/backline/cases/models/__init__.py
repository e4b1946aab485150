"""What the cases room stores. Rows only: every change goes through a door of this room.

A key has no index of its own where it begins another one: each index is written with every row.
"""

from backline.cases.models.case import Case, CaseLink, CaseParty, Closure, Searchable
from backline.cases.models.case_merge import CaseMerge
from backline.cases.models.effect import Effect
from backline.cases.models.entry import Entry, EntryPayload
from backline.cases.models.filed import FiledDocument
from backline.cases.models.last_known import LastKnown
from backline.cases.models.merge import Merge
from backline.cases.models.presence import Presence
from backline.cases.models.promise import PromiseRow
from backline.cases.models.retention import Destruction, Hold, HoldRelease
from backline.cases.models.settlement import Settlement
from backline.cases.models.want import Handover, Want

__all__ = [
    "Case",
    "CaseLink",
    "CaseMerge",
    "CaseParty",
    "Closure",
    "Destruction",
    "Effect",
    "Entry",
    "EntryPayload",
    "FiledDocument",
    "Handover",
    "Hold",
    "HoldRelease",
    "LastKnown",
    "Merge",
    "Presence",
    "PromiseRow",
    "Searchable",
    "Settlement",
    "Want",
]
