"""A visit and its steps."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dispatch.models import Assignment, Technician
from servicedesk.catalogue.models import FaultCode
from servicedesk.history import APPEND_ONLY
from servicedesk.tickets.models import Outcome, Ticket

STAFF = settings.AUTH_USER_MODEL


class VisitState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("visit state", "Planned")
    EN_ROUTE = "en_route", pgettext_lazy("visit state", "On the way")
    ON_SITE = "on_site", pgettext_lazy("visit state", "At the door")
    WORKING = "working", pgettext_lazy("visit state", "Working")
    COMPLETED = "completed", pgettext_lazy("visit state", "Completed")
    ABORTED = "aborted", pgettext_lazy("visit state", "Aborted")


class AbortReason(models.TextChoices):
    NOBODY_HOME = "nobody_home", _("Nobody home")
    REFUSED = "refused", _("Customer refused entry")
    UNSAFE = "unsafe", _("Unsafe place")
    PART_MISSING = "part_missing", _("Part missing")
    # The assignment ended before anybody arrived: reassigned or cancelled. Such a visit never took place.
    CALLED_OFF = "called_off", _("Called off")


class Visit(models.Model):
    """One trip of a technician to a customer."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="visits", verbose_name=_("ticket"))
    assignment = models.OneToOneField(Assignment, models.PROTECT, related_name="visit", verbose_name=_("assignment"))
    technician = models.ForeignKey(Technician, models.PROTECT, related_name="visits", verbose_name=_("technician"))
    state = models.CharField(_("state"), max_length=9, choices=VisitState.choices, default=VisitState.PLANNED)
    checklist = models.ForeignKey(
        "visits.ChecklistVersion", models.PROTECT, null=True, related_name="+", verbose_name=_("checklist")
    )
    departed_at = models.DateTimeField(_("departed"), null=True)
    arrived_at = models.DateTimeField(_("arrived"), null=True)
    started_at = models.DateTimeField(_("started"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome.choices, blank=True)
    confirmed_fault = models.ForeignKey(
        FaultCode, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("confirmed fault")
    )
    finding = models.CharField(_("finding"), max_length=500, blank=True)
    work = models.CharField(_("work done"), max_length=1000, blank=True)
    # Agreed on with the customer where somebody has to come again.
    next_from = models.DateTimeField(_("next appointment from"), null=True, blank=True)
    next_until = models.DateTimeField(_("next appointment until"), null=True, blank=True)
    abort_reason = models.CharField(_("aborted because"), max_length=14, choices=AbortReason.choices, blank=True)
    row_version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(state__in=VisitState.values), name="visit_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state="completed") | ~models.Q(outcome=""), name="completed_visit_has_outcome"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="aborted") | ~models.Q(abort_reason=""), name="aborted_visit_has_reason"
            ),
            models.CheckConstraint(
                condition=models.Q(next_from=None, next_until=None) | models.Q(next_until__gt=models.F("next_from")),
                name="next_appointment_in_order",
            ),
            models.UniqueConstraint(
                fields=["ticket"],
                condition=models.Q(state__in=["planned", "en_route", "on_site", "working"]),
                name="one_living_visit_per_ticket",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["technician", "state"], name="visit_of_technician")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.state}"

    @property
    def is_living(self) -> bool:
        """Neither completed nor aborted."""
        return self.state not in {VisitState.COMPLETED, VisitState.ABORTED}


class VisitEvent(models.Model):
    """A time-stamped step of a visit, with the device's own time beside the server's."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="events", verbose_name=_("visit"))
    step = models.SlugField(_("step"), max_length=20)
    at = models.DateTimeField(_("happened"))
    device_at = models.DateTimeField(_("device time"), null=True)
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now())
    actor = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("visit event")
        verbose_name_plural = _("visit events")
        ordering: ClassVar = ["at", "id"]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.step}"
