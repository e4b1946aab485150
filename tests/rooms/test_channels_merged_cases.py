"""A request that goes on in another one: its customer is told, and whatever is sent to it arrives there."""

from __future__ import annotations

import pytest

from backline.cases.merging.merging_cases import MERGED_JOB, merge_cases, undo_case_merge
from backline.cases.models import Case, CaseMerge, Entry, EntryPayload, FiledDocument
from backline.cases.storage.verifying import verify
from backline.channels import links, merge_notices
from backline.channels.models import Contact, Message
from backline.channels.paper_codes import paper_code
from backline.channels.papers import take_paper
from backline.jobs.models import Job
from backline.people.actors import SYSTEM
from tests.rooms.channels_house import Channels, bill_pdf, channels, mail_server, reply_to
from tests.rooms.test_channels_papers import saved, sheet
from tests.rooms.test_channels_taking import bounce

__all__ = ["channels", "mail_server"]
pytestmark = pytest.mark.django_db(transaction=True)


def merged(channels: Channels, kept: Case, gone: Case) -> CaseMerge:
    merge = merge_cases(kept=kept, gone=gone, by=SYSTEM, reason="Sent twice", now=channels.now)
    tell(channels)
    return merge


def tell(channels: Channels) -> None:
    for job in Job.objects.filter(kind=MERGED_JOB):
        merge_notices.tell(job.ref, channels.now)
        merge_notices.tell(job.ref, channels.now)
        job.delete()


def test_the_customer_is_told_once_and_told_again_when_it_is_undone(channels: Channels) -> None:
    first, second = channels.open(), channels.open()
    merge = merged(channels, first, second)
    told = [mail for mail in channels.server.to("ann@example.org") if "one now" in mail["Subject"]]
    assert len(told) == 1
    text = told[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert first.reference in text
    assert second.reference in text

    undo_case_merge(merge=merge, by=SYSTEM, reason="Two bills", now=channels.now)
    tell(channels)
    assert "Your two requests" in channels.server.taken[-1]["Subject"]


def test_an_answer_to_the_second_arrives_in_the_first_and_goes_back_with_it(channels: Channels) -> None:
    first, second = channels.open(), channels.open()
    asked = next(mail for mail in channels.server.to("ann@example.org") if second.reference in mail["Subject"])
    merge = merged(channels, first, second)

    contact = channels.take(reply_to(asked, "Here is the bill", sender="ann@elsewhere.example", bill=bill_pdf()))

    assert (contact.result, contact.case_id) == (Contact.Result.TAKEN, first.pk)
    assert second.reference in contact.reason
    assert Case.objects.get(pk=first.pk).snapshot["assertions"][-1]["fact"] in ("bill", "billed")
    assert EntryPayload.objects.get(case=first, data__contact=contact.pk).data["meant"] == second.reference

    undo_case_merge(merge=merge, by=SYSTEM, reason="Two bills", now=channels.now)
    assert Entry.objects.filter(case=second, kind="message", actor=f"party:{channels.member.pk}").count() == 1
    assert FiledDocument.objects.filter(case=second).count() == 1
    assert not verify().broken


def test_a_link_to_the_second_leads_to_the_first_and_to_the_same_question(channels: Channels) -> None:
    first, second = channels.open(), channels.open()
    want = second.wants.get(fact="bill", closed_at=None)
    see = links.make_link(case=second, party=channels.member, now=channels.now).rpartition("/")[2]
    answer = links.make_link(case=second, party=channels.member, want=want, now=channels.now).rpartition("/")[2]
    merged(channels, first, second)

    assert links.resolve(see, now=channels.now).case == first
    there = links.resolve(answer, now=channels.now)
    assert (there.case, there.want) == (first, first.wants.get(fact="bill", closed_at=None))


def test_the_reference_of_the_second_in_a_text_means_the_first(channels: Channels) -> None:
    first, second = channels.open(), channels.open()
    merged(channels, first, second)
    mail = reply_to(channels.server.taken[0], "A question", sender="ann@example.org")
    del mail["To"], mail["In-Reply-To"], mail["Subject"]
    mail["To"], mail["Subject"] = "service@meridian.example", f"About {second.reference} and {first.reference}"
    assert channels.take(mail).case == first


def test_what_bounces_is_told_in_the_first(channels: Channels) -> None:
    first, second = channels.open(), channels.open()
    sent = Message.objects.get(case=second, kind="ask", party=channels.member)
    mail = next(mail for mail in channels.server.to("ann@example.org") if second.reference in mail["Subject"])
    merged(channels, first, second)
    channels.take(bounce(mail))
    sent.refresh_from_db()
    assert sent.state == "bounced"
    assert first.wants.filter(kind="free", closed_at=None).exists()
    assert not verify().broken


def test_a_letter_of_the_second_that_comes_back_on_paper_finds_the_first(channels: Channels) -> None:
    first, second = channels.open(), channels.open()
    code = paper_code(reference=second.reference, party_id=channels.member.pk, now=channels.now)
    merged(channels, first, second)
    contact = take_paper(saved(sheet(code)), name="scan.png", channel="paper", now=channels.now)
    assert (contact.result, contact.case_id) == (Contact.Result.TAKEN, first.pk)
