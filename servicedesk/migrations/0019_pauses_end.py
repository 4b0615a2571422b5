from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models

from servicedesk.migrations._counters import STALE

# What stands still already is looked at a day from now, as a pause without an expected end.
PAUSED = """
UPDATE servicedesk_slaclock
SET pause_ends_at = now() + interval '1 day', next_fire_at = now() + interval '1 day', next_level = 'pause'
WHERE state = 'paused' AND stopped_at IS NULL
"""


class Migration(migrations.Migration):
    # Built and checked beside the running house: a large table is not locked meanwhile.
    atomic = False

    dependencies = [
        ("servicedesk", "0018_promises_kept"),
    ]

    operations = [
        ValidateConstraint(model_name="slaclock", name="clock_kind_known"),
        ValidateConstraint(model_name="ticket", name="ticket_channel_known"),
        AddIndexConcurrently(
            model_name="slaclock",
            index=models.Index(
                condition=models.Q(("pause_ends_at__isnull", False)),
                fields=["pause_ends_at", "ticket"],
                name="clock_pause_ends",
            ),
        ),
        migrations.RunSQL(PAUSED, migrations.RunSQL.noop),
        # Two more kinds of clocks have moved the places of the counts.
        migrations.RunSQL(STALE, STALE),
    ]
