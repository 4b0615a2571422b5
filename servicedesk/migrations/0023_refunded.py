from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("servicedesk", "0022_marks_of_any_size"),
    ]

    operations = [
        migrations.AlterField(
            model_name="ticketfacts",
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
    ]
