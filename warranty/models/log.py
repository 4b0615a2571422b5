"""The legal repair log of an appliance."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import Appliance
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
