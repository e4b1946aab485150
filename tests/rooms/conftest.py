"""Fixtures that several tests of rooms use."""

from __future__ import annotations

import pytest

from backline.connectors import shared
from tests.rooms.cases_house import house

__all__ = ["house"]


@pytest.fixture(autouse=True)
def limits_of_one_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a test that is one transaction, threads that read systems would wait for it to write their failures down."""
    marked = request.node.get_closest_marker("django_db")
    if marked is None or not marked.kwargs.get("transaction"):
        monkeypatch.setattr(shared, "possible", lambda: False)
