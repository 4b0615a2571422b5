"""The trigger that marks stale tallies for clocks: quick for any number of rows, whatever its session did first."""

from typing import ClassVar

from django.db import migrations

from servicedesk.migrations._counters import CLOCKS


class Migration(migrations.Migration):
    dependencies: ClassVar = [("servicedesk", "0021_look_back")]

    operations: ClassVar = [migrations.RunSQL(CLOCKS, migrations.RunSQL.noop)]
