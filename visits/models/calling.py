"""How customers are called: the hours and the ladder, a customer's own wish, which tickets are asked about again."""

from datetime import time
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.history import APPEND_ONLY
from servicedesk.people.models import Customer
from servicedesk.tickets.models import Ticket
from visits.models.aftercare import Callback

STAFF = settings.AUTH_USER_MODEL
# Whatever is set, nobody is rung before the first or from the second on; nights belong to the customer.
EARLIEST, LATEST = time(7), time(22)
MOST_ATTEMPTS, MOST_DAYS, LONGEST_REST = 6, 7, 12


class CallRules(models.Model):
    """Calling hours and ladder of the house. A change is a new row: the newest counts, the others are the record."""

    opens = models.TimeField(_("calls from"))
    closes = models.TimeField(_("calls until"))
    attempts = models.PositiveSmallIntegerField(_("attempts"))
    days = models.PositiveSmallIntegerField(_("spread over days"))
    rest_hours = models.PositiveSmallIntegerField(_("hours between two attempts"))
    note = models.CharField(_("reason of the change"), max_length=300, blank=True)
    changed_at = models.DateTimeField(_("changed"))
    changed_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("rules of calling")
        verbose_name_plural = _("rules of calling")
        ordering: ClassVar = ["-id"]
        triggers: ClassVar = [APPEND_ONLY]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(opens__gte=EARLIEST, closes__lte=LATEST, closes__gt=models.F("opens")),
                name="calling_hours_by_day",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    attempts__range=(1, MOST_ATTEMPTS), days__range=(1, MOST_DAYS), rest_hours__range=(1, LONGEST_REST)
                ),
                name="ladder_within_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}–{self.closes:%H:%M}"


class CallWish(models.Model):
    """How a customer wants to be reached, as said on a ticket. The newest row of a customer counts."""

    class Contact(models.TextChoices):
        CALL = "call", pgettext_lazy("contact wish", "May be called")
        MESSAGE = "message", pgettext_lazy("contact wish", "Messages only, no calls")
        NEVER = "never", pgettext_lazy("contact wish", "Neither calls nor messages")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="call_wishes", verbose_name=_("customer"))
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="call_wishes", verbose_name=_("said on ticket"))
    contact = models.CharField(_("how"), max_length=8, choices=Contact.choices, default=Contact.CALL)
    earliest = models.TimeField(_("not before"), null=True, blank=True)
    latest = models.TimeField(_("not after"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=30, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    at = models.DateTimeField(_("said"))
    by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by"))

    class Meta:
        verbose_name = _("wish of a customer")
        verbose_name_plural = _("wishes of customers")
        ordering: ClassVar = ["-id"]
        triggers: ClassVar = [APPEND_ONLY]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(contact__in=["call", "message", "never"]), name="wish_known"),
            models.CheckConstraint(
                condition=models.Q(earliest=None) | models.Q(latest=None) | models.Q(latest__gt=models.F("earliest")),
                name="wish_hours_in_order",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["customer", "-id"], name="wish_of_customer")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.contact}"


class SamplingRules(models.Model):
    """Which closed tickets are asked about once more, and how many a day. A change is a new row; the newest counts."""

    daily_cap = models.PositiveSmallIntegerField(_("calls a day at most"))
    # [{"code": "charge", "percent": 100, "weight": 30, "threshold": 500}, …] (visits.aftercare.sampling).
    rules = models.JSONField(_("rules"), default=list)
    note = models.CharField(_("reason of the change"), max_length=300, blank=True)
    changed_at = models.DateTimeField(_("changed"))
    changed_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("rules of sampling")
        verbose_name_plural = _("rules of sampling")
        ordering: ClassVar = ["-id"]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.pk} ({self.daily_cap})"


class QualitySample(models.Model):
    """A closed ticket that met rules of sampling on a day's draw: chosen with its call, or left out and why."""

    class LeftOut(models.TextChoices):
        CAP = "cap", pgettext_lazy("left out", "The day's calls were used up")
        WISH = "wish", pgettext_lazy("left out", "The customer does not want to be called")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="quality_samples", verbose_name=_("ticket"))
    closed_at = models.DateTimeField(_("closed"))
    day = models.DateField(_("drawn on"))
    rules = models.ForeignKey(SamplingRules, models.PROTECT, related_name="samples", verbose_name=_("rules"))
    reasons = models.JSONField(_("why"), default=list)
    weight = models.PositiveSmallIntegerField(_("weight"))
    left_out = models.CharField(_("left out because"), max_length=10, choices=LeftOut.choices, blank=True)
    callback = models.OneToOneField(
        Callback, models.PROTECT, null=True, related_name="sample", verbose_name=_("callback")
    )

    class Meta:
        verbose_name = _("sampled ticket")
        verbose_name_plural = _("sampled tickets")
        ordering: ClassVar = ["-day", "-weight", "id"]
        triggers: ClassVar = [APPEND_ONLY]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket", "closed_at"], name="sampled_once_per_closing"),
            models.CheckConstraint(
                condition=models.Q(left_out="", callback__isnull=False)
                | (~models.Q(left_out="") & models.Q(callback=None)),
                name="sample_has_call_or_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.day}"
