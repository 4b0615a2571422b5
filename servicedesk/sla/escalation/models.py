"""Ladders as data, and how far each broken promise has climbed its own."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.people.wording import in_language
from servicedesk.sla.models import ClockKind, SlaClock


class Recipient(models.TextChoices):
    """Who hears of a step, each seen from the ticket."""

    OWNER = "owner", pgettext_lazy("hears of it", "Owner")
    DISPATCHER = "dispatcher", pgettext_lazy("hears of it", "Dispatchers of the outlet")
    SUPERVISOR = "supervisor", pgettext_lazy("hears of it", "Supervisors of the outlet")
    MANAGER = "manager", pgettext_lazy("hears of it", "Managers")


class Ladder(models.Model):
    """The steps for some clocks; the most specific active ladder that fits is climbed (clock before priority)."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    clock = models.CharField(_("clock"), max_length=20, choices=ClockKind.choices, blank=True)
    priority = models.PositiveSmallIntegerField(
        _("priority"), null=True, blank=True, choices=[(1, "P1"), (2, "P2"), (3, "P3")]
    )
    # After the last step it is told again this often, until somebody takes it on.
    repeat_minutes = models.PositiveSmallIntegerField(_("repeat every (minutes)"), null=True, blank=True)
    # What can wait does: steps after the breach and repeats are not told at night.
    waits_at_night = models.BooleanField(_("rests in quiet hours"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    row_version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("escalation ladder")
        verbose_name_plural = _("escalation ladders")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["clock", "priority"],
                condition=models.Q(is_active=True),
                nulls_distinct=False,
                name="one_active_ladder_for_each",
            ),
            models.CheckConstraint(
                condition=models.Q(repeat_minutes=None) | models.Q(repeat_minutes__gte=5),
                name="ladder_repeats_not_faster_than_five_minutes",
            ),
            models.CheckConstraint(
                condition=models.Q(priority=None) | models.Q(priority__in=[1, 2, 3]), name="ladder_priority_known"
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.name_zh, self.name_en)

    @property
    def specificity(self) -> int:
        """The greater wins: a ladder for one clock before one for a priority before one for all."""
        return 2 * bool(self.clock) + (self.priority is not None)


class LadderStep(models.Model):
    """One step: when, who hears of it, and on which channels."""

    class Moment(models.TextChoices):
        WARN = "warn", pgettext_lazy("step of a ladder", "At the warning")
        BREACH = "breach", pgettext_lazy("step of a ladder", "At the breach")
        PERCENT = "percent", pgettext_lazy("step of a ladder", "At a share of the target")

    ladder = models.ForeignKey(Ladder, models.CASCADE, related_name="steps", verbose_name=_("ladder"))
    moment = models.CharField(_("when"), max_length=8, choices=Moment.choices)
    # Of the target, from the start of the clock: 90 is before due, 150 half a target after it.
    percent = models.PositiveSmallIntegerField(_("percent of the target"), null=True, blank=True)
    recipients = ArrayField(models.CharField(max_length=10, choices=Recipient.choices), verbose_name=_("who hears"))
    channels = ArrayField(models.CharField(max_length=10), verbose_name=_("channels"))

    class Meta:
        verbose_name = _("step of a ladder")
        verbose_name_plural = _("steps of a ladder")
        ordering: ClassVar = ["ladder", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ladder", "moment", "percent"], nulls_distinct=False, name="step_once_in_a_ladder"
            ),
            models.CheckConstraint(
                condition=(models.Q(moment="percent", percent__gte=1, percent__lte=1000) & ~models.Q(percent=100))
                | (~models.Q(moment="percent") & models.Q(percent=None)),
                name="step_percent_where_it_belongs",
            ),
            models.CheckConstraint(condition=models.Q(recipients__len__gt=0), name="step_has_somebody_to_tell"),
            models.CheckConstraint(condition=models.Q(channels__len__gt=0), name="step_has_a_channel"),
        ]

    def __str__(self) -> str:
        return f"{self.ladder} {self.moment} {self.percent or ''}".strip()

    def clean(self) -> None:
        """Refuses a share of the target where none belongs, and the breach written as one."""
        if self.moment == self.Moment.PERCENT and self.percent in {None, 100}:
            raise ValidationError(
                {"percent": _("Give a share other than 100 %: at 100 % the breach has its own step.")}
            )
        if self.moment != self.Moment.PERCENT and self.percent is not None:
            raise ValidationError({"percent": _("Only a step at a share of the target has a percentage.")})


class Escalation(models.Model):
    """How far one clock has climbed its ladder: made by the sweep, ended with the clock or by whoever takes it on."""

    clock = models.OneToOneField(SlaClock, models.CASCADE, related_name="escalation", verbose_name=_("clock"))
    ladder = models.ForeignKey(Ladder, models.PROTECT, verbose_name=_("ladder"))
    # The share of the target up to which it has been told; 100 is the breach.
    reached = models.PositiveSmallIntegerField(_("reached"))
    repeats = models.PositiveIntegerField(_("repeats"), default=0)
    next_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(_("taken on"), null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("taken on by")
    )

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(acknowledged_at=None) | models.Q(next_at=None), name="what_is_taken_on_rests"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], condition=models.Q(next_at__isnull=False), name="escalation_next")
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.reached} %"


class NoticeRules(models.Model):
    """When staff is left in peace with what can wait, and how much a person is told at once; one row."""

    # In the local time of the ticket's outlet.
    quiet_from = models.TimeField(_("quiet from"))
    quiet_until = models.TimeField(_("quiet until"))
    # From so many notices within a minute on, one person gets a digest instead of each.
    most_a_minute = models.PositiveSmallIntegerField(_("notices a minute before they are gathered"), default=20)

    class Meta:
        verbose_name = _("rules of notices")
        verbose_name_plural = _("rules of notices")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_row_of_notice_rules"),
            models.CheckConstraint(condition=models.Q(most_a_minute__gte=1), name="digest_from_one_on"),
        ]

    def __str__(self) -> str:
        return f"{self.quiet_from:%H:%M}–{self.quiet_until:%H:%M}"
