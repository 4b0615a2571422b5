"""What an outcome means: whether the work is over, and which fault it is booked under."""

from servicedesk.tickets.models import Outcome
from visits.models import Visit

# How a visit can end.
OF_VISITS = tuple(outcome for outcome in Outcome if outcome != Outcome.REFUNDED)
# With these the work is over and the customer is called back (docs/visits.md).
FINAL = frozenset({Outcome.FIXED, Outcome.NO_FAULT_FOUND, Outcome.REPLACED, Outcome.REFUSED_BY_CUSTOMER})
# What enters the legal repair log: work the customer sent away was no repair.
REPAIRED = FINAL - {Outcome.REFUSED_BY_CUSTOMER}
# Something was mended: what was done has to be told, and a repair carries the guarantee after repair. Where no fault
# was found nothing was mended.
MENDED = frozenset({Outcome.FIXED, Outcome.REPLACED})


def fault_group_of(visit: Visit) -> str:
    """The group of the confirmed fault, else of the reported one; empty where neither is known."""
    fault = visit.confirmed_fault or visit.ticket.fault
    return fault.group if fault is not None else ""
