"""Karin moves the appointment of her daughter Lena, who turned 18 last week and has to agree first; the records stay
closed to her; a permission that was taken back stops the next attempt."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import httpx

from backline.demo.person import Person
from backline.demo.stage import Line, Stage, must
from backline.people.models import Mandate, Party

SERVICE = "medical-appointment"
KARIN, LENA = "karin.vogt@post.example", "lena.vogt@post.example"
KARINS_NUMBER, LENAS_NUMBER = "C-2002", "C-2001"
FOR_DAYS = timedelta(days=90)


def tell(stage: Stage) -> Iterator[Line]:
    """Both attempts."""
    yield _move(stage)
    yield _try_again(stage)


def _move(stage: Stage) -> Line:
    karin, reference = _ask_for_lena(stage)
    must("agree" in karin.page.text, "the parent's mandate ended on the birthday")
    must(not moves(stage), "nothing was moved without a mandate")
    _lena_agrees(stage, reference)
    mandate = stage.wait(lambda: _mandate(stage), "the permission is noted")
    must([service.key for service in mandate.services.all()] == ["appointments"], "it is for appointments only")
    must(
        mandate.ends_at is not None and abs(mandate.ends_at - datetime.now(UTC) - FOR_DAYS) < timedelta(hours=1),
        "90 days",
    )

    karin.open(f"/requests/{reference}/questions/slot")
    form = karin.page.form(field="slot")
    chosen = form.choices["slot"][-1]
    clicked = time.monotonic()
    karin.answer({"slot": chosen})
    stage.wait(lambda: moves(stage), "the appointment is moved in the scheduler")
    outcome = stage.outcome(reference, "moved")
    seconds = time.monotonic() - clicked

    must(len(moves(stage)) == 1, "it was moved once")
    must(closed_to_karin(stage), "the records stay closed to her")
    return Line(
        story="Karin moves Lena's appointment", case=reference, channel="portal", touches=stage.touches(reference),
        seconds=seconds, outcome=outcome,
    )  # fmt: skip


def _try_again(stage: Stage) -> Line:
    lena = stage.person(LENA)
    lena.open(lena.open("/people").link("/end"))
    clicked = time.monotonic()
    lena.send(button="Take it back")
    must(_revoked(stage), "Lena took the permission back")
    seconds = time.monotonic() - clicked
    karin, reference = _ask_for_lena(stage)
    must("agree" in karin.page.text, "the next attempt has to wait for Lena")
    must(len(moves(stage)) == 1, "nothing more was moved")
    must(stage.waits_for(reference, "patient_agrees"), "Lena is asked again")
    return Line(
        story="… and is stopped after Lena took it back", case=reference, channel="portal",
        touches=stage.touches(reference), seconds=seconds, outcome="waits for Lena",
    )  # fmt: skip


def _ask_for_lena(stage: Stage) -> tuple[Person, str]:
    karin = stage.person(KARIN)
    karin.open(f"/services/{SERVICE}")
    lena = Party.objects.get(name="Lena Vogt")
    karin.begin(SERVICE, giver=str(lena.pk))
    karin.send(button="Send")
    return karin, karin.reference


def _lena_agrees(stage: Stage, reference: str) -> None:
    """On her own device, by the link in her mail."""
    link = stage.link(stage.mail(LENA, reference))
    stage.scan(link)
    must(stage.waits_for(reference, "patient_agrees"), "a mail scanner that follows the link grants nothing")
    lena = stage.person()
    lena.open(link)
    lena.send(field="patient_agrees", answers={"patient_agrees": "yes"})


def _mandate(stage: Stage) -> Mandate | None:
    stage.refresh()
    return Mandate.objects.filter(giver__name="Lena Vogt", holder__name="Karin Vogt", basis="granted").first()


def _revoked(stage: Stage) -> bool:
    mandate = _mandate(stage)
    return mandate is not None and hasattr(mandate, "revocation")


def moves(stage: Stage) -> list[str]:
    """The moves that the clinic's scheduler made."""
    with closing(sqlite3.connect(stage.store("clinic"))) as database:
        return [str(row[0]) for row in database.execute("select to_slot from move")]


def closed_to_karin(stage: Stage) -> bool:
    """Whether the clinic keeps Lena's record from her."""
    store = stage.store("clinic")
    url, token = (store.with_suffix(end).read_text().strip() for end in (".url", ".token"))
    answer = httpx.get(
        f"{url}/patients/{LENAS_NUMBER}/records",
        params={"by": KARINS_NUMBER},
        headers={"Authorization": f"Bearer {token}"},
    )
    return answer.status_code == httpx.codes.FORBIDDEN
