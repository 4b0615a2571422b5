from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Built beside the running house: a large table is not locked meanwhile.
    atomic = False

    dependencies = [
        ("servicedesk", "0011_ideas_and_articles"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("excluded_from_measures", True)), fields=["id"], name="ticket_not_measured"
            ),
        ),
    ]
