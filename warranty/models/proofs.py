"""Pictures that prove something about an appliance: an invoice, a repair sheet, evidence, a unit handed over."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import Appliance
from servicedesk.history import APPEND_ONLY
from warranty.models.log import RepairRecord


class ProofPhoto(models.Model):
    """A picture made anew without its metadata, in the private store under its token; never changed, never deleted."""

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("Invoice")
        REPAIR_SHEET = "repair_sheet", _("Repair sheet")
        EVIDENCE = "evidence", _("Evidence")
        HAND_OVER = "hand_over", _("Unit handed over")

    appliance = models.ForeignKey(Appliance, models.PROTECT, related_name="proofs", verbose_name=_("appliance"))
    # A repair done elsewhere that it proves.
    repair = models.ForeignKey(
        RepairRecord, models.PROTECT, null=True, related_name="proofs", verbose_name=_("repair record")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    token = models.UUIDField(unique=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    # Of the bytes in the store, so that a file exchanged behind our back is found out.
    sha256 = models.CharField(max_length=64)
    note = models.CharField(_("note"), max_length=200, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    uploaded_at = models.DateTimeField(_("uploaded"))

    class Meta:
        verbose_name = _("proof")
        verbose_name_plural = _("proofs")
        ordering: ClassVar = ["id"]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return str(self.token)
