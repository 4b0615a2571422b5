"""Exchanges and refunds in the demonstration: one to approve, one to carry out, one done; all by real actions."""

from datetime import datetime, timedelta

from servicedesk.people.models import CustomerKind, Role, User
from servicedesk.project.demo.staff import Staff
from servicedesk.project.demo.waiting import REPAIRER, drawn_sheet
from servicedesk.tickets.models import Ticket, TicketKind, TicketState
from warranty.facts_builder import local_day
from warranty.models import RemedyKind
from warranty.remedies.carrying_out import NewUnit, OldUnit, record_exchange, record_old_unit
from warranty.remedies.choosing import WORKED_ON, Choice, approve_remedy, choose_remedy
from warranty.remedies.selectors import options_of
from warranty.repair_log import RepairElsewhere, record_elsewhere

DAY = timedelta(days=1)
# Days before the call on which the two repairs that failed were handed over; each took two days.
REPAIRED = (50, 25)
PLANS = (
    (RemedyKind.EXCHANGE, "修了两次还是老毛病，要换新的", "chosen"),
    (RemedyKind.REDUCED, "不想再要了，退款吧", "approved"),
    (RemedyKind.EXCHANGE, "同型号换一台", "done"),
)


def add_remedies(staff: Staff, as_of: datetime) -> int:
    """How many exchanges and refunds were begun, on open tickets whose units were repaired twice in vain nearby."""
    manager = User.objects.filter(role=Role.MANAGER, is_active=True).order_by("pk").first()
    made = 0
    for ticket in worn_out(as_of):
        if made == len(PLANS) or manager is None:
            break
        kind, words, upto = PLANS[made]
        _repair_twice(ticket, staff.agents[0])
        if kind not in {option.kind for option in options_of(ticket, as_of)}:
            continue
        made += 1
        choice = Choice(kind, "phone", words, same_model=True)
        case = choose_remedy(ticket.pk, choice, actor=staff.agents[0], now=as_of)
        if upto != "chosen":
            approve_remedy(case.pk, actor=manager, now=as_of)
        if upto == "done":
            _carry_out(case.pk, ticket, staff.agents[0], as_of)
    return made


def worn_out(as_of: datetime) -> list[Ticket]:
    """Repairs under way for private customers whose unit is in its year and was bought well before the call."""
    today = local_day(as_of)
    bought = (today - 360 * DAY, today - 80 * DAY)
    tickets = Ticket.objects.filter(
        state__in=WORKED_ON,
        kind=TicketKind.REPAIR,
        customer__kind=CustomerKind.PERSON,
        appliance__invoice_date__range=bought,
        appliance__invoice_status="present",
        appliance__price__gt=0,
        appliance__repairs=None,
    )
    rows = tickets.select_related("appliance__category", "appliance__model", "appliance__customer")
    # Those nobody is on the way to come first, since the one that is done is to end its ticket.
    first = sorted(rows, key=lambda ticket: (ticket.state != TicketState.OPEN, ticket.pk))
    # A unit may be on two tickets; it was worn out once.
    return list({ticket.appliance_id: ticket for ticket in reversed(first)}.values())[::-1]


def _repair_twice(ticket: Ticket, agent: User) -> None:
    called = local_day(ticket.received_at)
    for days in REPAIRED:
        handed = called - days * DAY
        repair = RepairElsewhere(
            repairer=REPAIRER,
            kind="warranty",
            handed_over_on=handed,
            returned_on=handed + 2 * DAY,
            fault_group=ticket.fault.group if ticket.fault else "",
            work="更换部件",
        )
        record_elsewhere(ticket.appliance_id or 0, repair, drawn_sheet(handed), actor=agent, now=ticket.received_at)


def _carry_out(remedy_id: int, ticket: Ticket, agent: User, as_of: datetime) -> None:
    if ticket.appliance is None:
        return
    today, old = local_day(as_of), ticket.appliance.serial or f"HT-{ticket.appliance_id}"
    record_old_unit(remedy_id, OldUnit(old, today, "外观完好"), actor=agent, now=as_of)
    record_exchange(remedy_id, NewUnit(f"{old}-N", today), actor=agent, now=as_of)
