"""Writers of one process queue up before SQLite."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from backline.people.models import Team

pytestmark = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="a queue before SQLite alone")


@pytest.mark.django_db(transaction=True)
def test_a_second_writer_waits_at_the_door_and_goes_on_the_moment_the_first_is_done() -> None:
    order: list[str] = []
    began, waits = threading.Event(), threading.Event()

    def second() -> None:
        began.wait(5)
        waits.set()
        with transaction.atomic():
            order.append("second")
            Team.objects.create(key="second", name="Second")
        connection.close()

    thread = threading.Thread(target=second)
    thread.start()
    with transaction.atomic():
        Team.objects.create(key="first", name="First")
        began.set()
        assert waits.wait(5)
        order.append("first")
    thread.join(5)
    assert order == ["first", "second"]
    assert set(Team.objects.values_list("key", flat=True)) == {"first", "second"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["refused", "closed"])
def test_a_transaction_that_ends_badly_gives_up_its_turn(how: str) -> None:
    def fails() -> None:
        with transaction.atomic():
            Team.objects.create(key="gone", name="Gone")
            if how == "closed":
                connection.close()
            raise LookupError

    with pytest.raises(LookupError):
        fails()
    done: list[bool] = []

    def other() -> None:
        with transaction.atomic():
            Team.objects.create(key="other", name="Other")
        done.append(True)
        connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    thread.join(5)
    assert done
    assert list(Team.objects.values_list("key", flat=True)) == ["other"]
