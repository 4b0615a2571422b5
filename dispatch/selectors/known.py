"""What is known of technicians at a customer's, and until when somebody has to be there: one query for a ticket."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from dispatch.models import ACTIVE, Assignment, AssignmentState
from dispatch.selectors.pairings import Wishes, wishes_from
from servicedesk.sla.models import ClockKind
from servicedesk.tickets.models import Outcome, Ticket, TicketKind

# A repair of the same appliance within this time means that the one before did not hold (handbook, standard 2).
REPEAT = timedelta(days=30)
# Breaches of the conduct norm are held against a technician for this long.
CONDUCT_COUNTS = timedelta(days=180)
# Work at the customer's that is older than this is no acquaintance any more.
KNOWN_FOR = timedelta(days=3 * 365)
# Outcomes after which the trouble should have been over.
CURED = (Outcome.FIXED, Outcome.REPLACED, Outcome.NO_FAULT_FOUND)
# In this order: whose repair of the appliance did not hold, by an earlier ticket and by this one, reopened; whose work
# at the customer's held; who is noted for a breach of conduct, once for each; when the arrival is due; how many
# minutes the job is booked for; what holds between customer and technicians.
KNOWN = """
SELECT json_build_array(
    (SELECT json_agg(t.id) FROM dispatch_technician t WHERE t.user_id IN (
        SELECT f.technician_id FROM servicedesk_ticketfacts f JOIN servicedesk_ticket k ON k.id = f.ticket_id
        WHERE k.appliance_id = %(appliance)s AND k.kind = %(repair)s AND k.id <> %(ticket)s
            AND f.completed_at BETWEEN %(received)s - %(repeat)s AND %(received)s)),
    (SELECT json_agg(a.technician_id) FROM dispatch_assignment a JOIN servicedesk_ticketfacts f USING (ticket_id)
     WHERE a.ticket_id = %(ticket)s AND f.reopened > 0 AND a.state = %(done)s AND a.part = %(lead)s),
    (SELECT json_agg(t.id) FROM dispatch_technician t WHERE t.user_id IN (
        SELECT f.technician_id FROM servicedesk_ticketfacts f JOIN servicedesk_ticket k ON k.id = f.ticket_id
        WHERE k.customer_id = %(customer)s AND k.id <> %(ticket)s AND f.completed_at >= %(received)s - %(known_for)s
            AND f.outcome = ANY(%(cured)s) AND f.reopened = 0)),
    (SELECT json_agg(n.technician_id) FROM dispatch_conductnote n JOIN dispatch_technician t ON t.id = n.technician_id
     WHERE (n.customer_id = %(customer)s OR n.category_id = %(category)s) AND t.outlet_id = %(outlet)s
        AND n.at > %(now)s - %(counts)s AND n.withdrawn_at IS NULL),
    (SELECT min(c.due_at) FROM servicedesk_slaclock c
     WHERE c.ticket_id = %(ticket)s AND c.kind = %(arrival)s AND c.stopped_at IS NULL AND c.due_at > %(now)s),
    (SELECT ceil(extract(epoch FROM upper(a.span) - lower(a.span)) / 60)::int FROM dispatch_assignment a
     WHERE a.ticket_id = %(ticket)s AND a.state = ANY(%(active)s) AND a.part = %(lead)s),
    (SELECT json_agg(json_build_array(p.kind, p.technician_id)) FROM dispatch_pairing p
     WHERE p.ended_at IS NULL AND (p.ticket_id = %(ticket)s OR p.ticket_id IS NULL AND p.customer_id = %(customer)s))
)::text
"""


@dataclass(frozen=True)
class Known:
    """Technicians by id: `failed_by` whose repair of this appliance did not hold, `known_by` whose earlier work at the
    customer's held, `conduct` how many breaches of the norm are noted against whom; `due` is when somebody has to be
    there, None where nothing binds any more; `booked` are the minutes somebody has the job for, None without anybody;
    `wishes` say who must not come and who shall.
    """

    failed_by: frozenset[int]
    known_by: frozenset[int]
    conduct: Mapping[int, int]
    due: datetime | None
    booked: int | None
    wishes: Wishes


def known_of(ticket: Ticket, now: datetime) -> Known:
    """What is known as of `now`.

    A repair did not hold where its ticket was completed within the 30 days before this one came in, or where this one
    was reopened. Work held that was completed within three years and not reopened. Breaches of conduct count for 180
    days, with this customer or this kind of product.
    """
    asked: dict[str, Any] = {
        "ticket": ticket.pk,
        "appliance": ticket.appliance_id,
        "customer": ticket.customer_id,
        "category": ticket.category_id,
        "outlet": ticket.outlet_id,
        "received": ticket.received_at,
        "now": now,
        "repeat": REPEAT,
        "known_for": KNOWN_FOR,
        "counts": CONDUCT_COUNTS,
        "repair": str(TicketKind.REPAIR),
        "done": str(AssignmentState.DONE),
        "lead": str(Assignment.Part.LEAD),
        "active": [str(state) for state in ACTIVE],
        "cured": [str(outcome) for outcome in CURED],
        "arrival": str(ClockKind.ARRIVAL),
    }
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, asked)
        earlier, own, held, noted, due, booked, paired = json.loads(cursor.fetchone()[0])
    failed_by = frozenset([*(earlier or ()), *(own or ())])
    return Known(
        failed_by,
        frozenset(held or ()) - failed_by,
        dict(Counter(noted or ())),
        None if due is None else datetime.fromisoformat(due),
        booked,
        wishes_from(paired or ()),
    )
