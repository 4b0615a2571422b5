"""Rights on their way: when a repair that does not end gives the customer more than a repair."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import Appliance
from servicedesk.tickets.models import Ticket


class RightWatch(models.Model):
    """A right that arises on a day unless the repair ends before; one living watch an appliance and kind.

    Days are local days: a right "over 90 days" arises with the midnight that begins day 91 (C9).
    """

    class Kind(models.TextChoices):
        PARTS_WAIT = "parts_wait", _("no parts for too long")
        REPAIRER_DELAY = "repairer_delay", _("delayed by the repairer")
        LONG_REPAIR = "long_repair", _("too many days in repair")

    class Stage(models.TextChoices):
        WARN = "warn", _("Warning")
        WARN_AGAIN = "warn_again", _("Second warning")
        ARISE = "arise", _("The right arises")

    appliance = models.ForeignKey(Appliance, models.PROTECT, related_name="rights", verbose_name=_("appliance"))
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, related_name="rights", verbose_name=_("ticket"))
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    since = models.DateField(_("since"))
    limit_days = models.PositiveSmallIntegerField(_("limit in days"))
    arises_on = models.DateField(_("arises on"))
    # What is told next, and on which day; both empty once the right has arisen and people know.
    next_stage = models.CharField(max_length=10, choices=Stage.choices, blank=True)
    next_on = models.DateField(null=True)
    warned_at = models.DateTimeField(_("warned"), null=True)
    arose_at = models.DateTimeField(_("arisen"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    # The day on which it was compared with the record last.
    looked_on = models.DateField()
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("right on its way")
        verbose_name_plural = _("rights on their way")
        ordering: ClassVar = ["arises_on", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["appliance", "kind"], condition=models.Q(ended_at=None), name="right_watched_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_on"], condition=models.Q(ended_at=None), name="right_due"),
            models.Index(fields=["looked_on"], condition=models.Q(ended_at=None), name="right_looked"),
        ]

    def __str__(self) -> str:
        return f"{self.appliance_id} {self.kind} {self.arises_on}"
