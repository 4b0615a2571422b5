"""Where checklist, callback and signed sheet of a visit do not agree, and what a person decided about it."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dispatch.models import Technician
from servicedesk.tickets.models import Ticket
from visits.models.aftercare import SurveyResponse
from visits.models.visit import Visit

STAFF = settings.AUTH_USER_MODEL
FACTS = ("ticket", "visit", "technician", "response", "code", "sides", "found_at")


class Mismatch(models.Model):
    """Two records of one visit that cannot both be right. Its facts stay; the decision may be made and taken back."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("mismatch state", "To review")
        CONFIRMED = "confirmed", pgettext_lazy("mismatch state", "Confirmed")
        EXPLAINED = "explained", pgettext_lazy("mismatch state", "Explained")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="mismatches", verbose_name=_("ticket"))
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="mismatches", verbose_name=_("visit"))
    technician = models.ForeignKey(Technician, models.PROTECT, related_name="mismatches", verbose_name=_("technician"))
    # None where record and signed sheet differ without anybody having been asked.
    response = models.ForeignKey(
        SurveyResponse, models.PROTECT, null=True, related_name="mismatches", verbose_name=_("answer")
    )
    code = models.CharField(_("about"), max_length=30)
    # What each side says: codes, amounts in fen, instants (visits.aftercare.comparison).
    sides = models.JSONField(_("what each side says"), default=dict)
    found_at = models.DateTimeField(_("found"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    decided_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided"), null=True)
    row_version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("mismatch")
        verbose_name_plural = _("mismatches")
        ordering: ClassVar = ["-found_at", "-id"]
        triggers: ClassVar = [
            pgtrigger.ReadOnly(name="mismatch_facts_stay", fields=list(FACTS)),
            pgtrigger.Protect(name="mismatch_kept", operation=pgtrigger.Delete),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["visit", "code", "response"], nulls_distinct=False, name="mismatch_found_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", decided_at=None)
                | models.Q(state__in=["confirmed", "explained"], decided_at__isnull=False),
                name="decided_mismatch_has_instant",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="explained") | ~models.Q(reason=""), name="explained_mismatch_has_reason"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "-found_at", "-id"], name="mismatch_by_state"),
            models.Index(fields=["technician", "found_at"], name="mismatch_of_technician"),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.code}"
