"""How fast technicians get on, by outlet and hour of the day."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import Outlet


class TravelProfile(models.Model):
    """Minutes = fixed + per road kilometre, for departures from an hour up to another of the outlet's local day.

    Without a row for an outlet and hour the estimate of docs/dispatch.md holds. A row without outlet is the default
    of every outlet.
    """

    outlet = models.ForeignKey(
        Outlet, models.CASCADE, null=True, blank=True, related_name="travel_profiles", verbose_name=_("outlet")
    )
    hour_from = models.PositiveSmallIntegerField(_("from hour"), default=0)
    hour_until = models.PositiveSmallIntegerField(_("until hour"), default=24)
    fixed_minutes = models.FloatField(_("fixed minutes"), default=6.2)
    minutes_per_km = models.FloatField(_("minutes per road kilometre"), default=0.82)
    detour = models.FloatField(_("road per straight kilometre"), default=1.3)

    class Meta:
        verbose_name = _("travel profile")
        verbose_name_plural = _("travel profiles")
        ordering: ClassVar = ["outlet", "hour_from"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(hour_until__gt=models.F("hour_from"), hour_until__lte=24),
                name="travel_hours_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(fixed_minutes__range=(0, 120), minutes_per_km__range=(0.1, 20)),
                name="travel_speed_sensible",
            ),
            models.CheckConstraint(condition=models.Q(detour__range=(1, 5)), name="travel_detour_sensible"),
            models.UniqueConstraint(
                fields=["outlet", "hour_from"], nulls_distinct=False, name="travel_hour_once_per_outlet"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.hour_from}-{self.hour_until}"
