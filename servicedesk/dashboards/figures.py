"""Every figure as the rows it counts: one definition serves the number on the dashboard and the list behind it.

Definitions: handbook/service-standards.md; in words on the page (`wording.py`).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Exists, F, IntegerField, Min, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import TruncDate

from servicedesk.clock import LOCAL
from servicedesk.dashboards.filters import Filters
from servicedesk.people.models import Role, User
from servicedesk.sla.models import ClockKind, ClockState, SlaClock
from servicedesk.tickets.models import Ticket, TicketKind, TicketState

REPEAT_WITHIN = timedelta(days=30)
# Stages in the order in which a ticket passes them; the first one missed is where its time went.
STAGES = (
    ClockKind.OUTLET_SENT,
    ClockKind.OUTLET_ACCEPT,
    ClockKind.DISPATCH,
    ClockKind.TECHNICIAN_CONTACT,
    ClockKind.ARRIVAL,
    ClockKind.FIX,
)


@dataclass(frozen=True)
class View:
    """Who looks, at what, and when."""

    user: User
    filters: Filters
    now: datetime
    # What was read for this view and is asked for again, by the reader's name for it.
    kept: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def tickets(self) -> QuerySet[Ticket]:
        """The tickets in the scope of the reader and the filters, of any time; blind audits stay out of measures."""
        tickets: QuerySet[Ticket] = Ticket.objects.visible_to(self.user).filter(excluded_from_measures=False)
        if self.user.role == Role.AGENT:
            tickets = tickets.filter(owner=self.user)
        if self.filters.outlet:
            tickets = tickets.filter(outlet=self.filters.outlet)
        if self.filters.kind:
            tickets = tickets.filter(kind=self.filters.kind)
        return tickets

    def of_its_tickets(self) -> Q:
        """The condition that the ticket of a row, by its field `ticket`, is one of the view.

        Where that is nearly every ticket of the house, the few others are named: asking one by one takes longer.
        """
        sees_all = self.user.is_active and self.user.sees_all_tickets and self.user.role != Role.AGENT
        if sees_all and not self.filters.outlet and not self.filters.kind:
            return ~Q(ticket__in=Ticket.objects.filter(excluded_from_measures=True))
        return Q(ticket__in=self.tickets())


def met() -> Q:
    """A promise that was kept."""
    return Q(state=ClockState.MET)


def broken() -> Q:
    """A promise that was broken and written down."""
    return Q(state=ClockState.BREACHED)


def overdue(now: datetime) -> Q:
    """A promise that was broken and that no sweep has noticed yet."""
    return Q(state=ClockState.RUNNING, due_at__lt=now)


def missed(now: datetime) -> Q:
    """A promise that was broken, noticed by a sweep or not."""
    return broken() | overdue(now)


def clocks(view: View) -> QuerySet[SlaClock]:
    """The clocks that started in the period on the tickets of the view."""
    period = Q(started_at__gte=view.filters.start, started_at__lt=view.filters.end)
    return SlaClock.objects.filter(period, view.of_its_tickets())


def judged(view: View, kind: str) -> QuerySet[SlaClock]:
    """The clocks of a kind on which the judgement is known: kept or broken."""
    return clocks(view).filter(met() | missed(view.now), kind=kind)


def at_risk(view: View) -> QuerySet[SlaClock]:
    """Clocks that run past their warning, or past their due time, on living tickets: those to look after now."""
    living = view.tickets().filter(
        state__in=[state for state in TicketState.values if state not in {"closed", "cancelled"}]
    )
    running = SlaClock.objects.filter(ticket__in=living, stopped_at=None, due_at__isnull=False)
    return running.filter(warn_at__lte=view.now).order_by(*SOONEST)


def repairs_closed(view: View) -> QuerySet[Ticket]:
    """Repair tickets closed in the period."""
    period = Q(closed_at__gte=view.filters.start, closed_at__lt=view.filters.end)
    return closed_repairs(view.tickets()).filter(period)


def closed_repairs(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Those of `tickets` that are closed repairs."""
    return tickets.filter(kind=TicketKind.REPAIR, state=TicketState.CLOSED)


