"""Conduct by the checklist is counted with the rest: one more measure moves the places of the counts, so every cell is
counted from the rows until it is settled.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from servicedesk.migrations._counters import FACTS, STALE


class Migration(migrations.Migration):
    # Built beside the running house: a large table is not locked meanwhile.
    atomic = False

    dependencies = [
        ("servicedesk", "0025_jobs_and_imports"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="ticketfacts",
            index=models.Index(
                condition=models.Q(("completed_at__isnull", False)), fields=["completed_at"], name="facts_completed"
            ),
        ),
        migrations.RunSQL(FACTS, migrations.RunSQL.noop),
        migrations.RunSQL(STALE, STALE),
    ]
