import datetime as dt

import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("servicedesk", "0014_channel_indexes"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="calendarday",
            options={
                "ordering": ["day", "effective_from", "id"],
                "verbose_name": "calendar day",
                "verbose_name_plural": "calendar days",
            },
        ),
        migrations.AlterModelOptions(
            name="calendarversion",
            options={
                "ordering": ["calendar", "effective_from", "id"],
                "verbose_name": "calendar version",
                "verbose_name_plural": "calendar versions",
            },
        ),
        migrations.RemoveConstraint(
            model_name="calendarday",
            name="day_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="calendarversion",
            name="one_version_per_instant",
        ),
        migrations.AddField(
            model_name="calendarday",
            name="actor",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="recorded by",
            ),
        ),
        migrations.AddField(
            model_name="calendarday",
            name="calendar",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="days",
                to="servicedesk.workcalendar",
                verbose_name="calendar",
            ),
        ),
        # What is known today has always been so; from now on a day counts from the instant it is recorded for.
        migrations.AddField(
            model_name="calendarday",
            name="effective_from",
            field=models.DateTimeField(
                default=dt.datetime(2000, 1, 1, 0, 0, tzinfo=dt.UTC), verbose_name="effective from"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="calendarday",
            name="recorded_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="recorded"),
        ),
        migrations.AddField(
            model_name="calendarday",
            name="windows",
            field=models.JSONField(blank=True, default=list, verbose_name="windows"),
        ),
        migrations.AddField(
            model_name="calendarversion",
            name="actor",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="recorded by",
            ),
        ),
        migrations.AddField(
            model_name="calendarversion",
            name="recorded_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="recorded"),
        ),
        migrations.AlterField(
            model_name="calendarday",
            name="day",
            field=models.DateField(verbose_name="day"),
        ),
        migrations.AlterField(
            model_name="calendarday",
            name="kind",
            field=models.CharField(
                choices=[
                    ("holiday", "Public holiday"),
                    ("makeup", "Make-up workday"),
                    ("special", "Special hours"),
                    ("withdrawn", "Withdrawn"),
                ],
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="calendarday",
            name="effective_from",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), verbose_name="effective from"
            ),
        ),
        migrations.AddIndex(
            model_name="calendarday",
            index=models.Index(fields=["day"], name="calendar_day_day"),
        ),
        migrations.AddIndex(
            model_name="calendarversion",
            index=models.Index(fields=["calendar", "effective_from"], name="calendar_version_instant"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="calendarday",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="6fc58525da9f25ede3bf9ba5f467f5762baad0b3",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_378a7",
                    table="servicedesk_calendarday",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="calendarversion",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="22220a646461fd9754d9480b431d2ec74f0f932f",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_fc6cc",
                    table="servicedesk_calendarversion",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="calendarday",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("calendar", None), ("kind__in", ["holiday", "makeup", "withdrawn"])),
                    models.Q(("calendar__isnull", False), ("kind__in", ["special", "withdrawn"])),
                    _connector="OR",
                ),
                name="day_kind_known",
            ),
        ),
    ]