def repeats() -> Exists:
    """Whether a closed repair was followed by another of the same appliance within 30 days."""
    return Exists(
        Ticket.objects.filter(
            kind=TicketKind.REPAIR,
            appliance=OuterRef("appliance"),
            received_at__gt=OuterRef("closed_at"),
            received_at__lte=OuterRef("closed_at") + REPEAT_WITHIN,
        ).exclude(pk=OuterRef("pk"))
    )


def same_fault_again() -> Exists:
    """Whether a closed repair was followed within 30 days by one of the same appliance and fault group."""
    later = Ticket.objects.filter(
        Q(facts__fault_group=OuterRef("facts__fault_group")) | Q(fault__group=OuterRef("facts__fault_group")),
        kind=TicketKind.REPAIR,
        appliance=OuterRef("appliance"),
        received_at__gt=OuterRef("closed_at"),
        received_at__lte=OuterRef("closed_at") + REPEAT_WITHIN,
    )
    return Exists(later.exclude(pk=OuterRef("pk")))


def fixed_first_time() -> Q:
    """Closed with exactly one visit, never reopened, and not back with the same fault within 30 days."""
    return Q(facts__visits=1, facts__reopened=0) & ~Q(same_fault_again())


def rated(view: View) -> QuerySet[Ticket]:
    """Tickets whose work was completed in the period and whose customer gave a score."""
    period = Q(facts__completed_at__gte=view.filters.start, facts__completed_at__lt=view.filters.end)
    return scored(view.tickets()).filter(period)


def scored(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Those of `tickets` whose customer gave a score."""
    return tickets.filter(is_scored())


def is_scored() -> Q:
    """The customer gave a score."""
    return Q(facts__satisfaction__isnull=False)


def conducted(view: View) -> QuerySet[Ticket]:
    """Tickets whose work was completed in the period and whose conduct was judged by the checklist."""
    period = Q(facts__completed_at__gte=view.filters.start, facts__completed_at__lt=view.filters.end)
    return view.tickets().filter(period, is_judged())


def is_judged() -> Q:
    """The conduct at the customer's was judged by the checklist."""
    return Q(facts__checklist_passed__isnull=False)


def well_conducted() -> Q:
    """Every counted item of every visit was kept: one that was not fails the ticket (100 - 1 = 0)."""
    return Q(facts__checklist_passed=True)


def broken_promises(view: View) -> QuerySet[Any]:
    """Tickets that missed a stage in the period, with `stage`: the place in `STAGES` of the first one missed."""
    ranks = Case(
        *[When(kind=kind, then=Value(place)) for place, kind in enumerate(STAGES)], output_field=IntegerField()
    )
    late = clocks(view).filter(missed(view.now), kind__in=STAGES)
    return late.values("ticket_id").annotate(stage=Min(ranks))


def by_day(found: QuerySet[SlaClock]) -> QuerySet[Any]:
    """Clocks with the local day on which they started."""
    return found.annotate(day=TruncDate("started_at", tzinfo=LOCAL))


def narrowed(found: QuerySet[Any], values: dict[str, str]) -> QuerySet[Any]:
    """Clocks of one line of a table: an outlet, a technician or a day; `none` means without."""
    if "of_outlet" in values:
        found = found.filter(ticket__outlet=None if values["of_outlet"] == "none" else int(values["of_outlet"]))
    if "of_technician" in values:
        found = found.filter(ticket__facts__technician=int(values["of_technician"]))
    if "of_day" in values:
        found = by_day(found).filter(day=values["of_day"])
    return found


NEWEST = F("started_at").desc(), F("id").desc()
SOONEST = "due_at", "id"
