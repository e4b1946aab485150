"""Meridian with a past: its case types published, its people, and some weeks of invented requests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest

from backline.cases.fittings import Fittings, fit
from backline.catalogue import versions
from backline.demo import setting_up
from backline.demo.past.making import Past, make
from backline.engine.calendars import Calendar

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
"""A Friday afternoon"""
CALENDAR = Calendar(zone="Europe/Berlin", opens=time(9), closes=time(17))
SHORT = Past(
    days=80, withdrawals_a_day=8.0, cards_a_day=0.5, equipment_a_day=0.0, leave_a_day=0.0, busier=1.5, weeks_busier=3
)  # fmt: skip


@pytest.fixture
def past(organisation_folder: Path, db: None, settings: Any) -> Iterator[Path]:
    """The organisation's folder; its database knows the last 100 days."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    setting_up.lay_out(organisation_folder)
    fit(Fittings(calendar=CALENDAR, languages=("en", "de")))
    versions.forget()
    setting_up.populate(organisation_folder, now=NOW)
    make(now=NOW, past=SHORT)
    yield organisation_folder
    fit(None)
