import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("servicedesk", "0006_care_and_consent"),
        ("visits", "0002_called_off"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CarePlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name_zh", models.CharField(max_length=60, verbose_name="Chinese name")),
                ("name_en", models.CharField(max_length=60, verbose_name="English name")),
                (
                    "occasion",
                    models.CharField(
                        choices=[
                            ("exception", "Closing of a ticket with an exception"),
                            ("praise", "Praise"),
                            ("known_day", "A day the customer named"),
                        ],
                        max_length=10,
                        verbose_name="occasion",
                    ),
                ),
                ("days", models.SmallIntegerField(help_text="Negative: before it.", verbose_name="days after it")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "care plan",
                "verbose_name_plural": "care plans",
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("days__range", (-365, 365))), name="care_plan_within_a_year"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("occasion", "known_day"), ("days__gte", 0), _connector="OR"),
                        name="care_plan_before_known_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DailyRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("job", models.SlugField(max_length=30, verbose_name="job")),
                ("day", models.DateField(verbose_name="day")),
                ("at", models.DateTimeField(verbose_name="ran")),
                ("found", models.PositiveIntegerField(default=0, verbose_name="found")),
            ],
            options={
                "verbose_name": "daily run",
                "verbose_name_plural": "daily runs",
                "constraints": [models.UniqueConstraint(fields=("job", "day"), name="one_run_per_job_and_day")],
            },
        ),
        migrations.CreateModel(
            name="CareEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("visit", "Visit of staff"), ("gift", "Gift"), ("greeting", "Greeting")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("note", models.CharField(max_length=300, verbose_name="what was done")),
                ("at", models.DateTimeField(verbose_name="when")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="care_events",
                        to="servicedesk.ticket",
                        verbose_name="ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "care event",
                "verbose_name_plural": "care events",
                "ordering": ["at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("note", ""), _negated=True), name="care_event_says_what"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CareCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_on", models.DateField(verbose_name="due on")),
                ("made_at", models.DateTimeField(verbose_name="found")),
                (
                    "callback",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="care_call",
                        to="visits.callback",
                        verbose_name="callback",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="care_calls",
                        to="servicedesk.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="care_calls",
                        to="servicedesk.ticket",
                        verbose_name="ticket",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="visits.careplan",
                        verbose_name="care plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "care call",
                "verbose_name_plural": "care calls",
                "ordering": ["due_on", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "ticket"), name="one_care_call_per_plan_and_ticket")
                ],
            },
        ),
        migrations.CreateModel(
            name="DelightStory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=80, verbose_name="title")),
                ("text", models.TextField(max_length=2000, verbose_name="story")),
                ("beyond", models.CharField(max_length=300, verbose_name="what was beyond duty")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Proposed"),
                            ("approved", "Approved"),
                            ("published", "Published"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("proposed_at", models.DateTimeField(verbose_name="proposed")),
                ("approved_at", models.DateTimeField(null=True, verbose_name="approved")),
                ("published_at", models.DateTimeField(null=True, verbose_name="published")),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="approved by",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stories",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stories",
                        to="servicedesk.ticket",
                        verbose_name="ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "delight story",
                "verbose_name_plural": "delight stories",
                "ordering": ["-proposed_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "withdrawn"), _negated=True),
                        fields=("ticket",),
                        name="one_living_story_per_ticket",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            models.Q(("approved_at__isnull", False), ("published_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="published_story_was_approved",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitCustody",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("with_us", "With us"), ("returned", "Returned")],
                        default="with_us",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("picked_up_at", models.DateTimeField(verbose_name="picked up")),
                ("condition", models.CharField(max_length=300, verbose_name="condition at pick-up")),
                ("accessories", models.CharField(blank=True, max_length=300, verbose_name="accessories")),
                ("given_by", models.CharField(blank=True, max_length=60, verbose_name="handed over by")),
                ("returned_at", models.DateTimeField(null=True, verbose_name="returned")),
                ("return_condition", models.CharField(blank=True, max_length=300, verbose_name="condition at return")),
                ("received_by", models.CharField(blank=True, max_length=60, verbose_name="taken back by")),
                (
                    "appliance",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="custodies",
                        to="servicedesk.appliance",
                        verbose_name="appliance",
                    ),
                ),
                (
                    "picked_up_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="picked up by",
                    ),
                ),
                (
                    "picked_up_visit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pickups",
                        to="visits.visit",
                        verbose_name="visit of the pick-up",
                    ),
                ),
                (
                    "returned_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="returned by",
                    ),
                ),
                (
                    "returned_visit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="visits.visit",
                        verbose_name="visit of the return",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="custodies",
                        to="servicedesk.ticket",
                        verbose_name="ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "unit in our hands",
                "verbose_name_plural": "units in our hands",
                "ordering": ["picked_up_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "with_us")),
                        fields=("ticket",),
                        name="one_unit_with_us_per_ticket",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("returned_at", None), ("state", "with_us")),
                            models.Q(("returned_at__gte", models.F("picked_up_at")), ("state", "returned")),
                            _connector="OR",
                        ),
                        name="returned_unit_has_instant",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("condition", ""), _negated=True), name="picked_up_unit_has_condition"
                    ),
                ],
            },
        ),
    ]
