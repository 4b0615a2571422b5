"""Technicians with what they have learned, their certificates and the districts they work in."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import ProductCategory
from servicedesk.people.models import Outlet

STAFF = settings.AUTH_USER_MODEL


class Technician(models.Model):
    """A member of staff who visits homes."""

    user = models.OneToOneField(STAFF, models.PROTECT, related_name="technician", verbose_name=_("member of staff"))
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="technicians", verbose_name=_("outlet"))
    stars = models.PositiveSmallIntegerField(_("star level"), default=1)
    # Where the day's way begins, as long as no newer position is known.
    home_lat = models.FloatField(_("start latitude"), null=True, blank=True)
    home_lon = models.FloatField(_("start longitude"), null=True, blank=True)
    # The place of the last arrival, written by the visit: the way begins there for the rest of that day.
    last_lat = models.FloatField(_("last latitude"), null=True, blank=True, editable=False)
    last_lon = models.FloatField(_("last longitude"), null=True, blank=True, editable=False)
    last_seen_at = models.DateTimeField(_("last position"), null=True, blank=True, editable=False)
    overtime_minutes = models.PositiveSmallIntegerField(_("overtime allowed, minutes a day"), default=0, db_default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("technician")
        verbose_name_plural = _("technicians")
        ordering: ClassVar = ["user__name_pinyin", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(stars__range=(1, 5)), name="stars_one_to_five"),
            models.CheckConstraint(condition=models.Q(overtime_minutes__lte=240), name="overtime_four_hours_at_most"),
        ]

    def __str__(self) -> str:
        return self.user.name


class TechnicianSkill(models.Model):
    """A product category a technician can serve, and how well (1 to 3)."""

    technician = models.ForeignKey(Technician, models.CASCADE, related_name="skills", verbose_name=_("technician"))
    category = models.ForeignKey(ProductCategory, models.PROTECT, verbose_name=_("category"))
    level = models.PositiveSmallIntegerField(_("level"), default=1)
    # Both days belong to it; none: from ever, for ever.
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["technician", "category"], name="skill_once"),
            models.CheckConstraint(condition=models.Q(level__range=(1, 3)), name="skill_level_one_to_three"),
            models.CheckConstraint(
                condition=models.Q(valid_from=None)
                | models.Q(valid_until=None)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="skill_days_in_order",
            ),
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


class TechnicianDistrict(models.Model):
    """A district a technician works in; without any he works in every district of his outlet."""

    technician = models.ForeignKey(Technician, models.CASCADE, related_name="districts", verbose_name=_("technician"))
    district = models.CharField(_("district"), max_length=60)

    class Meta:
        verbose_name = _("district of a technician")
        verbose_name_plural = _("districts of technicians")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["technician", "district"], name="technician_district_once")
        ]

    def __str__(self) -> str:
        return f"{self.technician_id} {self.district}"
