"""Fixtures that several tests of rooms use."""

from __future__ import annotations

from tests.rooms.cases_house import house

__all__ = ["house"]
