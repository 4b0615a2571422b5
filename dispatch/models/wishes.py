"""Who may not, and who shall, come to a customer; and how technicians behaved there."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dispatch.models.people import Technician
from servicedesk.catalogue.models import ProductCategory
from servicedesk.people.models import Customer
from servicedesk.tickets.models import Ticket

STAFF = settings.AUTH_USER_MODEL


class Pairing(models.Model):
    """What holds between a customer and a technician until it is ended.

    `barred`: never sent to this customer. `not_again`: not for this ticket. `requested`: for this ticket the customer
    asked for him. The last two name their ticket.
    """

    class Kind(models.TextChoices):
        BARRED = "barred", pgettext_lazy("pairing", "Never to this customer")
        NOT_AGAIN = "not_again", pgettext_lazy("pairing", "Not this technician again")
        REQUESTED = "requested", pgettext_lazy("pairing", "Asked for by the customer")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="pairings", verbose_name=_("customer"))
    technician = models.ForeignKey(Technician, models.PROTECT, related_name="pairings", verbose_name=_("technician"))
    ticket = models.ForeignKey(Ticket, models.CASCADE, null=True, related_name="pairings", verbose_name=_("ticket"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    ended_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("ended by"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("pairing")
        verbose_name_plural = _("pairings")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind="barred", ticket=None)
                | models.Q(kind__in=["not_again", "requested"], ticket__isnull=False),
                name="pairing_names_its_ticket",
            ),
            models.UniqueConstraint(
                fields=["customer", "technician", "ticket", "kind"],
                condition=models.Q(ended_at=None),
                nulls_distinct=False,
                name="pairing_holds_once",
            ),
            models.UniqueConstraint(
                fields=["ticket"],
                condition=models.Q(ended_at=None, kind="requested"),
                name="one_requested_technician",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["customer"], condition=models.Q(ended_at=None), name="pairing_of_customer")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.technician_id}"


class ConductNote(models.Model):
    """A breach of the conduct norm at a customer's, written by the visit: it lowers the rank of the technician with
    the same customer and the same kind of product for a while.

    Never deleted; one whose review is opened again is withdrawn.
    """

    technician = models.ForeignKey(
        Technician, models.PROTECT, related_name="conduct_notes", verbose_name=_("technician")
    )
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+", verbose_name=_("ticket"))
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", verbose_name=_("customer"))
    category = models.ForeignKey(
        ProductCategory, models.PROTECT, null=True, related_name="+", verbose_name=_("category")
    )
    # The code of the checklist's item or of the mismatch.
    code = models.CharField(_("code"), max_length=40)
    at = models.DateTimeField(_("at"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    class Meta:
        verbose_name = _("note of conduct")
        verbose_name_plural = _("notes of conduct")
        ordering: ClassVar = ["id"]
        triggers: ClassVar = [
            pgtrigger.ReadOnly(name="conduct_stays", exclude=["withdrawn_at"]),
            pgtrigger.Protect(name="conduct_kept", operation=pgtrigger.Delete),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ticket", "technician", "code"],
                condition=models.Q(withdrawn_at=None),
                name="conduct_noted_once",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["technician", "at"], name="conduct_of_technician")]

    def __str__(self) -> str:
        return f"{self.technician_id} {self.code}"
