from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("servicedesk", "0023_refunded"),
        ("visits", "0004_calling"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="unitcustody",
            name="returned_unit_has_instant",
        ),
        migrations.AlterField(
            model_name="unitcustody",
            name="state",
            field=models.CharField(
                choices=[("with_us", "With us"), ("returned", "Returned"), ("kept", "Kept")],
                default="with_us",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="visit",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("fixed", "Fixed"),
                    ("no_fault_found", "No fault found"),
                    ("replaced", "Replaced"),
                    ("refunded", "Refunded"),
                    ("refused_by_customer", "Refused by the customer"),
                    ("needs_part", "Needs a part"),
                    ("needs_another_visit", "Needs another visit"),
                    ("taken_to_workshop", "Taken to the workshop"),
                ],
                max_length=20,
                verbose_name="outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitcustody",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("returned_at", None), ("state", "with_us")),
                    models.Q(("returned_at__gte", models.F("picked_up_at")), ("state__in", ["returned", "kept"])),
                    _connector="OR",
                ),
                name="returned_unit_has_instant",
            ),
        ),
    ]
