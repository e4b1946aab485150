"""Jonas' suitcase is broken. He sends two photos from his phone; a person looks at one of them, and that is all."""

from __future__ import annotations

import time
from collections.abc import Iterator
from decimal import Decimal

from backline.demo.papers import damage_photo, receipt_photo
from backline.demo.stage import Line, Stage, must
from backline.documents.models import Document

SERVICE, JONAS, WORKER = "baggage-claim", "jonas.rehm@post.example", "david@meridian.example"


def tell(stage: Stage) -> Iterator[Line]:
    """A claim whose price is read from a photo that lies on its side."""
    jonas = stage.person(JONAS)
    jonas.begin(SERVICE)
    receipt = receipt_photo(items={"Suitcase": Decimal(149), "Strap": Decimal("12.50")}, on=stage.today)
    photos = {
        "photo": ("IMG_0412.jpg", damage_photo(), "image/jpeg"),
        "receipt": ("IMG_0413.jpg", receipt, "image/jpeg"),
    }
    began = time.monotonic()
    jonas.answer({"damage": "broken"}, files=photos)
    jonas.send(button="Send")
    reference = jonas.reference
    stage.refresh()
    must(Document.objects.filter(name="IMG_0413.jpg", kind="receipt").exists(), "the photo is known as a receipt")
    (task,) = stage.tasks(reference)
    must(task.fact == "shows_damage", f"the one question is whether the photo shows the damage, not {task.fact}")
    stage.work(WORKER, task, "yes")
    outcome = stage.outcome(reference, "accepted")
    must("161.50" in jonas.open(f"/requests/{reference}").text, "the price stood on the photo")
    yield Line(
        story="Jonas claims with photos", case=reference, channel="photos", touches=stage.touches(reference),
        seconds=time.monotonic() - began, outcome=outcome,
    )  # fmt: skip
