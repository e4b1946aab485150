"""Cases by when they were opened and ended, tasks by who closed them, effects that are not done: found by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_one_case_goes_on_in_another")]

    operations = [
        migrations.AddIndex("case", models.Index(fields=["opened_at"], name="case_opened")),
        migrations.AddIndex("case", models.Index(fields=["type_key", "opened_at"], name="case_type_opened")),
        migrations.AddIndex(
            "case", models.Index(fields=["opened_at"], condition=models.Q(ended_at=None), name="case_not_ended")
        ),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["type_key", "state", "ended_at"],
                condition=models.Q(ended_at__isnull=False),
                name="case_type_ended",
            ),
        ),
        migrations.AddIndex(
            "want",
            models.Index(
                fields=["closed_by", "closed_at"],
                condition=models.Q(closed_at__isnull=False),
                name="want_closed_by",
            ),
        ),
        migrations.AddIndex(
            "effect",
            models.Index(
                fields=["planned_at"],
                condition=models.Q(("state", "done"), _negated=True),
                name="effect_not_done",
            ),
        ),
    ]
