"""A recompute of the open clocks as a job: asked for, counted first, carried out in pieces, kept as a record."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.sla.models import ClockState, SlaClock


class JobState(models.TextChoices):
    COUNTING = "counting", pgettext_lazy("recompute", "Counting")
    READY = "ready", pgettext_lazy("recompute", "Waits for a decision")
    RUNNING = "running", pgettext_lazy("recompute", "Running")
    DONE = "done", pgettext_lazy("recompute", "Done")
    CANCELLED = "cancelled", pgettext_lazy("recompute", "Cancelled")
    FAILED = "failed", pgettext_lazy("recompute", "Failed")


# Those a worker has something to do for, and those in which no second job may be asked for.
AT_WORK = (JobState.COUNTING, JobState.RUNNING)
LIVING = (*AT_WORK, JobState.READY)


class RecomputeJob(models.Model):
    """One recompute. `asked_by` empty = the system, for a calendar that came into force; it asks nobody.

    `looked_at`, `moved` and `newly_broken` count within the present pass: first what would change, then what did.
    `cursor` is the last clock looked at; `left_over` are clocks that were busy and are taken at the end.
    """

    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    asked_at = models.DateTimeField(_("asked"))
    why = models.CharField(_("why"), max_length=200, blank=True)
    follow_targets = models.BooleanField(_("follow edited targets"), default=False)
    state = models.CharField(_("state"), max_length=9, choices=JobState.choices, default=JobState.COUNTING)
    total = models.PositiveIntegerField(_("open clocks"), default=0)
    looked_at = models.PositiveIntegerField(_("looked at"), default=0)
    moved = models.PositiveIntegerField(_("moved"), default=0)
    newly_broken = models.PositiveIntegerField(_("overdue at once"), default=0)
    cursor = models.BigIntegerField(default=0)
    left_over = ArrayField(models.BigIntegerField(), default=list)
    tries = models.PositiveSmallIntegerField(default=0)
    counted_at = models.DateTimeField(_("counted"), null=True)
    applied_at = models.DateTimeField(_("begun"), null=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("begun by")
    )
    ended_at = models.DateTimeField(_("ended"), null=True)
    problem = models.CharField(_("problem"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("recompute")
        verbose_name_plural = _("recomputes")
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(state__in=JobState.values), name="recompute_state_known"),
            # One place for all jobs that are not over.
            models.UniqueConstraint(
                models.Value(1), condition=models.Q(state__in=LIVING), name="one_recompute_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    @property
    def is_at_work(self) -> bool:
        """Whether a worker has something to do for it."""
        return self.state in AT_WORK

    @property
    def is_living(self) -> bool:
        """Whether it is not over yet."""
        return self.state in LIVING


class RecomputeSample(models.Model):
    """A clock that a recompute would move: how it stood, and how it will."""

    job = models.ForeignKey(RecomputeJob, models.CASCADE, related_name="samples", verbose_name=_("recompute"))
    clock = models.ForeignKey(SlaClock, models.CASCADE, related_name="+", verbose_name=_("clock"))
    due_before = models.DateTimeField(_("due before"), null=True)
    due_after = models.DateTimeField(_("due after"), null=True)
    state_before = models.CharField(_("state before"), max_length=8, choices=ClockState.choices)
    state_after = models.CharField(_("state after"), max_length=8, choices=ClockState.choices)

    class Meta:
        verbose_name = _("clock that moves")
        verbose_name_plural = _("clocks that move")
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.job_id} {self.clock_id}"
