"""What the guarantee does when clocks pause or a ticket moves on: waits begin and end, rights are kept right."""

from typing import Any

from servicedesk.ports import PauseChange
from servicedesk.sla.models import ClockKind, PauseReason
from servicedesk.tickets.models import Ticket, TicketKind
from warranty.models import PartsWait, RightWatch
from warranty.places import NATIONAL, scope_of
from warranty.rights import keep_rights
from warranty.waits import OVER, begin_wait_for_parts, end_waits

# With one of these a job begins, ends, or is about another place or product.
TURNS = frozenset(
    {"arrive", "complete_visit", "reopen_ticket", "close_ticket", "cancel_ticket", "edit_ticket", "finish_remedy"}
)


def on_pause(change: PauseChange) -> None:
    """The fix clock stands still for parts, or no longer: the repair waits, or has its part."""
    if change.kind != ClockKind.FIX:
        return
    if PauseReason.WAITING_FOR_PARTS in change.began:
        begin_wait_for_parts(change.ticket, at=change.at, actor=change.actor, until=change.until)
    elif PauseReason.WAITING_FOR_PARTS in change.ended:
        end_waits(change.ticket, at=change.at, actor=change.actor, causes=(PartsWait.Cause.NO_PARTS,))


def on_story(ticket: Ticket, event: Any) -> None:
    """A job that is over waits for nothing; one that begins or moves may bring another right."""
    if event.action not in TURNS or ticket.kind != TicketKind.REPAIR or ticket.appliance_id is None:
        return
    if ticket.state in OVER and end_waits(ticket, at=event.at, actor=event.actor):
        return
    if _may_matter(ticket):
        keep_rights(ticket.appliance_id, now=event.at)


def _may_matter(ticket: Ticket) -> bool:
    """Whether days alone bring a right here: something waits or is watched, or local law counts the days in repair."""
    if RightWatch.objects.filter(appliance=ticket.appliance_id, ended_at=None).exists():
        return True
    if PartsWait.objects.filter(ticket=ticket, ended_on=None).exists():
        return True
    place = (ticket.appliance.address if ticket.appliance else None) or ticket.address
    return scope_of(place) not in {None, NATIONAL}
