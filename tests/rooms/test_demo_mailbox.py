"""The mailbox page shows what went out and takes an answer; it is there in a demonstration alone."""

from __future__ import annotations

import dataclasses
import mailbox
from email.message import EmailMessage
from pathlib import Path
from types import ModuleType

import pytest
from django.conf import settings as current
from django.test import Client
from django.urls import include, path

from backline.channels.models import Contact
from backline.project import urls as everywhere

pytestmark = pytest.mark.django_db
ANNA = "anna.seidel@post.example"
urls = ModuleType("mailbox_urls")
urls.urlpatterns = [path("mailbox/", include("backline.demo.mailbox.urls")), *everywhere.urlpatterns]  # type: ignore[attr-defined]
urls.handler404 = everywhere.handler404  # type: ignore[attr-defined]
TEMPLATES = Path(__file__).parents[2] / "src" / "backline" / "demo" / "mailbox" / "templates"


@pytest.fixture
def demonstration(settings: pytest.FixtureRequest, tmp_path: Path) -> Path:
    settings.ORGANISATION = dataclasses.replace(current.ORGANISATION, demonstration=True)  # type: ignore[attr-defined]
    settings.FOLDER = tmp_path  # type: ignore[attr-defined]
    settings.ROOT_URLCONF = urls  # type: ignore[attr-defined]
    settings.TEMPLATES = [{**current.TEMPLATES[0], "DIRS": [TEMPLATES]}]  # type: ignore[attr-defined]
    (tmp_path / "mail").mkdir()
    box = mailbox.Maildir(tmp_path / "mail" / "post", create=True)
    message = EmailMessage()
    message["From"], message["To"] = "Meridian <service@meridian.example>", ANNA
    message["Reply-To"], message["Subject"] = "reply+abc@reply.meridian.example", "Please send the bill"
    message["Date"], message["Message-ID"] = "Sun, 22 Nov 2026 12:00:00 +0000", "<one@meridian.example>"
    message.set_content("Look at http://127.0.0.1:8000/link/abc <script>alert(1)</script>")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="letter.pdf")
    box.add(message.as_bytes())
    return tmp_path


def test_mail_is_shown_with_its_links_and_without_its_markup(demonstration: Path, client: Client) -> None:
    assert ANNA in client.get("/mailbox/").content.decode()
    page = client.get(f"/mailbox/{ANNA}/").content.decode()
    assert "Please send the bill" in page
    address = page.split('row-link" href="')[1].split('"')[0]
    shown = client.get(address).content.decode()
    assert 'href="http://127.0.0.1:8000/link/abc"' in shown
    assert "<script>alert" not in shown
    file = client.get(f"{address}files/0")
    assert file["Content-Disposition"] == 'attachment; filename="letter.pdf"'
    assert file.content == b"%PDF-1.7"


def test_an_answer_goes_the_way_of_every_mail(demonstration: Path, client: Client) -> None:
    page = client.get(f"/mailbox/{ANNA}/").content.decode()
    address = page.split('row-link" href="')[1].split('"')[0]
    assert client.post(address, {"text": " "}).status_code == 422
    answered = client.post(address, {"text": "Here it is."})
    assert answered.status_code == 302
    contact = Contact.objects.get()
    assert (contact.channel, contact.sender) == ("email", ANNA)


def test_somebody_elses_mail_is_not_found_under_another_address(demonstration: Path, client: Client) -> None:
    page = client.get(f"/mailbox/{ANNA}/").content.decode()
    key = page.split('row-link" href="')[1].split('"')[0].split("/")[3]
    assert client.get(f"/mailbox/markus@post.example/{key}/").status_code == 404


def test_there_is_no_mailbox_where_backline_is_no_demonstration(
    demonstration: Path, client: Client, settings: pytest.FixtureRequest
) -> None:
    settings.ORGANISATION = dataclasses.replace(current.ORGANISATION, demonstration=False)  # type: ignore[attr-defined]
    assert client.get("/mailbox/").status_code == 404
