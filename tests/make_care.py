"""Plain makers of care: a product that is carried in, a ticket whose work and calls are over."""

from datetime import datetime, timedelta
from typing import Any

from servicedesk.people.models import Role
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.services import close_ticket
from tests.make import NOW, make_appliance, make_category, make_customer, make_handed_over, make_outlet, make_user
from tests.make_aftercare import make_completed
from visits.custody.services import UnitSeen

SEEN = UnitSeen("外壳完好", "充电器", "王芳")


def make_carried_in(**overrides: Any) -> Ticket:
    """A ticket about a mobile phone, accepted by its outlet."""
    customer = overrides.pop("customer", None) or make_customer()
    phone = make_category("mobile_phone", name_zh="手机", name_en="Mobile phone", is_carry_in=True)
    appliance = make_appliance(customer, category=phone)
    outlet = overrides.pop("outlet", None) or make_outlet()
    return make_handed_over(outlet, customer=customer, appliance=appliance, **overrides)


def make_closed(at: datetime = NOW + timedelta(hours=2), **overrides: Any) -> Ticket:
    """A ticket closed at `at`, nothing owed for it any more."""
    ticket = make_completed(**overrides)
    return close_ticket(ticket.pk, actor=make_user(Role.AGENT), now=at)
