from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Built beside the running house: nobody waits for a large table.
    atomic = False

    dependencies = [
        ("dispatch", "0009_board_views"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="assignment",
            index=models.Index(
                models.F("technician"),
                models.F("span__endswith"),
                condition=models.Q(("state__in", ["offered", "accepted", "done"])),
                name="time_of_technician",
            ),
        ),
        AddIndexConcurrently(
            model_name="shift",
            index=models.Index(models.F("technician"), models.F("span__endswith"), name="hours_of_technician"),
        ),
    ]
