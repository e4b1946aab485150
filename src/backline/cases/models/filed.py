"""Which documents lie in which case."""

from __future__ import annotations

from django.db import models

from backline.cases.models.case import Case
from backline.documents.models import Document


class FiledDocument(models.Model):
    """A document became part of a case: said as a fact, come in or gone out with a message, or filed."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="filed", db_index=False)
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="filed")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "document"], name="filed_once")]

    def __str__(self) -> str:
        return f"{self.document_id} in {self.case_id}"
