"""What is stored of a document: one row a document, one reading a content. The bytes lie in a store, by their hash."""

from __future__ import annotations

from typing import Any

from django.db import models


class Document(models.Model):
    """Something on paper or in a file, as somebody gave it. Two rows may share one content."""

    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    """What the content is, whatever the name said"""
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=80, blank=True, default="", db_index=True)
    pages = models.IntegerField(default=0)
    """0 where the content has no pages or could not be opened"""
    sensitivity = models.CharField(max_length=20, default="normal")
    stored_by = models.CharField(max_length=80)
    stored_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["stored_by", "stored_at"])]

    def __str__(self) -> str:
        return self.name


class ContentReading(models.Model):
    """What reading one content gave: once, however often the content came in."""

    class State(models.TextChoices):
        READ = "read"
        PARTLY = "partly"
        EMPTY = "empty"
        ENCRYPTED = "encrypted"
        BROKEN = "broken"
        TOO_MUCH = "too much"
        UNSUPPORTED = "unsupported"

    sha256 = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=20, choices=State)
    reason = models.TextField(blank=True, default="")
    pages = models.IntegerField(default=0)
    """How many the content has; more than were read where the state is ``partly``"""
    engine = models.CharField(max_length=120, blank=True, default="")
    form: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    """Of a fillable PDF: ``{"xfa": bool, "fields": [{"field", "value", "type", "page", "box"}]}``"""
    read_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.sha256[:12]}: {self.state}"


class PageReading(models.Model):
    """The text of one page. ``words``: ``[text, left, top, right, bottom, confidence]``, as parts of the page."""

    reading = models.ForeignKey(ContentReading, on_delete=models.CASCADE, related_name="page_rows")
    number = models.IntegerField()
    text = models.TextField()
    words = models.JSONField()
    codes: models.JSONField[list[list[Any]], list[list[Any]]] = models.JSONField(default=list)
    """``[format, text, left, top, right, bottom]``"""
    engine = models.CharField(max_length=40)

    class Meta:
        ordering = ["reading_id", "number"]
        constraints = [models.UniqueConstraint(fields=["reading", "number"], name="one_reading_a_page")]

    def __str__(self) -> str:
        return f"page {self.number}"


class KindSample(models.Model):
    """A person said what a content is. Of these the house's own model of its kinds is made."""

    sha256 = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=80)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.sha256[:12]} is {self.kind}"


class KindModel(models.Model):
    """What was learnt from the samples: weights of words, as a compressed table of numbers; the newest counts."""

    learnt_at = models.DateTimeField()
    samples = models.PositiveIntegerField()
    right = models.FloatField(null=True)
    """Share of samples that it told rightly while it had not seen them; None where there were too few to try"""
    weights = models.BinaryField()

    def __str__(self) -> str:
        return f"of {self.samples} samples"


class FieldSample(models.Model):
    """A person said what stands in a field of a content: where it stands, beside which words, and who had read it
    rightly."""

    sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=80)
    field = models.CharField(max_length=80)
    engine = models.CharField(max_length=120, blank=True, default="")
    """Of the page on which it was read; empty where nothing was found for it"""
    read = models.CharField(max_length=200, blank=True, default="")
    right = models.BooleanField()
    """Whether it had been read so"""
    page = models.IntegerField(default=0)
    """0 where what was said stands nowhere on the pages"""
    box: models.JSONField[list[float], list[float]] = models.JSONField(default=list)
    anchor = models.CharField(max_length=120, blank=True, default="")
    """The words beside it"""
    where = models.CharField(max_length=10, blank=True, default="")
    """``right`` of the anchor, or ``below`` it"""
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "field"])]
        constraints = [models.UniqueConstraint(fields=["sha256", "kind", "field"], name="one_sample_a_field")]

    def __str__(self) -> str:
        return f"{self.kind}.{self.field} of {self.sha256[:12]}"
