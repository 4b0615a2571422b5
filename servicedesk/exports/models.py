"""Who took which list out of the house, when, and how much of it."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ExportFormat(models.TextChoices):
    CSV = "csv", "CSV"
    XLSX = "xlsx", "Excel (XLSX)"


class Export(models.Model):
    """One export: written before the first row leaves, ended with the number of rows, then frozen by trigger.

    Where `finished_at` stays empty the process died on the way; `complete` says whether the last row was handed over.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    subject = models.SlugField(_("list"), max_length=40)
    filters = models.JSONField(_("filters"), default=dict)
    format = models.CharField(_("format"), max_length=4, choices=ExportFormat.choices)
    full_numbers = models.BooleanField(_("full phone numbers"), default=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True)
    rows = models.PositiveIntegerField(_("rows"), null=True)
    complete = models.BooleanField(_("complete"), default=False)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering: ClassVar = ["-id"]
        triggers: ClassVar = [
            pgtrigger.Protect(name="export_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="export_frozen", operation=pgtrigger.Update, condition=pgtrigger.Q(old__finished_at__isnull=False)
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(full_numbers=False) | ~models.Q(reason=""), name="full_numbers_have_reason"
            ),
            models.CheckConstraint(condition=models.Q(format__in=ExportFormat.values), name="export_format_known"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.format} {self.started_at:%Y-%m-%d %H:%M}"
