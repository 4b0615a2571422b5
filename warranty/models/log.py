"""The legal repair log of an appliance, and the days on which a repair waited."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.catalogue.models import Appliance
from servicedesk.history import APPEND_ONLY
from servicedesk.tickets.models import Ticket, TicketState

STAFF = settings.AUTH_USER_MODEL
# Lines are struck out or closed, never taken away.
KEPT = pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)


class RepairQuerySet(models.QuerySet["RepairRecord"]):
    """Reading the log."""

    def counting(self) -> "RepairQuerySet":
        """The lines the rules count: not struck out, and proven where the repair was done elsewhere."""
        return self.filter(strike=None).exclude(pk__in=self.unproven())

    def unproven(self) -> "RepairQuerySet":
        """Repairs done elsewhere that the customer only told of."""
        return self.filter(source=RepairRecord.Source.ELSEWHERE, strike=None, proofs=None)


class RepairRecord(models.Model):
    """A line of the legal repair log; written by completed visits, or by hand for a repair done elsewhere.

    An open line takes its end once and is frozen then; a wrong one is struck out and stays readable.
    """

    class Kind(models.TextChoices):
        WARRANTY = "warranty", _("Under guarantee")
        PAID = "paid", _("Paid")
        NO_FAULT = "nofault", _("No fault found")

    class Source(models.TextChoices):
        VISIT = "visit", pgettext_lazy("source of a repair", "Our own")
        ELSEWHERE = "elsewhere", pgettext_lazy("source of a repair", "Elsewhere")

    appliance = models.ForeignKey(Appliance, models.PROTECT, related_name="repairs", verbose_name=_("appliance"))
    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, blank=True, related_name="repair_records", verbose_name=_("ticket")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    handed_over_on = models.DateField(_("handed over"))
    returned_on = models.DateField(_("returned"), null=True, blank=True)
    fault_group = models.SlugField(_("fault group"), max_length=40, blank=True)
    work = models.CharField(_("work done"), max_length=500, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.VISIT)
    repairer = models.CharField(_("repaired by"), max_length=80, blank=True)
    recorded_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded"), null=True)

    objects = RepairQuerySet.as_manager()

    class Meta:
        verbose_name = _("repair record")
        verbose_name_plural = _("repair records")
        ordering: ClassVar = ["handed_over_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(returned_on__isnull=True) | models.Q(returned_on__gte=models.F("handed_over_on")),
                name="repair_days_in_order",
            ),
            models.CheckConstraint(
                condition=~models.Q(source="elsewhere") | ~models.Q(repairer=""), name="repair_elsewhere_by_somebody"
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="frozen_when_closed",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__returned_on__isnull=False),
            ),
            KEPT,
        ]

    def __str__(self) -> str:
        return f"{self.appliance_id} {self.handed_over_on}"

    @property
    def state(self) -> str:
        """How the line stands, as the transition table calls it: open, returned or struck."""
        if hasattr(self, "strike"):
            return "struck"
        return "open" if self.returned_on is None else "returned"

    @property
    def counts(self) -> bool:
        """Whether the rules count it, as `RepairQuerySet.counting` says for many."""
        return not hasattr(self, "strike") and (self.source != self.Source.ELSEWHERE or self.proofs.exists())


class WaitQuerySet(models.QuerySet["PartsWait"]):
    """Reading the ledger of waits."""

    def of(self, appliance: Appliance) -> "WaitQuerySet":
        """Every wait of the appliance, those of its tickets included."""
        return self.filter(models.Q(appliance=appliance) | models.Q(ticket__appliance=appliance))

    def counting(self) -> "WaitQuerySet":
        """The waits the rules count: neither struck out nor of a ticket that was cancelled."""
        return self.filter(strike=None).exclude(ticket__state=TicketState.CANCELLED)


class PartsWait(models.Model):
    """Days on which a repair waited: for parts, or through the repairer's own cause (R458 art. 12).

    It belongs to the appliance of its ticket, or to an appliance without a ticket of ours.
    """

    class Cause(models.TextChoices):
        NO_PARTS = "no_parts", _("No parts")
        REPAIRER = "repairer", _("The repairer's own delay")

    class Source(models.TextChoices):
        CLOCK = "clock", _("Pause of the clocks")
        HAND = "hand", _("By hand")

    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, blank=True, related_name="parts_waits", verbose_name=_("ticket")
    )
    appliance = models.ForeignKey(
        Appliance, models.PROTECT, null=True, blank=True, related_name="parts_waits", verbose_name=_("appliance")
    )
    cause = models.CharField(_("cause"), max_length=10, choices=Cause.choices)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    part = models.CharField(_("part"), max_length=120, blank=True)
    since = models.DateField(_("since"))
    promised_on = models.DateField(_("promised for"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    opened_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by"))
    opened_at = models.DateTimeField(_("recorded"))
    ended_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("ended by"))
    # The day on which its rights were looked at last.
    looked_on = models.DateField(null=True)

    objects = WaitQuerySet.as_manager()

    class Meta:
        verbose_name = _("parts wait")
        verbose_name_plural = _("parts waiting")
        ordering: ClassVar = ["since", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ticket__isnull=True) ^ models.Q(appliance__isnull=True), name="wait_of_one_thing"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True) | models.Q(ended_on__gte=models.F("since")),
                name="wait_days_in_order",
            ),
            models.UniqueConstraint(
                fields=["ticket", "cause"], condition=models.Q(ended_on=None), name="ticket_waits_once"
            ),
            models.UniqueConstraint(
                fields=["appliance", "cause"], condition=models.Q(ended_on=None), name="appliance_waits_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["since"], condition=models.Q(ended_on=None), name="wait_open"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="frozen_when_ended",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_on__isnull=False),
            ),
            pgtrigger.ReadOnly(
                name="begun_as_it_was",
                fields=["ticket", "appliance", "cause", "source", "since", "opened_by", "opened_at"],
            ),
            KEPT,
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id or self.appliance_id} {self.since}"

    @property
    def state(self) -> str:
        """How the wait stands, as the transition table calls it: open, ended or struck."""
        if hasattr(self, "strike"):
            return "struck"
        return "open" if self.ended_on is None else "ended"

    @property
    def unit(self) -> Appliance | None:
        """The appliance that waits; None where the ticket names none yet."""
        return self.appliance if self.ticket is None else self.ticket.appliance


class LogStrike(models.Model):
    """A line of the repair log, or a wait, struck out as wrong: it stays readable and no longer counts."""

    repair = models.OneToOneField(
        RepairRecord, models.PROTECT, null=True, related_name="strike", verbose_name=_("repair record")
    )
    wait = models.OneToOneField(
        PartsWait, models.PROTECT, null=True, related_name="strike", verbose_name=_("parts wait")
    )
    reason = models.CharField(_("reason"), max_length=200)
    struck_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    struck_at = models.DateTimeField(_("struck out"))

    class Meta:
        verbose_name = _("struck line")
        verbose_name_plural = _("struck lines")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(repair__isnull=True) ^ models.Q(wait__isnull=True), name="strike_of_one_line"
            )
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.repair_id or self.wait_id} {self.reason}"
