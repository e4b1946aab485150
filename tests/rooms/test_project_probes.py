"""A load balancer asks each machine by the machine's own address."""

import pytest
from django.test import Client


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "says"), [("/health", "alive"), ("/ready", "ready")])
def test_a_probe_is_answered_whatever_name_it_uses(client: Client, path: str, says: str) -> None:
    answer = client.get(path, headers={"host": "10.1.2.3:8000"})

    assert (answer.status_code, answer.json()) == (200, {"status": says})


@pytest.mark.django_db
def test_all_else_is_answered_under_the_organisations_name_alone(client: Client) -> None:
    assert client.get("/", headers={"host": "10.1.2.3:8000"}).status_code == 400
