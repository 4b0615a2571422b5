"""When technicians work and when they are away."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from dispatch.models.people import Technician

BOUNDED = models.Q(span__isempty=False, span__lower_inf=False, span__upper_inf=False)


class Shift(models.Model):
    """Hours in which a technician works; a split shift is two rows of a day.

    `lunch` are the hours in which a pause of `lunch_minutes` has to stay free; without them nobody pauses.
    """

    technician = models.ForeignKey(Technician, models.CASCADE, related_name="shifts", verbose_name=_("technician"))
    span = DateTimeRangeField(_("hours"))
    lunch = DateTimeRangeField(_("lunch between"), null=True, blank=True)
    lunch_minutes = models.PositiveSmallIntegerField(_("lunch, minutes"), default=0, db_default=0)

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        constraints: ClassVar = [
            ExclusionConstraint(
                name="shifts_do_not_overlap",
                expressions=[("technician", RangeOperators.EQUAL), ("span", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(condition=BOUNDED, name="shift_span_bounded"),
            models.CheckConstraint(
                condition=models.Q(lunch=None)
                | models.Q(lunch__isempty=False, lunch__lower_inf=False, lunch__upper_inf=False),
                name="lunch_bounded",
            ),
            models.CheckConstraint(condition=models.Q(lunch_minutes__lte=180), name="lunch_three_hours_at_most"),
        ]
        indexes: ClassVar = [
            # Some days of many technicians, past the hours of all the years before them.
            models.Index(models.F("technician"), models.F("span__endswith"), name="hours_of_technician")
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
