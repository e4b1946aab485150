"""People in the order of their names."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0004_directory_entries")]

    operations = [migrations.AddIndex("party", models.Index(fields=["name"], name="party_name"))]
