"""What came in, what goes out, and the links that were sent."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from backline.cases.models import Case, Want
from backline.channels.calls.models import Call
from backline.channels.chats.models import Chat, ChatLine
from backline.channels.webhooks.models import ChangeCursor, Delivery, Notice, Subscription
from backline.documents.models import Document
from backline.people.models import Party

__all__ = [
    "Call",
    "ChangeCursor",
    "Chat",
    "ChatLine",
    "Contact",
    "ContactDocument",
    "Delivery",
    "Link",
    "Message",
    "Notice",
    "Outage",
    "Subscription",
]


class Message(models.Model):
    """One letter or e-mail to one party. Its row is there before anything is sent, under the key that asked for it."""

    class State(models.TextChoices):
        QUEUED = "queued"
        SENT = "sent"
        FAILED = "failed"
        BOUNCED = "bounced"
        RETURNED = "returned"
        """On paper"""
        TO_PRINT = "to print"
        PRINTED = "printed"

    class Kind(models.TextChoices):
        MESSAGE = "message"
        LETTER = "letter"
        ASK = "ask"
        REMINDER = "reminder"
        ANSWER = "answer"
        """To somebody whom we don't know yet"""

    key = models.CharField(max_length=240, unique=True)
    """Who asked for it: sending it again under one key is not a second message"""
    kind = models.CharField(max_length=10, choices=Kind)
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="messages_out")
    party = models.ForeignKey(Party, null=True, blank=True, on_delete=models.PROTECT, related_name="messages")
    wants: models.ManyToManyField[Want, Want] = models.ManyToManyField(
        Want, related_name="asked_by_message", blank=True
    )
    """The questions that it asks"""
    to = models.CharField(max_length=320, blank=True, default="")
    subject = models.CharField(max_length=500)
    text = models.TextField()
    html = models.TextField(blank=True, default="")
    language = models.CharField(max_length=10)
    token = models.CharField(max_length=64, blank=True, default="")
    """In the address to which an answer goes"""
    message_id = models.CharField(max_length=250, unique=True, null=True, blank=True)
    headers: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    documents: models.ManyToManyField[Document, Document] = models.ManyToManyField(Document, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED, db_index=True)
    attempts = models.IntegerField(default=0)
    problem = models.CharField(max_length=500, blank=True, default="")
    """What the mail server said, or why it came back"""
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    """When it came back, or was printed"""

    class Meta:
        indexes = [models.Index(fields=["to", "kind", "made_at"])]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to or self.party_id}: {self.subject}"


class Contact(models.Model):
    """One thing that came in on a channel: who sent it, what it was taken for, and what became of it."""

    class Result(models.TextChoices):
        TAKING = "taking"
        TAKEN = "taken"
        ASKED = "asked"
        """A person has to say where it belongs"""
        REFUSED = "refused"

    fingerprint = models.CharField(max_length=64, unique=True)
    """Of what it says, whichever way it came: the same message twice is one contact"""
    channel = models.CharField(max_length=20)
    sort = models.CharField(max_length=20, blank=True, default="")
    """person, auto-reply, bounce, loop, bulk"""
    sender = models.CharField(max_length=320, blank=True, default="", db_index=True)
    sender_name = models.CharField(max_length=200, blank=True, default="")
    subject = models.CharField(max_length=500, blank=True, default="")
    text = models.TextField(blank=True, default="")
    """What is new in it, without the quoted message"""
    message_id = models.CharField(max_length=250, blank=True, default="", db_index=True)
    raw_sha256 = models.CharField(max_length=64)
    """The original, as it came"""
    recipients: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    """Those of the envelope, where they were told"""
    sent_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField()
    result = models.CharField(max_length=10, choices=Result, default=Result.TAKING, db_index=True)
    reason = models.CharField(max_length=500, blank=True, default="")
    party = models.ForeignKey(Party, null=True, blank=True, on_delete=models.PROTECT, related_name="contacts")
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="contacts")
    settled_by = models.CharField(max_length=80, blank=True, default="")
    settled_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    """Somebody takes it just now; afterwards another may go on"""

    class Meta:
        indexes = [models.Index(fields=["result", "taken_at"])]

    repeated = False
    """Not stored: this delivery was not the first"""

    def __str__(self) -> str:
        return f"{self.channel} from {self.sender}: {self.subject}"


class ContactDocument(models.Model):
    """Something attached to a contact: kept as a document, or refused with the reason."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="attached")
    number = models.IntegerField()
    name = models.CharField(max_length=200)
    part = models.CharField(max_length=20)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="contacts")
    refusal = models.CharField(max_length=300, blank=True, default="")
    answers = models.CharField(max_length=240, blank=True, default="")
    """The fact that it answered"""

    class Meta:
        ordering = ["contact_id", "number"]
        constraints = [models.UniqueConstraint(fields=["contact", "number"], name="one_row_an_attachment")]

    def __str__(self) -> str:
        return self.name


class Link(models.Model):
    """A link that was sent to a party, for one purpose. What it leads to is asked again when it is followed."""

    class Purpose(models.TextChoices):
        ANSWER = "answer"
        """One question, such as a consent"""
        CASE = "case"
        """See the case without signing in"""

    key = models.CharField(max_length=32, unique=True)
    purpose = models.CharField(max_length=10, choices=Purpose)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="sent_links")
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="links")
    want = models.ForeignKey(Want, null=True, blank=True, on_delete=models.CASCADE, related_name="links")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose="case") | Q(want__isnull=False), name="an_answer_link_asks_something"
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} link of party {self.party_id}"


class Outage(models.Model):
    """A system is down, as a person says."""

    system = models.CharField(max_length=60)
    since = models.DateTimeField()
    until = models.DateTimeField()
    why = models.CharField(max_length=300, blank=True, default="")
    """For colleagues"""
    say = models.CharField(max_length=300, blank=True, default="")
    """Told to customers"""
    by = models.CharField(max_length=64)
    by_name = models.CharField(max_length=200, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["ended_at", "until"], name="outage_running")]

    def __str__(self) -> str:
        return f"{self.system} until {self.until}"
