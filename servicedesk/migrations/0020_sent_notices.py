from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Built beside the running house: a large table is not locked meanwhile.
    atomic = False

    dependencies = [
        ("servicedesk", "0019_pauses_end"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("sent_at__isnull", False), models.Q(("channel", "in_app"), _negated=True)),
                fields=["channel", "sent_at"],
                name="notification_sent",
            ),
        ),
    ]
