"""An exchange or a refund on its way: what the customer chose, who approved it, what was handed over and paid."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.catalogue.models import Appliance
from servicedesk.history import APPEND_ONLY
from servicedesk.tickets.models import Ticket
from warranty.models.decisions import Decision, DecisionOverride

STAFF = settings.AUTH_USER_MODEL
LIVING = ("chosen", "approved")


class RemedyKind(models.TextChoices):
    """What a customer can choose beside the repair; the codes are those of the entitlements."""

    EXCHANGE = "exchange", _("Exchange for the same model")
    REFUND = "refund", _("Refund of the whole price")
    REDUCED = "refund_less_depreciation", _("Refund less depreciation")


class ApprovalRule(models.Model):
    """Up to which sum whose approval is enough, from a day on: beyond the manager's limit two managers decide."""

    effective_from = models.DateField(_("in force from"), unique=True)
    supervisor_limit = models.DecimalField(_("a supervisor up to, in yuan"), max_digits=10, decimal_places=2)
    manager_limit = models.DecimalField(_("a manager alone up to, in yuan"), max_digits=10, decimal_places=2)
    set_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("set by"))
    set_at = models.DateTimeField(_("set"))

    class Meta:
        verbose_name = _("limits of approval")
        verbose_name_plural = _("limits of approval")
        ordering: ClassVar = ["-effective_from"]
        triggers: ClassVar = [APPEND_ONLY]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(supervisor_limit__gte=0, manager_limit__gte=models.F("supervisor_limit")),
                name="approval_limits_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.effective_from}"


class RemedyCase(models.Model):
    """One exchange or refund from the customer's choice to the last step; an appliance has one at a time."""

    class State(models.TextChoices):
        CHOSEN = "chosen", pgettext_lazy("remedy state", "To approve")
        APPROVED = "approved", pgettext_lazy("remedy state", "To carry out")
        DONE = "done", pgettext_lazy("remedy state", "Done")
        REFUSED = "refused", pgettext_lazy("remedy state", "Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("remedy state", "Withdrawn")

    class How(models.TextChoices):
        """How the customer said what he chose."""

        PHONE = "phone", _("On the phone")
        IN_PERSON = "in_person", _("In person")
        WRITING = "writing", _("In writing")

    class PaidHow(models.TextChoices):
        ORIGINAL = "original", _("The way it was paid")
        BANK = "bank", _("Bank transfer")
        WECHAT = "wechat", _("WeChat Pay")
        ALIPAY = "alipay", _("Alipay")
        CASH = "cash", _("Cash")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="remedies", verbose_name=_("ticket"))
    appliance = models.ForeignKey(Appliance, models.PROTECT, related_name="remedies", verbose_name=_("appliance"))
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="remedies", verbose_name=_("verdict"))
    override = models.ForeignKey(
        DecisionOverride, models.PROTECT, null=True, related_name="remedies", verbose_name=_("override")
    )
    kind = models.CharField(_("remedy"), max_length=24, choices=RemedyKind.choices)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.CHOSEN)
    # What the approval is about: the sum to be paid back, for an exchange the price of the unit.
    worth = models.DecimalField(_("worth in yuan"), max_digits=10, decimal_places=2)
    # What is paid back; a reduced refund gets its last fen on the day the unit comes back.
    amount = models.DecimalField(_("to be paid back in yuan"), max_digits=10, decimal_places=2, null=True)
    choice_how = models.CharField(_("how the customer chose"), max_length=10, choices=How.choices)
    choice_words = models.CharField(_("in the customer's words"), max_length=300, blank=True)
    chosen_at = models.DateTimeField(_("chosen"))
    chosen_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by"))
    new_appliance = models.OneToOneField(
        Appliance, models.PROTECT, null=True, related_name="came_by", verbose_name=_("new unit")
    )
    handed_over_on = models.DateField(_("new unit handed over"), null=True)
    paid_on = models.DateField(_("paid back"), null=True)
    paid_how = models.CharField(_("paid by"), max_length=10, choices=PaidHow.choices, blank=True)
    payment_reference = models.CharField(_("reference of the payment"), max_length=60, blank=True)
    old_back_on = models.DateField(_("old unit back"), null=True)
    old_condition = models.CharField(_("condition of the old unit"), max_length=300, blank=True)
    old_left_because = models.CharField(_("old unit stays with the customer because"), max_length=300, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    end_reason = models.CharField(_("reason"), max_length=300, blank=True)
    row_version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("exchange or refund")
        verbose_name_plural = _("exchanges and refunds")
        ordering: ClassVar = ["-chosen_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=["chosen", "approved", "done", "refused", "withdrawn"]),
                name="remedy_state_known",
            ),
            models.UniqueConstraint(
                fields=["appliance"], condition=models.Q(state__in=LIVING), name="one_living_remedy_per_appliance"
            ),
            models.UniqueConstraint(
                fields=["ticket"], condition=models.Q(state__in=LIVING), name="one_living_remedy_per_ticket"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=LIVING, ended_at=None)
                | models.Q(state__in=["done", "refused", "withdrawn"], ended_at__isnull=False),
                name="ended_remedy_has_instant",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="done")
                | (
                    (
                        models.Q(kind="exchange", new_appliance__isnull=False)
                        | models.Q(paid_on__isnull=False, amount__gt=0)
                    )
                    & (models.Q(old_back_on__isnull=False) | ~models.Q(old_left_because=""))
                ),
                name="done_remedy_is_carried_out",
            ),
            models.CheckConstraint(condition=models.Q(worth__gt=Decimal(0)), name="remedy_worth_positive"),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "-chosen_at", "-id"], name="remedy_by_state")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.state}"

    @property
    def is_living(self) -> bool:
        """Whether something is still to be done for it."""
        return self.state in LIVING

    @property
    def is_exchange(self) -> bool:
        """Whether the customer gets another unit, and no money."""
        return self.kind == RemedyKind.EXCHANGE

    @property
    def is_given(self) -> bool:
        """Whether the customer has what he chose: the new unit or his money."""
        return self.new_appliance_id is not None if self.is_exchange else self.paid_on is not None

    @property
    def old_is_settled(self) -> bool:
        """Whether the old unit is back, or stays with the customer for a reason."""
        return self.old_back_on is not None or bool(self.old_left_because)


class RemedyApproval(models.Model):
    """One person's answer to an exchange or refund."""

    remedy = models.ForeignKey(RemedyCase, models.PROTECT, related_name="approvals", verbose_name=_("remedy"))
    approved = models.BooleanField(_("approved"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    by = models.ForeignKey(STAFF, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering: ClassVar = ["id"]
        triggers: ClassVar = [APPEND_ONLY]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["remedy", "by"], name="one_answer_per_person"),
            models.CheckConstraint(
                condition=models.Q(approved=True) | ~models.Q(reason=""), name="refused_remedy_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.remedy_id} {self.approved}"
