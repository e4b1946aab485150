"""Which documents lie in which case, also of what happened before."""

import django.db.models.deletion
from django.db import migrations, models

AT_ONCE = 2000


def file_what_was_told(apps, schema_editor):
    from backline.cases.records.filing_documents import BRINGING, documents_in

    Entry, Payload = apps.get_model("cases", "Entry"), apps.get_model("cases", "EntryPayload")
    Filed, Document = apps.get_model("cases", "FiledDocument"), apps.get_model("documents", "Document")
    documents = set(Document.objects.values_list("pk", flat=True))
    if not documents:
        return
    rows = []
    for case, sequence, kind, at in Entry.objects.filter(kind__in=BRINGING).values_list("case_id", "sequence", "kind", "at").iterator():
        data = Payload.objects.filter(case_id=case, sequence=sequence).values_list("data", flat=True).first()
        found = documents & set(documents_in(kind, data)) if data else ()
        rows += [Filed(case_id=case, document_id=pk, at=at) for pk in found]
        if len(rows) >= AT_ONCE:
            Filed.objects.bulk_create(rows, ignore_conflicts=True)
            rows = []
    Filed.objects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0002_one_index_for_each_key"),
        ("documents", "0003_codes"),
    ]

    operations = [
        migrations.CreateModel(
            name="FiledDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("case", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="filed", to="cases.case")),
                ("document", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="filed", to="documents.document")),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("case", "document"), name="filed_once")]},
        ),
        migrations.RunPython(file_what_was_told, migrations.RunPython.noop),
    ]
