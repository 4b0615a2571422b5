"""The one box: what was typed is looked for as number, name, ticket, serial and address at once, within the scope."""

from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse

from servicedesk.access import customers_for
from servicedesk.catalogue.models import Appliance
from servicedesk.catalogue.selectors import find_appliances
from servicedesk.people.models import Customer, User
from servicedesk.people.search import Asked, find_customers, read_question
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.selectors import living_of, tickets_by_number

EACH = 8


@dataclass(frozen=True)
class Found:
    """What the box found, in groups; `first` is where Enter leads."""

    asked: Asked
    customers: list[Customer] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    appliances: list[Appliance] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many rows there are in all groups."""
        return len(self.customers) + len(self.tickets) + len(self.appliances)

    @property
    def first(self) -> str:
        """The address of the first row, empty without one."""
        if self.named_tickets:
            return reverse("ticket_detail", args=[self.tickets[0].number])
        if self.customers:
            return reverse("customer_detail", args=[self.customers[0].pk])
        if self.appliances:
            return reverse("customer_detail", args=[self.appliances[0].customer_id])
        return ""

    @property
    def named_tickets(self) -> bool:
        """Whether the tickets were asked for by number, and so come first."""
        return bool(self.tickets) and not self.customers


def find(user: User, text: str, now: datetime) -> Found:
    """What `user` may know of that fits `text`; at most eight rows of a kind."""
    asked = read_question(text)
    if asked.is_empty:
        return Found(asked)
    scope = customers_for(user)
    customers = find_customers(scope, asked, EACH)
    tickets = tickets_by_number(user, asked.text, now, EACH)
    if not tickets and customers:
        tickets = living_of(user, customers, EACH)
    appliances = [] if asked.han else find_appliances(scope, asked.text, EACH)
    return Found(asked, customers, tickets, appliances)
