from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    # Looks at every line of the ledgers without keeping anybody from writing new ones.
    dependencies = [
        ("servicedesk", "0016_recompute"),
    ]

    operations = [ValidateConstraint(model_name="slasegment", name="segment_kind_known")]
