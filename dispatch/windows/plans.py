"""The plan of an outlet: which windows there are, on which days, and which outlet promises at all."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dispatch.models import WindowPlan
from dispatch.rules import Span
from dispatch.selectors.days import day_of, zone_of
from servicedesk.people.models import Outlet
from servicedesk.people.selectors import outlet_for
from servicedesk.ports import WindowAsk


@dataclass(frozen=True)
class Seller:
    """The outlet that promises a visit, with its plan."""

    outlet: Outlet
    plan: WindowPlan

    @property
    def zone(self) -> ZoneInfo:
        """The outlet's time zone."""
        return zone_of(self.outlet)

    @property
    def way(self) -> timedelta:
        """The usual way between two jobs."""
        return timedelta(minutes=self.plan.way_minutes)

    def days(self, now: datetime) -> list[date]:
        """The local days in which windows are offered, today first."""
        today = day_of(now, self.zone)
        return [today + timedelta(days=more) for more in range(self.plan.days_ahead)]

    def windows(self, day: date) -> list[Span]:
        """The windows of a local day."""
        return [
            Span(
                datetime.combine(day, time.fromisoformat(start), self.zone),
                datetime.combine(day, time.fromisoformat(end), self.zone),
            )
            for start, end in self.plan.windows
        ]

    def names(self, window: Span, now: datetime) -> bool:
        """Whether this very window is one of the plan, on a day that is offered."""
        day = day_of(window.start, self.zone)
        return day in self.days(now) and window in self.windows(day)


def seller_of(ask: WindowAsk) -> Seller | None:
    """The outlet that serves the place, where it promises windows; a ticket that has an outlet is promised by that."""
    if ask.ticket is not None and ask.ticket.outlet_id is not None:
        outlet = ask.ticket.outlet
    else:
        outlet, _for_product = outlet_for(ask.district, None if ask.category is None else ask.category.pk)
    if outlet is None:
        return None
    plan = WindowPlan.objects.filter(outlet=outlet, is_open=True).first()
    return None if plan is None else Seller(outlet, plan)
