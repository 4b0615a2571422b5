"""Who changed what about a technician, and when."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dispatch.models.people import Technician
from servicedesk.history import APPEND_ONLY


class TechnicianEvent(models.Model):
    """A line of a technician's history: what stood there before and what stands there after. Append-only."""

    technician = models.ForeignKey(Technician, models.PROTECT, related_name="events", verbose_name=_("technician"))
    action = models.SlugField(_("action"), max_length=30)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("line of a technician's history")
        verbose_name_plural = _("histories of technicians")
        ordering: ClassVar = ["-id"]
        triggers: ClassVar = [APPEND_ONLY]
        indexes: ClassVar = [models.Index(fields=["technician", "-id"], name="history_of_technician")]

    def __str__(self) -> str:
        return f"{self.technician_id} {self.action}"
