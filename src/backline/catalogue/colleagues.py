"""Requests of colleagues: the same machine serves them, beside those of customers."""

from __future__ import annotations

from backline.engine.definition import CaseType

COLLEAGUES = ("employee", "colleague", "staff", "worker")
"""What case types call somebody who works here"""


def is_for_colleagues(definition: CaseType) -> bool:
    """Whether colleagues make this request: the one whom it is for is called so."""
    return definition.for_ in COLLEAGUES
