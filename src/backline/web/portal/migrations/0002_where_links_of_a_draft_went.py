from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="sent_to",
            field=models.JSONField(default=list, db_default=[]),
        ),
    ]
