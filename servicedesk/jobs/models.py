"""A piece of long work as a row: who asked for it, how far it is, what became of it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class JobState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("job", "Waiting")
    RUNNING = "running", pgettext_lazy("job", "Running")
    DONE = "done", pgettext_lazy("job", "Done")
    FAILED = "failed", pgettext_lazy("job", "Failed")
    CANCELLED = "cancelled", pgettext_lazy("job", "Cancelled")


# Those a worker has something to do for.
AT_WORK = (JobState.WAITING, JobState.RUNNING)


class Job(models.Model):
    """Work of one `kind`, done in batches that each move `done` on in the transaction that does the work.

    `attempts` counts how often the present batch was begun; a batch that ended sets it back to none. `beat_at` is when
    the last one was begun or ended.
    """

    kind = models.SlugField(_("kind"), max_length=40)
    about = models.BigIntegerField(_("about"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    asked_at = models.DateTimeField(_("asked"))
    state = models.CharField(_("state"), max_length=9, choices=JobState.choices, default=JobState.WAITING)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("total"), default=0)
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(_("begun"), null=True)
    beat_at = models.DateTimeField(_("last sign of life"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(state__in=JobState.values), name="job_state_known"),
            models.UniqueConstraint(
                fields=["kind", "about"], condition=models.Q(state__in=AT_WORK), name="one_job_at_a_time"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=models.Q(state__in=AT_WORK), name="job_at_work"),
            models.Index(fields=["asked_by", "-id"], name="job_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about} {self.state}"

    @property
    def is_at_work(self) -> bool:
        """Whether a worker has something to do for it."""
        return self.state in AT_WORK

    @property
    def percent(self) -> int:
        """How much is done, of a hundred."""
        return 100 if not self.total else min(100, self.done * 100 // self.total)
