"""Plain makers of exchanges and refunds: a ticket whose verdict opens them, and a case in any state."""

from datetime import date, timedelta
from typing import Any

from servicedesk.people.models import Role
from servicedesk.tickets.models import Ticket
from tests.defaults import load_defaults
from tests.make import NOW, make_handed_over, make_outlet, make_user
from tests.make_warranty import make_repair, make_sold
from warranty.models import RemedyCase
from warranty.remedies.choosing import Choice, approve_remedy, choose_remedy

# Two failed repairs of the washing machine of `make_sold`, 2999 yuan, sold 2025-09-01.
FAILED = ((date(2025, 10, 10), date(2025, 10, 14)), (date(2025, 12, 1), date(2025, 12, 4)))
# 190 days from sale to NOW, 7 of them in repair: 2999 × 0.05 % × 183 = 274.41.
REDUCED = "2724.59"


def make_entitled(**overrides: Any) -> Ticket:
    """An open ticket on a washing machine repaired twice in vain."""
    load_defaults()
    appliance = overrides.pop("appliance", None) or make_sold(serial="OLD-1", **overrides.pop("sold", {}))
    for handed, returned in FAILED:
        make_repair(appliance, handed, returned)
    outlet = overrides.pop("outlet", None) or make_outlet()
    return make_handed_over(outlet, customer=appliance.customer, appliance=appliance, **overrides)


def make_remedy(ticket: Ticket | None = None, kind: str = "exchange", *, approved: bool = False) -> RemedyCase:
    """The case on the ticket, recorded by an agent; `approved` by a manager."""
    ticket = ticket or make_entitled()
    remedy = choose_remedy(ticket.pk, Choice(kind, "phone"), actor=make_user(Role.AGENT), now=NOW)
    if approved:
        remedy = approve_remedy(remedy.pk, actor=make_user(Role.MANAGER), now=NOW + timedelta(minutes=5))
    return remedy
