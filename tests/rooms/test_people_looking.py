from datetime import UTC, datetime, timedelta

import pytest

from backline.people import looking, parties
from backline.people.actors import Actor, of_party

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
WORKER = Actor(id="staff:1", kind="staff", name="Wendy")


def test_a_customer_sees_who_looked_at_what_and_why_the_latest_first() -> None:
    ada = parties.create_party(name="Ada", now=NOW)
    looking.log_look(by=WORKER, party=ada, purpose="answer a task", what="evidence", case="HW-4F7K-29", now=NOW)
    later = NOW + timedelta(minutes=1)
    looking.log_look(by=WORKER, party=ada.pk, purpose="call", what="the case", now=later)
    latest, first = looking.looks_at(ada)
    assert (latest.what, latest.at) == ("the case", later)
    assert (first.by, first.by_name, first.purpose, first.case) == ("staff:1", "Wendy", "answer a task", "HW-4F7K-29")
    assert list(looking.looks_at(ada, since=later)) == [latest]


def test_looks_at_others_are_not_shown_and_ones_own_only_when_asked() -> None:
    ada, eve = parties.create_party(name="Ada", now=NOW), parties.create_party(name="Eve", now=NOW)
    looking.log_look(by=WORKER, party=eve, purpose="call", what="the case", now=NOW)
    own = looking.log_look(by=of_party(ada), party=ada, purpose="own", what="the case", now=NOW)
    assert list(looking.looks_at(ada)) == []
    assert list(looking.looks_at(ada, own=True)) == [own]
