"""The service record sheet as the customer signed it, and the ones that took its place."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from visits.models.visit import Visit


class ServiceRecord(models.Model):
    """One sheet of a visit: frozen, never changed; what has to change makes a new one that names it.

    It is the one place in which history holds a person's data, so it has a day until which it is kept. Before that day
    the database lets nobody delete it; from then on the timers do (`visits.sheets.retention`).
    """

    class Reason(models.TextChoices):
        SIGNED = "signed", pgettext_lazy("record sheet", "Signed by the customer")
        UNSIGNED = "unsigned", pgettext_lazy("record sheet", "Visit ended without a signature")
        CHANGED = "changed", pgettext_lazy("record sheet", "Changed between signature and completion")
        CORRECTED = "corrected", pgettext_lazy("record sheet", "Corrected after completion")

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="sheets", verbose_name=_("visit"))
    version = models.PositiveSmallIntegerField(_("version"))
    # Ticket number, which of its visits, version; told here because people read it out on the telephone.
    number = models.CharField(_("number"), max_length=30, unique=True)
    reason = models.CharField(_("reason"), max_length=9, choices=Reason.choices)
    note = models.CharField(_("reason in words"), max_length=300, blank=True)
    # Rows go together on their day; no action of the database may touch a frozen one.
    replaces = models.OneToOneField(
        "self", models.DO_NOTHING, null=True, related_name="replaced_by", verbose_name=_("takes the place of")
    )
    content = models.JSONField(_("content"))
    content_hash = models.CharField(_("hash of the content"), max_length=64)
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    signed_at = models.DateTimeField(_("signed"), null=True)
    keep_until = models.DateField(_("kept until"), db_index=True)

    class Meta:
        verbose_name = _("service record sheet")
        verbose_name_plural = _("service record sheets")
        ordering: ClassVar = ["visit", "version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["visit", "version"], name="sheet_version_once"),
            models.CheckConstraint(
                condition=models.Q(reason="signed", signed_at__isnull=False)
                | (~models.Q(reason="signed") & models.Q(signed_at__isnull=True)),
                name="sheet_signed_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(version=1, replaces__isnull=True) | models.Q(version__gt=1, replaces__isnull=False),
                name="sheet_names_the_replaced",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="frozen", operation=pgtrigger.Update),
            pgtrigger.Protect(
                name="kept_until_its_day",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.keep_until >= CURRENT_DATE"),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_signed(self) -> bool:
        """Whether the customer signed for this very content."""
        return self.signed_at is not None
