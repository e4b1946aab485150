"""A letter may come back by post."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0004_outages")]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="state",
            field=models.CharField(
                choices=[
                    ("queued", "Queued"),
                    ("sent", "Sent"),
                    ("failed", "Failed"),
                    ("bounced", "Bounced"),
                    ("returned", "Returned"),
                    ("to print", "To Print"),
                    ("printed", "Printed"),
                ],
                db_index=True,
                default="queued",
                max_length=10,
            ),
        )
    ]
