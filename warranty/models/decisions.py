"""The verdicts of the three guarantees, each stored with what it rests on."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import Appliance
from servicedesk.history import APPEND_ONLY
from servicedesk.tickets.models import Ticket
from warranty.models.proofs import ProofPhoto


class Decision(models.Model):
    """A verdict as it was given: facts, edition of the rules, outcome, reasons. A new one supersedes it."""

    appliance = models.ForeignKey(Appliance, models.PROTECT, related_name="decisions", verbose_name=_("appliance"))
    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name=_("ticket")
    )
    as_of = models.DateField(_("as of"))
    edition = models.CharField(_("edition of the rules"), max_length=40)
    facts = models.JSONField(_("facts"))
    outcome = models.JSONField(_("outcome"))
    headline = models.SlugField(_("headline"), max_length=40)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("asked by")
    )
    decided_at = models.DateTimeField(_("decided"), db_default=Now())

    class Meta:
        verbose_name = _("guarantee decision")
        verbose_name_plural = _("guarantee decisions")
        ordering: ClassVar = ["-id"]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.appliance_id} {self.as_of} {self.headline}"


class DecisionOverride(models.Model):
    """What a person granted beside a verdict, why, and on what evidence. The verdict stays as it was given."""

    class Grants(models.TextChoices):
        REPAIR = "repair", _("Free repair")
        EXCHANGE = "exchange", _("Exchange for the same model")
        REFUND = "refund", _("Refund of the whole price")
        REDUCED = "refund_less_depreciation", _("Refund less depreciation")
        PAID_REPAIR = "paid_repair", _("Paid repair")

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="overrides", verbose_name=_("verdict"))
    grants = models.CharField(_("granted"), max_length=24, choices=Grants.choices)
    worth = models.DecimalField(_("worth in yuan"), max_digits=10, decimal_places=2)
    amount = models.DecimalField(_("to be paid back in yuan"), max_digits=10, decimal_places=2, null=True)
    reason = models.CharField(_("reason"), max_length=500)
    evidence = models.CharField(_("evidence"), max_length=500)
    proof = models.ForeignKey(
        ProofPhoto, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("photo of the evidence")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("override")
        verbose_name_plural = _("overrides")
        ordering: ClassVar = ["-id"]
        triggers: ClassVar = [APPEND_ONLY]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(reason="") & ~models.Q(evidence=""), name="override_has_reason_and_evidence"
            )
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.grants}"
