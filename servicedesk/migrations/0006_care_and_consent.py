from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def mark_carry_in(apps: Any, _editor: Any) -> None:
    """The catalogue's loader leaves existing rows alone, so what it would now write is written here."""
    apps.get_model("servicedesk", "ProductCategory").objects.filter(code="mobile_phone").update(is_carry_in=True)


class Migration(migrations.Migration):
    dependencies = [
        ("servicedesk", "0005_exports"),
    ]

    operations = [
        migrations.AddField(
            model_name="outlet",
            name="takes_automatically",
            field=models.BooleanField(default=False, verbose_name="sent to automatically"),
        ),
        migrations.AddField(
            model_name="productcategory",
            name="is_carry_in",
            field=models.BooleanField(default=False, verbose_name="carry-in product"),
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(
                        choices=[("health", "Keep a note about health"), ("story", "Tell the story without the name")],
                        max_length=10,
                        verbose_name="purpose",
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("phone", "Said on the phone"),
                            ("at_home", "Said at home"),
                            ("written", "In writing"),
                        ],
                        max_length=10,
                        verbose_name="how it was given",
                    ),
                ),
                ("given_at", models.DateTimeField(verbose_name="given")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="withdrawn")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="servicedesk.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="withdrawal recorded by",
                    ),
                ),
            ],
            options={
                "verbose_name": "consent",
                "verbose_name_plural": "consents",
                "ordering": ["given_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="CareNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("health", "Health"),
                            ("surgery", "Operation or treatment"),
                            ("mobility", "Hard of moving, seeing or hearing"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("text", models.TextField(max_length=500, verbose_name="note")),
                ("known_day", models.DateField(blank=True, null=True, verbose_name="known day")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="care_notes",
                        to="servicedesk.ticket",
                        verbose_name="ticket",
                    ),
                ),
                (
                    "consent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="servicedesk.consent",
                        verbose_name="consent",
                    ),
                ),
            ],
            options={
                "verbose_name": "care note",
                "verbose_name_plural": "care notes",
                "ordering": ["recorded_at", "id"],
            },
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at", None)),
                fields=("customer", "purpose"),
                name="one_living_consent_per_purpose",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_at", None), ("withdrawn_at__gte", models.F("given_at")), _connector="OR"
                ),
                name="consent_in_order",
            ),
        ),
        migrations.AddIndex(
            model_name="carenote",
            index=models.Index(
                condition=models.Q(("known_day", None), _negated=True),
                fields=["known_day"],
                name="care_note_known_day",
            ),
        ),
        migrations.RunPython(mark_carry_in, migrations.RunPython.noop),
    ]
