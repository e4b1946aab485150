import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0007_retention"),
        ("people", "0004_directory_entries"),
    ]

    operations = [
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("by", models.CharField(max_length=64)),
                ("by_name", models.CharField(blank=True, default="", max_length=200)),
                ("reason", models.CharField(max_length=300)),
                ("at", models.DateTimeField()),
                ("moved", models.JSONField(default=dict)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("undone_by", models.CharField(blank=True, default="", max_length=64)),
                ("undone_reason", models.CharField(blank=True, default="", max_length=300)),
                (
                    "gone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="merged_into", to="people.party"
                    ),
                ),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="merges", to="people.party"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)), fields=("gone",), name="merge_gone_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kept", models.F("gone")), _negated=True), name="merge_of_two"
                    ),
                ],
            },
        ),
    ]
