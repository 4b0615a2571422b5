"""What a finished visit writes into the legal repair log of the appliance."""

from datetime import datetime

from servicedesk.tickets.models import Outcome, TicketKind
from visits.models import Visit
from visits.selectors import local_day, payable_fen
from visits.services.outcomes import REPAIRED, fault_group_of
from warranty.models import RepairRecord
from warranty.selectors import latest_of_ticket
from warranty.services import record_repair

LONGEST_RECORDED_WORK = 500
# The headline of a verdict that no remedy is free (docs/warranty.md).
PAID_REPAIR = "paid_repair"


def log_repair(visit: Visit, now: datetime) -> None:
    """Writes the repair of the appliance, returned today; nothing where nothing was repaired."""
    ticket = visit.ticket
    if ticket.kind != TicketKind.REPAIR or ticket.appliance is None or visit.outcome not in REPAIRED:
        return
    zone = ticket.outlet.time_zone if ticket.outlet is not None else "Asia/Shanghai"
    record_repair(
        ticket.appliance,
        ticket=ticket,
        kind=_repair_kind(visit),
        handed_over_on=local_day(_begin_of_repair(visit), zone),
        returned_on=local_day(now, zone),
        fault_group=fault_group_of(visit),
        work=visit.work[:LONGEST_RECORDED_WORK],
    )


def _repair_kind(visit: Visit) -> str:
    if visit.outcome == Outcome.NO_FAULT_FOUND:
        return RepairRecord.Kind.NO_FAULT
    decision = latest_of_ticket(visit.ticket)
    # A fee that was waived out of goodwill makes no guarantee repair of a paid one.
    paid = payable_fen(visit__ticket=visit.ticket_id) > 0 or (
        decision is not None and decision.headline == PAID_REPAIR
    )
    return RepairRecord.Kind.PAID if paid else RepairRecord.Kind.WARRANTY


def _begin_of_repair(visit: Visit) -> datetime:
    """When the request was accepted, or accepted again: an on-site repair runs from then (docs/warranty.md, C7)."""
    reopened = visit.ticket.events.filter(action="reopen_ticket").order_by("-at").values_list("at", flat=True).first()
    return reopened or visit.ticket.received_at
