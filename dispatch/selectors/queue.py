"""The dispatcher's queue: views with their counts, ordered by what breaks next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
)
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from dispatch.models import ACTIVE, Assignment, AssignmentState
from dispatch.selectors.days import day_of, day_span
from servicedesk.clock import LOCAL
from servicedesk.sla.models import ClockState, SlaClock
from servicedesk.sla.selectors import Chip, chips, next_to_break
from servicedesk.tickets.models import VISIT_KINDS, Handover, Ticket

PAGE = 25
SOONEST = F("next_due").asc(nulls_last=True), "received_at", "pk"
SHOWN = ("customer", "address", "category", "appliance__category", "appliance__model", "outlet", "fault")


@dataclass(frozen=True)
class View:
    """A saved view of the queue."""

    key: str
    label: str | Promise
    tone: str = ""


VIEWS = (
    View("handover", pgettext_lazy("queue", "To hand over"), "warn"),
    View("accept", pgettext_lazy("queue", "To accept"), "warn"),
    View("assign", pgettext_lazy("queue", "To assign"), "warn"),
    View("today", pgettext_lazy("queue", "Assigned today")),
    View("risk", pgettext_lazy("queue", "At risk"), "danger"),
    View("waiting", pgettext_lazy("queue", "Waiting")),
)
DEFAULT = "assign"


@dataclass(frozen=True)
class Row:
    """A ticket of the queue with the clock that breaks next and who is assigned, if somebody is."""

    ticket: Ticket
    chip: Chip | None
    assignment: Assignment | None
    waits_for: str = ""


@dataclass(frozen=True)
class Page:
    """One page of a view; `before` and `after` are the cursors beside it, empty at an end."""

    rows: list[Row]
    total: int
    before: str = ""
    after: str = ""


def views_for(user: Any) -> tuple[View, ...]:
    """The views of a person: tickets that are with no outlet yet are only known to those who see every ticket."""
    return VIEWS if user.sees_all_tickets else VIEWS[1:]


def queue_of(user: Any, now: datetime, outlet_id: int | None = None) -> QuerySet[Ticket]:
    """The living visit tickets `user` may know of, each told apart by the stage it is in."""
    tickets: QuerySet[Ticket] = Ticket.objects.visible_to(user).living().filter(kind__in=VISIT_KINDS)
    if outlet_id:
        tickets = tickets.filter(outlet=outlet_id)
    leads = Assignment.objects.filter(part=Assignment.Part.LEAD)
    clocks = SlaClock.objects.filter(stopped_at=None).exclude(state=ClockState.VOID)
    day = day_span(day_of(now, LOCAL), LOCAL)
    today = leads.filter(state__in=[*ACTIVE, AssignmentState.DONE], span__overlap=(day.start, day.end))
    own_clocks = clocks.filter(ticket=OuterRef("pk"), due_at__isnull=False)
    # What few rows of the house have is read once for all tickets, the rest is asked ticket by ticket.
    return with_handover(tickets).annotate(
        is_led=_one_of(leads.filter(state__in=ACTIVE)),
        is_today=Exists(today.filter(ticket=OuterRef("pk"))),
        is_paused=_one_of(clocks.filter(state=ClockState.PAUSED)),
        is_late=_one_of(clocks.filter(warn_at__lte=now)),
        next_due=Subquery(own_clocks.order_by("due_at").values("due_at")[:1]),
    )


def with_handover(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """The tickets, each told whether its outlet still has to answer (`is_sent`) or has accepted (`is_accepted`)."""
    handovers = Handover.objects.filter(ticket=OuterRef("pk"))
    return tickets.annotate(
        is_sent=Exists(handovers.filter(state=Handover.State.SENT)),
        is_accepted=Exists(handovers.filter(state=Handover.State.ACCEPTED)),
    )


def _one_of(rows: QuerySet[Any]) -> ExpressionWrapper[Q]:
    """Whether one of `rows` belongs to the ticket of the query."""
    return ExpressionWrapper(Q(pk__in=rows.values("ticket")), output_field=BooleanField())


CONDITIONS = {
    "handover": Q(state="open", outlet=None),
    "accept": Q(state="open", is_sent=True),
    "assign": Q(state__in=["open", "in_service"], is_accepted=True, is_led=False, is_paused=False),
    "today": Q(is_today=True),
    "risk": Q(is_late=True),
    "waiting": Q(is_paused=True),
}


def counts_of(queue: QuerySet[Ticket]) -> dict[str, int]:
    """How many tickets stand in each view; one query."""
    flags = {
        f"in_{key}": ExpressionWrapper(condition, output_field=BooleanField()) for key, condition in CONDITIONS.items()
    }
    counted = queue.annotate(**flags).aggregate(
        **{key: Count("pk", filter=Q(**{f"in_{key}": True})) for key in CONDITIONS}
    )
    return dict(counted)


def page_of(queue: QuerySet[Ticket], view: str, now: datetime, start: int, total: int) -> Page:
    """The rows of `view` from place `start` on, next to break first; four queries."""
    active = Assignment.objects.filter(state__in=ACTIVE, part=Assignment.Part.LEAD).select_related("technician__user")
    # Chosen first and loaded after: sorting whole rows with all that hangs on them takes much longer.
    shown = queue.filter(CONDITIONS[view]).order_by(*SOONEST)[start : start + PAGE]
    chosen = list(shown.values_list("pk", flat=True))
    found = with_handover(Ticket.objects.select_related(*SHOWN)).prefetch_related(
        Prefetch("assignments", queryset=active, to_attr="active_leads")
    )
    loaded = found.in_bulk(chosen)
    tickets = [loaded[pk] for pk in chosen if pk in loaded]
    clocks = chips(tickets, now) if tickets else {}
    return Page(
        rows=[_row(ticket, clocks[ticket.pk]) for ticket in tickets],
        total=total,
        before=str(max(0, start - PAGE)) if start else "",
        after=str(start + PAGE) if start + PAGE < total else "",
    )


def _row(ticket: Any, clocks: list[Chip]) -> Row:
    paused = next((chip.paused_reason for chip in clocks if chip.state == ClockState.PAUSED), "")
    return Row(ticket, next_to_break(clocks), next(iter(ticket.active_leads), None), paused)
