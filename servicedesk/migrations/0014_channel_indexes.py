from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Built beside the running house: a large table is not locked meanwhile.
    atomic = False

    dependencies = [
        ("servicedesk", "0013_channels"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("channel", "in_app"), ("sent_at", None)), fields=["id"], name="notification_untold"
            ),
        ),
        AddIndexConcurrently(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("outcome", ""), ("sent_at", None), models.Q(("channel", "in_app"), _negated=True)),
                fields=["channel", "id"],
                name="notification_outgoing",
            ),
        ),
        AddIndexConcurrently(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("channel", "in_app"), _negated=True),
                fields=["channel", "-id"],
                name="notification_log",
            ),
        ),
        RemoveIndexConcurrently(
            model_name="notification",
            name="notification_unsent",
        ),
    ]
