"""What pages say is found by its words."""

from django.db import migrations

from backline.documents.text_index import OF


def create(apps, schema_editor):
    for statement in OF[schema_editor.connection.vendor].CREATE:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    for statement in OF[schema_editor.connection.vendor].DROP:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_codes")]

    operations = [migrations.RunPython(create, drop)]
