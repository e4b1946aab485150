"""What comes from outside opens the cases that begin with it, and finds those that wait for it."""

from __future__ import annotations

import pytest

from backline.cases.models import Case
from backline.cases.openings.arriving import take_event
from backline.cases.refusals import FactsRefused
from tests.rooms.cases_house import House

pytestmark = pytest.mark.django_db
ALARM = """
case: alarm
title: A line is down
for: none
owner: desk
opens: [{event: net.alarm}]
same: {by: [line], while: open, then: join}
roles: {}
facts:
  line: {label: Which line?, type: text, offer: {to: desk}}
  since: {label: Since when?, type: date, event: {from: net.alarm, match: line, gives: began}}
  cleared: {label: Is it over?, type: yes/no, event: {from: net.cleared, match: line, within: 30 days}, lapse: no}
outcomes:
  over: {label: Over, when: cleared and since <= today}
  otherwise: {label: Still down}
"""


def alarm(house: House, line: str, **more: object) -> list[Case]:
    return take_event(event="net.alarm", match=line, value={"began": "2026-11-22"}, now=house.now, **more)  # type: ignore[arg-type]


def test_an_event_opens_the_case_that_begins_with_it_and_another_one_ends_it(house: House) -> None:
    house.publish(ALARM)
    [case] = alarm(house, "L-7")
    said = {a["fact"]: (a["value"], a["source"], a["who"]) for a in case.snapshot["assertions"]}
    assert said["since"] == ({"date": "2026-11-22"}, "event", "system:event")
    assert (said["line"][0], case.channel, case.owner) == ("L-7", "event", "desk")
    assert [w.match for w in case.wants.filter(kind="event", closed_at=None)] == ["L-7"]
    [ended] = take_event(event="net.cleared", match="L-7", value="yes", now=house.now)
    assert (ended.reference, ended.state, ended.outcome) == (case.reference, "ended", "over")


def test_the_same_alarm_while_the_case_is_open_opens_no_second_one(house: House) -> None:
    house.publish(ALARM)
    first, again, other = alarm(house, "L-7")[0], alarm(house, "L-7")[0], alarm(house, "L-8")[0]
    assert first.reference == again.reference != other.reference


def test_where_the_type_would_ask_whether_it_is_another_one_an_event_opens_none(house: House) -> None:
    house.publish(ALARM.replace("then: join", "then: ask"))
    assert len(alarm(house, "L-7")) == 1
    assert alarm(house, "L-7") == []
    assert Case.objects.count() == 1


def test_an_event_that_is_delivered_twice_is_taken_once_even_after_the_case_ended(house: House) -> None:
    house.publish(ALARM)
    [case] = alarm(house, "L-7", once="msg-1")
    take_event(event="net.cleared", match="L-7", value="yes", now=house.now)
    assert alarm(house, "L-7", once="msg-1")[0].reference == case.reference
    assert alarm(house, "L-7", once="msg-2")[0].reference != case.reference


def test_what_the_event_says_has_to_fit_and_else_nothing_is_opened(house: House) -> None:
    house.publish(ALARM)
    with pytest.raises(FactsRefused):
        take_event(event="net.alarm", match="L-7", value={"began": "one day"}, now=house.now)
    assert not Case.objects.exists()
