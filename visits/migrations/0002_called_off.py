from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("visits", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="visit",
            name="abort_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("nobody_home", "Nobody home"),
                    ("refused", "Customer refused entry"),
                    ("unsafe", "Unsafe place"),
                    ("part_missing", "Part missing"),
                    ("called_off", "Called off"),
                ],
                max_length=14,
                verbose_name="aborted because",
            ),
        ),
    ]
