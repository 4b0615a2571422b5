"""Consents and the sensitive notes that live by them (handbook/care-and-quality.md, customer file)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.people.models import Customer
from servicedesk.tickets.models import Ticket

STAFF = settings.AUTH_USER_MODEL


class Consent(models.Model):
    """A customer's yes to one purpose. It is never edited: withdrawing ends it, a new yes is a new row."""

    class Purpose(models.TextChoices):
        HEALTH = "health", _("Keep a note about health")
        STORY = "story", _("Tell the story without the name")

    class How(models.TextChoices):
        PHONE = "phone", _("Said on the phone")
        AT_HOME = "at_home", _("Said at home")
        WRITTEN = "written", _("In writing")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="consents", verbose_name=_("customer"))
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices)
    how = models.CharField(_("how it was given"), max_length=10, choices=How.choices)
    given_at = models.DateTimeField(_("given"))
    recorded_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdrawn_by = models.ForeignKey(
        STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("withdrawal recorded by")
    )

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering: ClassVar = ["given_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "purpose"],
                condition=models.Q(withdrawn_at=None),
                name="one_living_consent_per_purpose",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None) | models.Q(withdrawn_at__gte=models.F("given_at")),
                name="consent_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.purpose}"


class CareNote(models.Model):
    """What a customer told us about his health, kept by his consent and erased with it. Shown on request only."""

    class Kind(models.TextChoices):
        HEALTH = "health", pgettext_lazy("care note", "Health")
        SURGERY = "surgery", pgettext_lazy("care note", "Operation or treatment")
        MOBILITY = "mobility", pgettext_lazy("care note", "Hard of moving, seeing or hearing")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="care_notes", verbose_name=_("ticket"))
    consent = models.ForeignKey(Consent, models.PROTECT, related_name="notes", verbose_name=_("consent"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    text = models.TextField(_("note"), max_length=500)
    # A day the customer named, such as that of an operation; the care plan may count from it.
    known_day = models.DateField(_("known day"), null=True, blank=True)
    recorded_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("care note")
        verbose_name_plural = _("care notes")
        ordering: ClassVar = ["recorded_at", "id"]
        indexes: ClassVar = [
            models.Index(fields=["known_day"], condition=~models.Q(known_day=None), name="care_note_known_day")
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind}"
