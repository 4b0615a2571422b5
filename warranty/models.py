"""The repair log of an appliance and the decisions of the three guarantees, each stored with what it rests on."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import Appliance
from servicedesk.history import APPEND_ONLY
from servicedesk.tickets.models import Ticket


class RepairRecord(models.Model):
    """A line of the legal repair log; written by completed visits, frozen once the repair is closed."""

    class Kind(models.TextChoices):
        WARRANTY = "warranty", _("Under guarantee")
        PAID = "paid", _("Paid")
        NO_FAULT = "nofault", _("No fault found")

    appliance = models.ForeignKey(Appliance, models.PROTECT, related_name="repairs", verbose_name=_("appliance"))
    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, blank=True, related_name="repair_records", verbose_name=_("ticket")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    handed_over_on = models.DateField(_("handed over"))
    returned_on = models.DateField(_("returned"), null=True, blank=True)
    fault_group = models.SlugField(_("fault group"), max_length=40, blank=True)
    work = models.CharField(_("work done"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("repair record")
        verbose_name_plural = _("repair records")
        ordering: ClassVar = ["handed_over_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(returned_on__isnull=True) | models.Q(returned_on__gte=models.F("handed_over_on")),
                name="repair_days_in_order",
            )
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="frozen_when_closed",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__returned_on__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.appliance_id} {self.handed_over_on}"


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
