"""What people say of documents is learnt: rules first, then what was learnt, and below its sureness a person."""

from __future__ import annotations

import pytest

from backline.cases.asserting import assert_facts
from backline.documents.kind_model import guess, learn, read_weights
from backline.documents.kinds import KindsRefused, read_kinds
from backline.documents.models import Document
from backline.documents.naming_kinds import NoSuchKind, guess_kind, learn_kinds, name_kind
from backline.documents.storing import store
from tests.rooms.cases_house import House
from tests.rooms.test_cases_documents import REFUND
from tests.rooms.workbench_house import sign_in, workbench

__all__ = ["workbench"]
pytestmark = pytest.mark.django_db
KINDS = """
kinds:
  lease: {label: Lease, words: {all: [never in these texts]}}
  payslip: {label: Payslip, words: {all: [nor this]}}
  bill: {label: Bill, words: {all: [amount due now]}}
"""
LEASES = [f"Tenancy of the flat in {town}. The tenant pays rent to the landlord each month." for town in "ABCDE"]
PAYSLIPS = [f"Salary of {name} for the month. Gross pay, tax withheld, net pay by the employer." for name in "VWXYZ"]
LIKE_A_LEASE = "The landlord lets the flat to the tenant for rent."


def named(house: House) -> None:
    """Colleagues named some leases and payslips."""
    for kind, texts in (("lease", LEASES), ("payslip", PAYSLIPS)):
        for text in texts:
            paper = store(content=text.encode(), name="page.txt", by="staff:1", now=house.now)
            name_kind(document=paper, kind=kind, by="staff:1", now=house.now)


@pytest.fixture
def office(workbench: House) -> House:
    """A house that knows three kinds by rules that fit next to nothing."""
    (workbench.folder / "types").mkdir(exist_ok=True)
    (workbench.folder / "types" / "kinds.yaml").write_text(KINDS, encoding="utf-8")
    return workbench


def came_in(house: House, text: str) -> Document:
    """A text that nobody named."""
    return store(content=text.encode(), name="new.txt", by="staff:1", now=house.now)


def test_a_kind_is_guessed_by_its_words_and_they_are_told() -> None:
    learnt = learn([(text, "lease") for text in LEASES] + [(text, "payslip") for text in PAYSLIPS])
    assert learnt is not None
    assert learnt.right == 1.0
    found = guess(LIKE_A_LEASE, read_weights(learnt.weights))
    assert found is not None
    assert found.kind == "lease"
    assert found.confidence > 0.8
    assert {"tenant", "rent"} & set(found.words)
    assert guess("Zebras gallop", read_weights(learnt.weights)) is None


def test_three_kinds_are_told_apart_as_the_library_does() -> None:
    bills = [f"Amount {n} is due for water and power, customer {n}" for n in range(5)]
    samples = [(t, "lease") for t in LEASES] + [(t, "payslip") for t in PAYSLIPS] + [(t, "bill") for t in bills]
    learnt = learn(samples)
    assert learnt is not None
    weights = read_weights(learnt.weights)
    found = [guess(text, weights) for text, _kind in samples]
    assert [one.kind if one else "" for one in found] == [kind for _text, kind in samples]


def test_too_few_samples_teach_nothing() -> None:
    assert learn([(text, "lease") for text in LEASES]) is None
    assert learn([(LEASES[0], "lease"), (PAYSLIPS[0], "payslip")]) is None


def test_what_was_learnt_decides_where_no_rule_does(office: House) -> None:
    assert came_in(office, LIKE_A_LEASE).kind == ""
    named(office)
    learn_kinds(now=office.now)
    assert came_in(office, LIKE_A_LEASE + " ").kind == "lease"
    assert came_in(office, LIKE_A_LEASE + " The amount due now is 5.").kind == "bill"
    assert came_in(office, "Zebras gallop over the month.").kind == ""


def test_a_kind_that_the_house_does_not_know_is_refused(office: House) -> None:
    with pytest.raises(NoSuchKind):
        name_kind(document=came_in(office, "x"), kind="poem", by="staff:1", now=office.now)


def test_the_wanted_sureness_is_checked() -> None:
    assert read_kinds("kinds: {a: {sure: 0.7}}")["a"].sure == 0.7
    with pytest.raises(KindsRefused, match=r"a\.sure: '7' is not a number"):
        read_kinds("kinds: {a: {sure: 7}}")


def test_a_colleague_says_what_a_paper_is_and_the_case_goes_on(office: House) -> None:
    office.publish(REFUND.replace("hospital_bill", "lease").replace("receipt", "payslip"))
    paper = came_in(office, LIKE_A_LEASE)
    case = office.open("refund")
    case = assert_facts(case=case, by=office.ann, channel="portal", facts={"bill": str(paper.pk)}, now=office.now)
    assert case.state == "open"
    named(office)
    worker = sign_in("worker", office)
    address = f"/work/cases/{case.reference}/documents/{paper.pk}"
    assert "nothing like it was named before" in worker.read(address)
    worker.post(f"{address}/kind", {"kind": "payslip"})
    office.work()
    found = guess_kind("Gross pay and net pay by the employer")
    assert found is not None
    assert found.kind == "payslip"
    worker.post(f"{address}/kind", {"kind": "lease"})
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("ended", "refunded")
    assert "Choose what it is." in worker.post(f"{address}/kind", {"kind": "poem"}, follow=True).content.decode()


def test_an_outsider_names_nothing(office: House) -> None:
    case = office.open(account="A-1", amount="200")
    assert sign_in("outsider", office).post(f"/work/cases/{case.reference}/documents/1/kind").status_code == 404
