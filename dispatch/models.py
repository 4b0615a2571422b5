"""Technicians with their skills, certificates and hours, and their assignments to tickets."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.catalogue.models import ProductCategory
from servicedesk.people.models import Outlet
from servicedesk.tickets.models import Ticket

STAFF = settings.AUTH_USER_MODEL
BOUNDED = models.Q(span__isempty=False, span__lower_inf=False, span__upper_inf=False)


class Technician(models.Model):
    """A member of staff who visits homes."""

    user = models.OneToOneField(STAFF, models.PROTECT, related_name="technician", verbose_name=_("member of staff"))
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="technicians", verbose_name=_("outlet"))
    stars = models.PositiveSmallIntegerField(_("star level"), default=1)
    home_lat = models.FloatField(_("start latitude"), null=True, blank=True)
    home_lon = models.FloatField(_("start longitude"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("technician")
        verbose_name_plural = _("technicians")
        ordering: ClassVar = ["user__name_pinyin", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(stars__range=(1, 5)), name="stars_one_to_five")
        ]

    def __str__(self) -> str:
        return self.user.name


class TechnicianSkill(models.Model):
    """A product category a technician can serve, and how well (1 to 3)."""

    technician = models.ForeignKey(Technician, models.CASCADE, related_name="skills", verbose_name=_("technician"))
    category = models.ForeignKey(ProductCategory, models.PROTECT, verbose_name=_("category"))
    level = models.PositiveSmallIntegerField(_("level"), default=1)

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["technician", "category"], name="skill_once"),
            models.CheckConstraint(condition=models.Q(level__range=(1, 3)), name="skill_level_one_to_three"),
        ]

    def __str__(self) -> str:
        return f"{self.technician} · {self.category} {self.level}"


class Certification(models.Model):
    """A star service certificate; without a valid one a technician is not dispatched."""

    technician = models.ForeignKey(
        Technician, models.CASCADE, related_name="certificates", verbose_name=_("technician")
    )
    number = models.CharField(_("certificate number"), max_length=30, unique=True)
    stars = models.PositiveSmallIntegerField(_("star level"), default=1)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"))
    suspended_at = models.DateTimeField(_("suspended"), null=True, blank=True)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(valid_until__gte=models.F("valid_from")), name="certificate_days_in_order"
            )
        ]

    def __str__(self) -> str:
        return self.number


class Shift(models.Model):
    """Hours in which a technician works."""

    technician = models.ForeignKey(Technician, models.CASCADE, related_name="shifts", verbose_name=_("technician"))
    span = DateTimeRangeField(_("hours"))

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        constraints: ClassVar = [
            ExclusionConstraint(
                name="shifts_do_not_overlap",
                expressions=[("technician", RangeOperators.EQUAL), ("span", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(condition=BOUNDED, name="shift_span_bounded"),
        ]

    def __str__(self) -> str:
        return f"{self.technician_id} {self.span}"


class Absence(models.Model):
    """Hours in which a technician is away, with the reason."""

    class Reason(models.TextChoices):
        LEAVE = "leave", _("Leave")
        SICK = "sick", _("Sick")
        TRAINING = "training", _("Training")
        OTHER = "other", _("Other")

    technician = models.ForeignKey(Technician, models.CASCADE, related_name="absences", verbose_name=_("technician"))
    span = DateTimeRangeField(_("hours"))
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices)

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints: ClassVar = [models.CheckConstraint(condition=BOUNDED, name="absence_span_bounded")]

    def __str__(self) -> str:
        return f"{self.technician_id} {self.reason}"


class AssignmentState(models.TextChoices):
    OFFERED = "offered", pgettext_lazy("assignment state", "Offered")
    ACCEPTED = "accepted", pgettext_lazy("assignment state", "Accepted")
    DONE = "done", pgettext_lazy("assignment state", "Done")
    REFUSED = "refused", pgettext_lazy("assignment state", "Refused")
    RELEASED = "released", pgettext_lazy("assignment state", "Released")


ACTIVE = (AssignmentState.OFFERED, AssignmentState.ACCEPTED)


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

    def __str__(self) -> str:
        return f"{self.ticket_id} → {self.technician_id}"

    @property
    def is_active(self) -> bool:
        """Whether it blocks the technician's time."""
        return self.state in ACTIVE
