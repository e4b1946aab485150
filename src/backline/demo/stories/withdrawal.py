"""Anna needs money from her pension plan: begun on the portal, finished by e-mail, one question to a worker, her
husband's consent by a signed link, paid with a letter; then she corrects the amount. Peter is declined."""

from __future__ import annotations

import time
from collections.abc import Iterator
from decimal import Decimal

from backline.demo.papers import medical_bill, tuition_invoice
from backline.demo.stage import Line, Stage, must
from backline.demo.systems import recordkeeper

SERVICE = "hardship-withdrawal"
ANNA, MARKUS, PETER = "anna.seidel@post.example", "markus.seidel@post.example", "peter.lang@post.example"
ANNAS_NUMBER, PETERS_NUMBER = "P-1001", "P-1002"
WORKER = "ines@meridian.example"


def tell(stage: Stage) -> Iterator[Line]:
    """All of it."""
    paid = _pay_anna(stage)
    yield paid
    yield _correct(stage, paid.case)
    yield _decline_peter(stage)


def _pay_anna(stage: Stage) -> Line:
    before = recordkeeper.balance(stage.store("recordkeeper"), ANNAS_NUMBER)
    reference = _begin_on_the_portal(stage)
    _reply_with_the_bill(stage, reference)
    _spouse_agrees(stage, reference, up_to="3.000")
    clicked = _one_question(stage, reference)
    outcome = stage.outcome(reference, "paid")
    seconds = time.monotonic() - clicked

    (payment,) = recordkeeper.payments(stage.store("recordkeeper"), ANNAS_NUMBER)
    must((payment.gross_minor, payment.state) == (300_000, "paid"), "3,000 EUR were paid, once")
    after = recordkeeper.balance(stage.store("recordkeeper"), ANNAS_NUMBER)
    must(after == before - 300_000, "the balance fell by the payment itself")
    letter = stage.mail(ANNA, "withdrawal is paid")
    must([file.media_type for file in letter.attachments] == ["application/pdf"], "the letter came as a PDF")
    must(len(stage.letters(reference)) == 1, "the letter is filed in the case")
    stage.look_again(reference)
    must(stage.outcome(reference, "paid"), "the balance that fell changed nothing")
    must(len(recordkeeper.payments(stage.store("recordkeeper"), ANNAS_NUMBER)) == 1, "nothing was paid twice")
    return Line(
        story="Anna withdraws in hardship", case=reference, channel="portal, e-mail", touches=stage.touches(reference),
        seconds=seconds, outcome=outcome,
    )  # fmt: skip


def _begin_on_the_portal(stage: Stage) -> str:
    anna = stage.person(ANNA)
    anna.begin(SERVICE)
    anna.answer({"reason": "medical"})
    anna.answer({"amount": "21500"})
    must("You can take at most" in anna.page.text, "too much is refused at the field, with the reason")
    anna.answer({"amount": "3000"})
    anna.send(button="I'll send it later")
    anna.send(button="Send")
    return anna.reference


def _reply_with_the_bill(stage: Stage, reference: str) -> None:
    asked = stage.mail(ANNA, f"bill.*{reference}")
    items = {"Operation": Decimal(2100), "Two nights": Decimal(300)}
    bill = medical_bill(to="Anna Seidel, Uferstr. 9, 13357 Berlin", items=items, on=stage.today)
    text = "Here is the first bill. The second over 600 Euro comes next week."
    stage.reply(asked, sender=ANNA, text=text, files=[("bill.pdf", bill)])


def _one_question(stage: Stage, reference: str) -> float:
    """The bill is lower than the amount: that needs a person, and nothing else does. Answers when it was answered."""
    (task,) = stage.tasks(reference)
    must(task.fact == "evidence_supports", "the one question is whether the bill supports the request")
    return stage.work(WORKER, task, "yes")


def _spouse_agrees(stage: Stage, reference: str, *, up_to: str) -> None:
    link = stage.link(stage.mail(MARKUS, reference))
    stage.scan(link)
    must(stage.waits_for(reference, "spouse_agrees"), "a mail scanner that follows the link confirms nothing")
    markus = stage.person(language="de")
    must(up_to in markus.open(link).text, "the page says what the consent is about")
    page = markus.send(field="spouse_agrees", answers={"spouse_agrees": "yes"})
    must(not stage.waits_for(reference, "spouse_agrees"), f"the spouse's answer was taken: {page.text}")


def _correct(stage: Stage, reference: str) -> Line:
    """It was 2,400, as the bill says. Markus agreed to more, so nobody is asked again; the payment is amended, once."""
    anna = stage.person(ANNA)
    anna.open(f"/requests/{reference}/questions/amount")
    clicked = time.monotonic()
    anna.answer({"amount": "2400"})
    store = stage.store("recordkeeper")
    stage.wait(lambda: recordkeeper.payments(store, ANNAS_NUMBER)[0].state == "amended", "the payment is amended")
    seconds = time.monotonic() - clicked
    must(len(stage.mails(MARKUS)) == 1, "he was asked once")

    (payment,) = recordkeeper.payments(store, ANNAS_NUMBER)
    must(payment.gross_minor == 240_000, "it is 2,400 EUR now")
    must(recordkeeper.changes(store, payment.number) == ["amended"], "it was amended once, and not reversed")
    must(recordkeeper.balance(store, ANNAS_NUMBER) == 4_200_000 - 240_000, "the balance is right")
    outcome = stage.outcome(reference, "paid")
    must(stage.effects(reference, "pay") == [("do", "done"), ("amend", "done")], "the case knows both steps")
    must("Pay the money out" in anna.open(f"/requests/{reference}").text, "the timeline says so")
    return Line(
        story="… and corrects the amount", case=reference, channel="portal", touches=stage.touches(reference),
        seconds=seconds, outcome=f"{outcome}, amended once",
    )  # fmt: skip


def _decline_peter(stage: Stage) -> Line:
    peter = stage.person(PETER)
    peter.begin(SERVICE)
    peter.answer({"reason": "medical"})
    peter.answer({"amount": "4500.01"})
    must("You can take at most" in peter.page.text, "too much is refused at the field, with the reason")
    peter.answer({"amount": "1500"})
    peter.send(button="I'll send it later")
    peter.send(button="Send")
    reference = peter.reference
    invoice = tuition_invoice(to="Peter Lang", items={"Evening course": Decimal(180)}, on=stage.today)
    peter.open(f"/requests/{reference}/questions/evidence")
    peter.answer({}, files={"evidence": ("invoice.pdf", invoice, "application/pdf")})
    (task,) = stage.tasks(reference)
    clicked = stage.work(WORKER, task, "no")
    outcome = stage.outcome(reference, "declined")
    seconds = time.monotonic() - clicked

    must(not recordkeeper.payments(stage.store("recordkeeper"), PETERS_NUMBER), "nothing was paid")
    must(stage.mail(PETER, "can't pay out").attachments, "the letter came with the reason in plain words")
    must("can't pay this out" in peter.open(f"/requests/{reference}").text, "the page says so, too")
    return Line(
        story="Peter is declined", case=reference, channel="portal", touches=stage.touches(reference), seconds=seconds,
        outcome=outcome,
    )  # fmt: skip
