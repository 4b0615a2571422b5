import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import dispatch.models.windows


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0006_notes_withdrawn"),
        ("servicedesk", "0024_zone_shapes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WindowPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("district", models.CharField(blank=True, max_length=60, verbose_name="district")),
                ("start", models.DateTimeField(verbose_name="from")),
                ("end", models.DateTimeField(verbose_name="until")),
                ("minutes", models.PositiveSmallIntegerField(verbose_name="minutes of work")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("held", "Held"),
                            ("sold", "Sold"),
                            ("given_back", "Given back"),
                            ("expired", "Expired"),
                        ],
                        default="held",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("key", models.UUIDField()),
                ("held_at", models.DateTimeField(verbose_name="held")),
                ("expires_at", models.DateTimeField(null=True, verbose_name="held until")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="given back")),
                (
                    "category",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="servicedesk.productcategory",
                        verbose_name="category",
                    ),
                ),
                (
                    "held_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="held by",
                    ),
                ),
                (
                    "outlet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="window_places",
                        to="servicedesk.outlet",
                        verbose_name="outlet",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="window_places",
                        to="servicedesk.ticket",
                        verbose_name="ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "place in a window",
                "verbose_name_plural": "places in windows",
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["held", "sold"])),
                        fields=["outlet", "start"],
                        name="window_place_day",
                    ),
                    models.Index(
                        condition=models.Q(("state", "held")), fields=["expires_at"], name="window_place_holds"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start"))), name="window_place_in_order"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__range", (1, 720))), name="window_place_minutes"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("expires_at__isnull", False), ("state", "held"), ("ticket", None)),
                            models.Q(("state", "sold"), ("ticket__isnull", False)),
                            models.Q(("ended_at__isnull", False), ("state", "given_back")),
                            models.Q(("state", "expired"), ("ticket", None)),
                            _connector="OR",
                        ),
                        name="window_place_state_whole",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "held")), fields=("key",), name="one_held_place_per_key"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "sold")), fields=("ticket",), name="one_sold_place_per_ticket"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WindowPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("windows", models.JSONField(default=dispatch.models.windows.usual_windows, verbose_name="windows")),
                (
                    "emergency_percent",
                    models.PositiveSmallIntegerField(default=15, verbose_name="kept for emergencies, percent"),
                ),
                ("days_ahead", models.PositiveSmallIntegerField(default=5, verbose_name="days offered")),
                ("hold_minutes", models.PositiveSmallIntegerField(default=10, verbose_name="minutes a place is held")),
                (
                    "way_minutes",
                    models.PositiveSmallIntegerField(default=15, verbose_name="usual minutes between two jobs"),
                ),
                ("changes", models.PositiveSmallIntegerField(default=2, verbose_name="changes by the customer")),
                (
                    "notice_hours",
                    models.PositiveSmallIntegerField(
                        default=2, verbose_name="hours before the window until which a change is taken"
                    ),
                ),
                ("is_open", models.BooleanField(default=True, verbose_name="windows are promised")),
                ("row_version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "outlet",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="window_plan",
                        to="servicedesk.outlet",
                        verbose_name="outlet",
                    ),
                ),
            ],
            options={
                "verbose_name": "window plan",
                "verbose_name_plural": "window plans",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("changes__lte", 10),
                            ("days_ahead__range", (1, 14)),
                            ("emergency_percent__lte", 60),
                            ("hold_minutes__range", (1, 60)),
                            ("notice_hours__lte", 72),
                            ("way_minutes__lte", 120),
                        ),
                        name="window_plan_sensible",
                    )
                ],
            },
        ),
    ]
