"""Technicians bound to tickets for a span of time, and the ledger of who moved them."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dispatch.models.hours import BOUNDED
from dispatch.models.people import Technician
from servicedesk.history import APPEND_ONLY
from servicedesk.tickets.models import Ticket

STAFF = settings.AUTH_USER_MODEL


class AssignmentState(models.TextChoices):
    OFFERED = "offered", pgettext_lazy("assignment state", "Offered")
    ACCEPTED = "accepted", pgettext_lazy("assignment state", "Accepted")
    DONE = "done", pgettext_lazy("assignment state", "Done")
    REFUSED = "refused", pgettext_lazy("assignment state", "Refused")
    RELEASED = "released", pgettext_lazy("assignment state", "Released")


ACTIVE = (AssignmentState.OFFERED, AssignmentState.ACCEPTED)
# Time that is taken or was worked.
HELD = (*ACTIVE, AssignmentState.DONE)


class Assignment(models.Model):
    """A technician bound to a ticket for a time span; the database refuses overlapping active spans."""

    class Part(models.TextChoices):
        LEAD = "lead", _("Lead")
        HELPER = "helper", _("Helper")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="assignments", verbose_name=_("ticket"))
    technician = models.ForeignKey(
        Technician, models.PROTECT, related_name="assignments", verbose_name=_("technician")
    )
    part = models.CharField(_("part"), max_length=6, choices=Part.choices, default=Part.LEAD)
    span = DateTimeRangeField(_("time span"))
    state = models.CharField(
        _("state"), max_length=8, choices=AssignmentState.choices, default=AssignmentState.OFFERED
    )
    offered_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("assigned by"))
    offered_at = models.DateTimeField(_("offered"))
    answered_at = models.DateTimeField(_("answered"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    reason = models.CharField(_("reason of the end"), max_length=300, blank=True)
    # Soft rules that were overridden: code and the one line why.
    overrides = models.JSONField(_("overridden rules"), default=list, blank=True)
    # The parts of the score when it was booked, in points, by name (dispatch/rules/score.py).
    score = models.JSONField(_("score"), default=dict, db_default={}, blank=True)
    # The point of the ticket's address, kept so by the database whatever is written here (migration 0011).
    lat = models.FloatField(_("latitude"), null=True, editable=False)
    lon = models.FloatField(_("longitude"), null=True, editable=False)
    row_version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="no_double_booking",
                expressions=[("technician", RangeOperators.EQUAL), ("span", RangeOperators.OVERLAPS)],
                condition=models.Q(state__in=["offered", "accepted"]),
            ),
            models.UniqueConstraint(
                fields=["ticket"],
                condition=models.Q(state__in=["offered", "accepted"], part="lead"),
                name="one_active_lead_per_ticket",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=AssignmentState.values), name="assignment_state_known"
            ),
            models.CheckConstraint(condition=BOUNDED, name="assignment_span_bounded"),
        ]
        indexes: ClassVar = [
            # Some days of some technicians, past whatever they did before them.
            models.Index(
                models.F("technician"),
                models.F("span__endswith"),
                condition=models.Q(state__in=["offered", "accepted", "done"]),
                name="time_of_technician",
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} → {self.technician_id}"

    @property
    def is_active(self) -> bool:
        """Whether it blocks the technician's time."""
        return self.state in ACTIVE


class AssignmentMove(models.Model):
    """A line of the ledger of assignments: from whom to whom, by whom and why. Append-only.

    A first assignment has no `source`, a release without a successor no `target`. `minutes_held` says how long the
    source had been held. `moved_by` says for whom the appointment with the customer moved; `kept` where it did not.
    """

    class Mover(models.TextChoices):
        KEPT = "kept", pgettext_lazy("who moved the appointment", "Nobody")
        CUSTOMER = "customer", pgettext_lazy("who moved the appointment", "The customer")
        TECHNICIAN = "technician", pgettext_lazy("who moved the appointment", "The technician")
        OFFICE = "office", pgettext_lazy("who moved the appointment", "We")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="assignment_moves", verbose_name=_("ticket"))
    source = models.ForeignKey(Assignment, models.PROTECT, null=True, related_name="+", verbose_name=_("from"))
    target = models.ForeignKey(Assignment, models.PROTECT, null=True, related_name="+", verbose_name=_("to"))
    by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    moved_by = models.CharField(_("appointment moved by"), max_length=10, choices=Mover.choices, default=Mover.KEPT)
    minutes_held = models.PositiveIntegerField(_("minutes held"), default=0)
    # What the customer had been promised before and was promised after it.
    promise_before = DateTimeRangeField(_("promised before"), null=True)
    promise_after = DateTimeRangeField(_("promised after"), null=True)
    undoes = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", verbose_name=_("takes back"))

    class Meta:
        verbose_name = _("line of the ledger of assignments")
        verbose_name_plural = _("ledger of assignments")
        ordering: ClassVar = ["id"]
        triggers: ClassVar = [APPEND_ONLY]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(source__isnull=False) | models.Q(target__isnull=False), name="move_has_an_end"
            ),
            models.CheckConstraint(
                condition=models.Q(moved_by__in=["kept", "customer", "technician", "office"]), name="mover_known"
            ),
            models.UniqueConstraint(
                fields=["undoes"], condition=models.Q(undoes__isnull=False), name="move_taken_back_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["at"], name="move_at")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.source_id} → {self.target_id}"
