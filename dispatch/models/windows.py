"""Promise windows: what an outlet offers, and the places in them that are held or sold."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.catalogue.models import ProductCategory
from servicedesk.people.models import Outlet
from servicedesk.tickets.models import Ticket

STAFF = settings.AUTH_USER_MODEL
HIGHEST_SHARE, MOST_DAYS, LONGEST_HOLD, LONGEST_WAY, MOST_CHANGES, LONGEST_NOTICE = 60, 14, 60, 120, 10, 72
# Two-hour windows with a pause at noon, as customers know them.
USUAL_WINDOWS = (("08:00", "10:00"), ("10:00", "12:00"), ("14:00", "16:00"), ("16:00", "18:00"), ("18:00", "20:00"))


def usual_windows() -> list[list[str]]:
    """The windows a new plan begins with."""
    return [list(pair) for pair in USUAL_WINDOWS]


class WindowPlan(models.Model):
    """How an outlet promises arrival windows. Without a plan it promises none: a customer only names a wish."""

    outlet = models.OneToOneField(Outlet, models.CASCADE, related_name="window_plan", verbose_name=_("outlet"))
    # Pairs of local wall times, in order.
    windows = models.JSONField(_("windows"), default=usual_windows)
    emergency_percent = models.PositiveSmallIntegerField(_("kept for emergencies, percent"), default=15)
    days_ahead = models.PositiveSmallIntegerField(_("days offered"), default=5)
    hold_minutes = models.PositiveSmallIntegerField(_("minutes a place is held"), default=10)
    way_minutes = models.PositiveSmallIntegerField(_("usual minutes between two jobs"), default=15)
    changes = models.PositiveSmallIntegerField(_("changes by the customer"), default=2)
    notice_hours = models.PositiveSmallIntegerField(
        _("hours before the window until which a change is taken"), default=2
    )
    is_open = models.BooleanField(_("windows are promised"), default=True)
    row_version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("window plan")
        verbose_name_plural = _("window plans")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(
                    emergency_percent__lte=HIGHEST_SHARE,
                    days_ahead__range=(1, MOST_DAYS),
                    hold_minutes__range=(1, LONGEST_HOLD),
                    way_minutes__lte=LONGEST_WAY,
                    changes__lte=MOST_CHANGES,
                    notice_hours__lte=LONGEST_NOTICE,
                ),
                name="window_plan_sensible",
            )
        ]

    def __str__(self) -> str:
        return str(self.outlet)


class WindowPlace(models.Model):
    """One place in a window of an outlet: held while somebody talks, then sold to a ticket.

    A hold that has run out counts nowhere from that instant on, whatever its row still says.
    """

    class State(models.TextChoices):
        HELD = "held", pgettext_lazy("window place", "Held")
        SOLD = "sold", pgettext_lazy("window place", "Sold")
        GIVEN_BACK = "given_back", pgettext_lazy("window place", "Given back")
        EXPIRED = "expired", pgettext_lazy("window place", "Expired")

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="window_places", verbose_name=_("outlet"))
    category = models.ForeignKey(
        ProductCategory, models.PROTECT, null=True, related_name="+", verbose_name=_("category")
    )
    district = models.CharField(_("district"), max_length=60, blank=True)
    start = models.DateTimeField(_("from"))
    end = models.DateTimeField(_("until"))
    minutes = models.PositiveSmallIntegerField(_("minutes of work"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.HELD)
    # The half-typed request or the submission it belongs to.
    key = models.UUIDField()
    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, related_name="window_places", verbose_name=_("ticket")
    )
    held_by = models.ForeignKey(STAFF, models.PROTECT, null=True, related_name="+", verbose_name=_("held by"))
    held_at = models.DateTimeField(_("held"))
    expires_at = models.DateTimeField(_("held until"), null=True)
    ended_at = models.DateTimeField(_("given back"), null=True)

    class Meta:
        verbose_name = _("place in a window")
        verbose_name_plural = _("places in windows")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(end__gt=models.F("start")), name="window_place_in_order"),
            models.CheckConstraint(condition=models.Q(minutes__range=(1, 720)), name="window_place_minutes"),
            models.CheckConstraint(
                condition=models.Q(state="held", ticket=None, expires_at__isnull=False)
                | models.Q(state="sold", ticket__isnull=False)
                | models.Q(state="given_back", ended_at__isnull=False)
                | models.Q(state="expired", ticket=None),
                name="window_place_state_whole",
            ),
            models.UniqueConstraint(fields=["key"], condition=models.Q(state="held"), name="one_held_place_per_key"),
            models.UniqueConstraint(
                fields=["ticket"], condition=models.Q(state="sold"), name="one_sold_place_per_ticket"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["outlet", "start"], condition=models.Q(state__in=["held", "sold"]), name="window_place_day"
            ),
            models.Index(fields=["expires_at"], condition=models.Q(state="held"), name="window_place_holds"),
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.start:%m-%d %H:%M} {self.state}"
