"""``backline readings`` says how often what was read was right."""

from __future__ import annotations

import json

import pytest

from backline.project.command import main

pytestmark = pytest.mark.django_db


def test_where_nobody_checked_a_reading_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["readings"]) == 0
    assert capsys.readouterr().out == "Nobody has checked a reading yet.\n"
    assert main(["readings", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
