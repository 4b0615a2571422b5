"""Calendars as data: when work is open, and the days on which it is otherwise.

Holidays and make-up workdays are rows somebody loads; a library only seeds them (docs/sla.md).
"""

import re
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from servicedesk.history import APPEND_ONLY
from servicedesk.people.models import User
from servicedesk.people.wording import in_language

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOW = re.compile(r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)")


class WorkCalendar(models.Model):
    """A named calendar; what it says is in its versions and days."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    observes_holidays = models.BooleanField(_("observes public holidays"), default=True)

    class Meta:
        verbose_name = _("work calendar")
        verbose_name_plural = _("work calendars")
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return in_language(self.name_zh, self.name_en)

    def clean(self) -> None:
        """Refuses a time zone nobody knows."""
        if self.time_zone not in available_timezones():
            raise ValidationError({"time_zone": _("This time zone is not known, write it like Asia/Shanghai.")})


class CalendarVersion(models.Model):
    """The weekly windows of a calendar from an instant on: `{"mon": ["09:00-12:00", "13:30-18:00"], …}`.

    Never edited: of two for one instant the one recorded last counts, so a plan can be called off before it applies.
    """

    calendar = models.ForeignKey(WorkCalendar, models.PROTECT, related_name="versions", verbose_name=_("calendar"))
    effective_from = models.DateTimeField(_("effective from"))
    week = models.JSONField(_("weekly windows"))
    actor = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now())

    class Meta:
        verbose_name = _("calendar version")
        verbose_name_plural = _("calendar versions")
        ordering: ClassVar = ["calendar", "effective_from", "id"]
        indexes: ClassVar = [models.Index(fields=["calendar", "effective_from"], name="calendar_version_instant")]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.calendar} {self.effective_from:%Y-%m-%d}"

    def clean(self) -> None:
        """Refuses weekly windows that could not be read, and a week that never opens."""
        if not is_week(self.week):
            raise ValidationError(
                {"week": _('Write the windows like {"mon": ["09:00-12:00", "13:30-18:00"]}, days mon to sun.')}
            )
        if not any(self.week.values()):
            raise ValidationError({"week": _("A calendar has to open at least once a week.")})


def is_week(week: Any) -> bool:
    """Whether `week` lists windows `HH:MM-HH:MM` by weekday; one that ends before it begins ends next day."""
    if not isinstance(week, dict) or not set(week) <= set(WEEKDAYS):
        return False
    return all(is_windows(windows) for windows in week.values())


def is_windows(windows: Any) -> bool:
    """Whether `windows` is a list of windows `HH:MM-HH:MM` of one day; an empty one is a day that stays closed."""
    return isinstance(windows, list) and all(isinstance(text, str) and _WINDOW.fullmatch(text) for text in windows)


class CalendarDay(models.Model):
    """A day that is otherwise than its weekday says, from an instant on.

    Without a calendar it is a public holiday or make-up workday of the country, for every calendar that observes them;
    with one it is that calendar's own day with its own `windows`, none meaning closed. Never edited: what is recorded
    later for the same day takes the place of what was there, and a withdrawal gives the day back to its weekday; time
    already spent stays spent (docs/calendars.md).
    """

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("Public holiday")
        MAKEUP = "makeup", _("Make-up workday")
        SPECIAL = "special", _("Special hours")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    calendar = models.ForeignKey(
        WorkCalendar, models.PROTECT, null=True, blank=True, related_name="days", verbose_name=_("calendar")
    )
    day = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    windows = models.JSONField(_("windows"), default=list, blank=True)
    name_zh = models.CharField(_("Chinese name"), max_length=30, blank=True)
    name_en = models.CharField(_("English name"), max_length=40, blank=True)
    effective_from = models.DateTimeField(_("effective from"), db_default=Now())
    actor = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now())

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering: ClassVar = ["day", "effective_from", "id"]
        indexes: ClassVar = [models.Index(fields=["day"], name="calendar_day_day")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(calendar=None, kind__in=["holiday", "makeup", "withdrawn"])
                | models.Q(calendar__isnull=False, kind__in=["special", "withdrawn"]),
                name="day_kind_known",
            )
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.day} {in_language(self.name_zh, self.name_en)}"
