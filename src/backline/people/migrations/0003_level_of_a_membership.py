from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_mandate_key'),
    ]

    operations = [
        migrations.AddField(
            model_name='membership',
            name='level',
            field=models.CharField(blank=True, default='', max_length=40),
        ),
    ]
