import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# What stood in the rules before it stood in the data: nothing was finished that could be shown, explained or inspected,
# and who sends the work away may also refuse to sign.
EXCUSED = """
UPDATE visits_checklistitem SET excused = '["needs_part", "needs_another_visit", "refused_by_customer"]'
WHERE code IN ('3.2', '3.3', '5.5');
UPDATE visits_checklistitem SET excused = '["refused_by_customer"]' WHERE code = '2.2';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("visits", "0005_kept_units"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="checklistitem",
            name="excused",
            field=models.JSONField(blank=True, default=list, verbose_name="not asked for after"),
        ),
        migrations.AddField(
            model_name="checklistitem",
            name="high",
            field=models.DecimalField(
                blank=True, decimal_places=3, max_digits=10, null=True, verbose_name="kept up to"
            ),
        ),
        migrations.AddField(
            model_name="checklistitem",
            name="least",
            field=models.DecimalField(
                blank=True, decimal_places=3, max_digits=10, null=True, verbose_name="measurable from"
            ),
        ),
        migrations.AddField(
            model_name="checklistitem",
            name="low",
            field=models.DecimalField(
                blank=True, decimal_places=3, max_digits=10, null=True, verbose_name="kept from"
            ),
        ),
        migrations.AddField(
            model_name="checklistitem",
            name="most",
            field=models.DecimalField(
                blank=True, decimal_places=3, max_digits=10, null=True, verbose_name="measurable up to"
            ),
        ),
        migrations.AddField(
            model_name="checklistitem",
            name="options",
            field=models.JSONField(blank=True, default=list, verbose_name="options"),
        ),
        migrations.AddField(
            model_name="checklistitem",
            name="required_when",
            field=models.JSONField(blank=True, default=dict, verbose_name="required when"),
        ),
        migrations.AddField(
            model_name="checklistitem",
            name="shown_when",
            field=models.JSONField(blank=True, default=dict, verbose_name="shown when"),
        ),
        migrations.AddField(
            model_name="checklistitem",
            name="unit",
            field=models.CharField(blank=True, max_length=12, verbose_name="unit"),
        ),
        migrations.AddField(
            model_name="checklisttemplate",
            name="categories",
            field=models.JSONField(blank=True, default=list, verbose_name="product categories"),
        ),
        migrations.AddField(
            model_name="checklisttemplate",
            name="kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("repair", "Repair"),
                    ("install", "Installation"),
                    ("maintenance", "Maintenance"),
                    ("consultation", "Consultation"),
                    ("suggestion", "Suggestion"),
                    ("complaint", "Complaint"),
                    ("praise", "Praise"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.AddField(
            model_name="checklisttemplate",
            name="retired_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="retired"),
        ),
        migrations.AddField(
            model_name="checklistversion",
            name="note",
            field=models.CharField(blank=True, max_length=300, verbose_name="reason of the change"),
        ),
        migrations.AddField(
            model_name="checklistversion",
            name="published_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="published"),
        ),
        migrations.AddField(
            model_name="checklistversion",
            name="published_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="published by",
            ),
        ),
        migrations.AddField(
            model_name="checklistversion",
            name="row_version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="photo",
            name="item",
            field=models.CharField(blank=True, max_length=8, verbose_name="checklist item"),
        ),
        migrations.AlterField(
            model_name="answer",
            name="proof",
            field=models.CharField(blank=True, max_length=300, verbose_name="proof"),
        ),
        migrations.AlterField(
            model_name="checklistitem",
            name="group",
            field=models.CharField(
                choices=[
                    ("safety", "Safety on site"),
                    ("one_certificate", "One certificate"),
                    ("two_disclosures", "Two disclosures"),
                    ("three_completions", "Three completions"),
                    ("four_no_accepts", "Four no-accepts"),
                    ("five_ones", "Five ones"),
                    ("work", "Work on the product"),
                ],
                max_length=20,
                verbose_name="group",
            ),
        ),
        migrations.AlterField(
            model_name="checklistitem",
            name="proof",
            field=models.CharField(
                choices=[
                    ("tick", "Tick"),
                    ("certificate", "Certificate number"),
                    ("price_list", "Price list version"),
                    ("signature", "Signature and opinion"),
                    ("reading", "Tick, reading or photo"),
                    ("statement", "Statement; a yes is a violation"),
                    ("inspection", "Inspection record"),
                    ("text", "Text"),
                    ("number", "Number with limits"),
                    ("choice", "Choice"),
                    ("photo", "Photo"),
                ],
                max_length=12,
                verbose_name="proof",
            ),
        ),
        migrations.AlterField(
            model_name="checklistversion",
            name="effective_from",
            field=models.DateTimeField(blank=True, null=True, verbose_name="effective from"),
        ),
        migrations.AddConstraint(
            model_name="checklisttemplate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("retired_at", None)),
                fields=("occasion", "kind", "categories"),
                name="one_checklist_for_each_use",
            ),
        ),
        migrations.AddConstraint(
            model_name="checklistversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("effective_from", None)), fields=("template",), name="one_draft_per_checklist"
            ),
        ),
        migrations.RunSQL(EXCUSED, migrations.RunSQL.noop),
    ]
