"""How a ticket's customer may be called: the rules of the house, narrowed by his wish, in his outlet's zone."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from servicedesk.clock import LOCAL
from servicedesk.tickets.models import Ticket
from visits.aftercare.ladder import HOUSE, Hours, Ladder, in_calling_hours, inside_calling_hours
from visits.models import CallRules, CallWish


@dataclass(frozen=True)
class Calling:
    """The ladder for one customer, the zone his day is counted in, and what he wishes (None: nothing special).

    `may_be_called` is False where he wants no calls, or where nothing of the calling hours fits his wish; `ladder` is
    then the house's own, for a call he asks for himself.
    """

    ladder: Ladder
    zone: ZoneInfo
    wish: CallWish | None
    may_be_called: bool

    @property
    def hours(self) -> Hours:
        """When he may be rung."""
        return self.ladder.hours

    def allows(self, instant: datetime) -> bool:
        """Whether `instant` lies in these hours."""
        return in_calling_hours(instant, self.zone, self.hours)

    def inside(self, instant: datetime) -> datetime:
        """`instant`, or the next moment at which he may be rung."""
        return inside_calling_hours(instant, self.zone, self.hours)


def zone_of(ticket: Ticket) -> ZoneInfo:
    """The time zone in which the customer's day is counted: the outlet's."""
    return ZoneInfo(ticket.outlet.time_zone) if ticket.outlet else LOCAL


def rules_in_force() -> CallRules | None:
    """The newest rules of calling; None where none was ever loaded, then the ladder's own figures hold."""
    return CallRules.objects.select_related("changed_by").first()


def house_ladder(rules: CallRules | None) -> Ladder:
    """The ladder those rules describe."""
    if rules is None:
        return HOUSE
    hours = Hours(rules.opens, rules.closes)
    return Ladder(hours, rules.attempts, rules.days, timedelta(hours=rules.rest_hours))


def wish_of(customer_id: int) -> CallWish | None:
    """What the customer said last of how he wants to be reached."""
    return CallWish.objects.filter(customer=customer_id).select_related("by").first()


def calling_of(ticket: Ticket) -> Calling:
    """How the ticket's customer may be called, by two queries."""
    ladder, wish = house_ladder(rules_in_force()), wish_of(ticket.customer_id)
    if wish is None:
        return Calling(ladder, zone_of(ticket), None, may_be_called=True)
    hours = ladder.hours.narrowed(wish.earliest, wish.latest) if wish.contact == CallWish.Contact.CALL else None
    if hours is None:
        return Calling(ladder, zone_of(ticket), wish, may_be_called=False)
    return Calling(replace(ladder, hours=hours), zone_of(ticket), wish, may_be_called=True)
