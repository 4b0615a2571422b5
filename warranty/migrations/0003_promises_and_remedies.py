from decimal import Decimal

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("servicedesk", "0023_refunded"),
        ("warranty", "0002_proof_photos"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DecisionOverride",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "grants",
                    models.CharField(
                        choices=[
                            ("repair", "Free repair"),
                            ("exchange", "Exchange for the same model"),
                            ("refund", "Refund of the whole price"),
                            ("refund_less_depreciation", "Refund less depreciation"),
                            ("paid_repair", "Paid repair"),
                        ],
                        max_length=24,
                        verbose_name="granted",
                    ),
                ),
                ("worth", models.DecimalField(decimal_places=2, max_digits=10, verbose_name="worth in yuan")),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, max_digits=10, null=True, verbose_name="to be paid back in yuan"
                    ),
                ),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                ("evidence", models.CharField(max_length=500, verbose_name="evidence")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="overrides",
                        to="warranty.decision",
                        verbose_name="verdict",
                    ),
                ),
                (
                    "proof",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="warranty.proofphoto",
                        verbose_name="photo of the evidence",
                    ),
                ),
            ],
            options={
                "verbose_name": "override",
                "verbose_name_plural": "overrides",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="MakerPromise",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_zh", models.CharField(max_length=80, verbose_name="Chinese name")),
                ("name_en", models.CharField(max_length=80, verbose_name="English name")),
                ("brand", models.CharField(blank=True, max_length=40, verbose_name="brand")),
                (
                    "membership",
                    models.CharField(
                        blank=True,
                        choices=[("club", "Club card"), ("gift", "Gift card")],
                        max_length=10,
                        verbose_name="for holders of",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("whole_unit", "Free repair of the unit and its main parts"),
                            ("public_use", "Free repair for business buyers"),
                            ("repaired_part", "Free repair of a repaired part"),
                            ("depreciation", "Part of the depreciation only"),
                        ],
                        max_length=20,
                        verbose_name="promise",
                    ),
                ),
                ("months", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="months")),
                (
                    "main_part_months",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="months for main parts"),
                ),
                (
                    "percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=5,
                        null=True,
                        verbose_name="percent of the depreciation that is taken",
                    ),
                ),
                (
                    "from_production",
                    models.BooleanField(default=False, verbose_name="counts from the month after production"),
                ),
                ("sold_from", models.DateField(verbose_name="for goods sold from")),
                ("source", models.CharField(max_length=200, verbose_name="source")),
                ("made_at", models.DateTimeField(verbose_name="entered")),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="promises",
                        to="servicedesk.productcategory",
                        verbose_name="product",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered by",
                    ),
                ),
            ],
            options={
                "verbose_name": "promise beside the law",
                "verbose_name_plural": "promises beside the law",
                "ordering": ["-sold_from", "-id"],
            },
        ),
        migrations.CreateModel(
            name="MakerPromiseEnd",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sold_until", models.DateField(verbose_name="for goods sold until")),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("ended_at", models.DateTimeField(verbose_name="ended")),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ended by",
                    ),
                ),
                (
                    "promise",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="end",
                        to="warranty.makerpromise",
                        verbose_name="promise",
                    ),
                ),
            ],
            options={
                "verbose_name": "end of a promise",
                "verbose_name_plural": "ends of promises",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="RemedyCase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("exchange", "Exchange for the same model"),
                            ("refund", "Refund of the whole price"),
                            ("refund_less_depreciation", "Refund less depreciation"),
                        ],
                        max_length=24,
                        verbose_name="remedy",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("chosen", "To approve"),
                            ("approved", "To carry out"),
                            ("done", "Done"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="chosen",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("worth", models.DecimalField(decimal_places=2, max_digits=10, verbose_name="worth in yuan")),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, max_digits=10, null=True, verbose_name="to be paid back in yuan"
                    ),
                ),
                (
                    "choice_how",
                    models.CharField(
                        choices=[("phone", "On the phone"), ("in_person", "In person"), ("writing", "In writing")],
                        max_length=10,
                        verbose_name="how the customer chose",
                    ),
                ),
                ("choice_words", models.CharField(blank=True, max_length=300, verbose_name="in the customer's words")),
                ("chosen_at", models.DateTimeField(verbose_name="chosen")),
                ("handed_over_on", models.DateField(null=True, verbose_name="new unit handed over")),
                ("paid_on", models.DateField(null=True, verbose_name="paid back")),
                (
                    "paid_how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("original", "The way it was paid"),
                            ("bank", "Bank transfer"),
                            ("wechat", "WeChat Pay"),
                            ("alipay", "Alipay"),
                            ("cash", "Cash"),
                        ],
                        max_length=10,
                        verbose_name="paid by",
                    ),
                ),
                (
                    "payment_reference",
                    models.CharField(blank=True, max_length=60, verbose_name="reference of the payment"),
                ),
                ("old_back_on", models.DateField(null=True, verbose_name="old unit back")),
                (
                    "old_condition",
                    models.CharField(blank=True, max_length=300, verbose_name="condition of the old unit"),
                ),
                (
                    "old_left_because",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="old unit stays with the customer because"
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                ("end_reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                ("row_version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "appliance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="remedies",
                        to="servicedesk.appliance",
                        verbose_name="appliance",
                    ),
                ),
                (
                    "chosen_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="remedies",
                        to="warranty.decision",
                        verbose_name="verdict",
                    ),
                ),
                (
                    "new_appliance",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="came_by",
                        to="servicedesk.appliance",
                        verbose_name="new unit",
                    ),
                ),
                (
                    "override",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="remedies",
                        to="warranty.decisionoverride",
                        verbose_name="override",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="remedies",
                        to="servicedesk.ticket",
                        verbose_name="ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "exchange or refund",
                "verbose_name_plural": "exchanges and refunds",
                "ordering": ["-chosen_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="RemedyApproval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("approved", models.BooleanField(verbose_name="approved")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "remedy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="warranty.remedycase",
                        verbose_name="remedy",
                    ),
                ),
            ],
            options={
                "verbose_name": "approval",
                "verbose_name_plural": "approvals",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ApprovalRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("effective_from", models.DateField(unique=True, verbose_name="in force from")),
                (
                    "supervisor_limit",
                    models.DecimalField(decimal_places=2, max_digits=10, verbose_name="a supervisor up to, in yuan"),
                ),
                (
                    "manager_limit",
                    models.DecimalField(
                        decimal_places=2, max_digits=10, verbose_name="a manager alone up to, in yuan"
                    ),
                ),
                ("set_at", models.DateTimeField(verbose_name="set")),
                (
                    "set_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="set by",
                    ),
                ),
            ],
            options={
                "verbose_name": "limits of approval",
                "verbose_name_plural": "limits of approval",
                "ordering": ["-effective_from"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("manager_limit__gte", models.F("supervisor_limit")), ("supervisor_limit__gte", 0)
                        ),
                        name="approval_limits_in_order",
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="approvalrule",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="0015cfc3e5c51df8dbf4e5283c8a0313f6aad78e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_9e0ff",
                    table="warranty_approvalrule",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="decisionoverride",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("reason", ""), _negated=True), models.Q(("evidence", ""), _negated=True)),
                name="override_has_reason_and_evidence",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="decisionoverride",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="d7573dad65bf27c60e6ea2deb4986d6ba710ba4a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_75a0f",
                    table="warranty_decisionoverride",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="makerpromise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "depreciation"), ("percent__gte", 0), ("percent__lt", 100)),
                    models.Q(("kind", "whole_unit"), ("months__gt", 0)),
                    models.Q(("kind", "whole_unit"), ("main_part_months__gt", 0)),
                    models.Q(("kind__in", ["public_use", "repaired_part"]), ("months__gt", 0)),
                    _connector="OR",
                ),
                name="promise_says_how_much",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="makerpromise",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="59653847ca92439551c066c092d6ff1b1f9ed651",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_9bee9",
                    table="warranty_makerpromise",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="makerpromiseend",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="44db9c6fa62583dc4085e057a3a1f2459fe1aa57",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_c603f",
                    table="warranty_makerpromiseend",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="remedycase",
            index=models.Index(fields=["state", "-chosen_at", "-id"], name="remedy_by_state"),
        ),
        migrations.AddConstraint(
            model_name="remedycase",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["chosen", "approved", "done", "refused", "withdrawn"])),
                name="remedy_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="remedycase",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("chosen", "approved"))),
                fields=("appliance",),
                name="one_living_remedy_per_appliance",
            ),
        ),
        migrations.AddConstraint(
            model_name="remedycase",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("chosen", "approved"))),
                fields=("ticket",),
                name="one_living_remedy_per_ticket",
            ),
        ),
        migrations.AddConstraint(
            model_name="remedycase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("state__in", ("chosen", "approved"))),
                    models.Q(("ended_at__isnull", False), ("state__in", ["done", "refused", "withdrawn"])),
                    _connector="OR",
                ),
                name="ended_remedy_has_instant",
            ),
        ),
        migrations.AddConstraint(
            model_name="remedycase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "done"), _negated=True),
                    models.Q(
                        models.Q(
                            models.Q(("kind", "exchange"), ("new_appliance__isnull", False)),
                            models.Q(("amount__gt", 0), ("paid_on__isnull", False)),
                            _connector="OR",
                        ),
                        models.Q(
                            ("old_back_on__isnull", False),
                            models.Q(("old_left_because", ""), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="done_remedy_is_carried_out",
            ),
        ),
        migrations.AddConstraint(
            model_name="remedycase",
            constraint=models.CheckConstraint(
                condition=models.Q(("worth__gt", Decimal(0))), name="remedy_worth_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="remedyapproval",
            constraint=models.UniqueConstraint(fields=("remedy", "by"), name="one_answer_per_person"),
        ),
        migrations.AddConstraint(
            model_name="remedyapproval",
            constraint=models.CheckConstraint(
                condition=models.Q(("approved", True), models.Q(("reason", ""), _negated=True), _connector="OR"),
                name="refused_remedy_has_reason",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="remedyapproval",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="3b7b4c54bb0df1961d7d0228d6af52aaa2d06796",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_3cca3",
                    table="warranty_remedyapproval",
                    when="BEFORE",
                ),
            ),
        ),
    ]
