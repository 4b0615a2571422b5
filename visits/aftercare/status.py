"""What the customer's page says of his ticket: how far it is, when somebody comes, why it waits, what he may ask for.

Nothing of it names anybody in full: a technician by surname and title, phones masked, no street.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from dispatch.models import ACTIVE, Assignment
from servicedesk.sla.models import ClockKind, ClockState, PauseReason, SlaClock, SlaSegment
from servicedesk.tickets.models import Outcome, Ticket, TicketState
from visits.aftercare.cards import numbers_of
from visits.aftercare.guarantee_status import GuaranteeStatus, guarantee_of
from visits.aftercare.services.customer import rating_of
from visits.models import Callback, SurveyResponse, Visit, VisitState

VISIT_STAGES = (
    ("received", pgettext_lazy("stage", "Received")),
    ("booked", pgettext_lazy("stage", "Booked")),
    ("on_the_way", pgettext_lazy("stage", "On the way")),
    ("at_work", pgettext_lazy("stage", "At work")),
    ("completed", pgettext_lazy("stage", "Done")),
)
DESK_STAGES = (VISIT_STAGES[0], ("completed", pgettext_lazy("stage", "Answered")))

PREPARE: tuple[str | Promise, ...] = (
    gettext_lazy("Clear the space around the appliance, about one metre."),
    gettext_lazy("Have the invoice and the guarantee card at hand, a photo will do."),
    gettext_lazy("At the door, ask for the star service certificate; before work begins, for the price list."),
    gettext_lazy("A drink, cigarettes or a gift are kindly declined: our technicians take nothing."),
)
GAS = gettext_lazy("If you smell gas: close the valve, open the windows, switch nothing, call from outside.")
PREPARE_BY_CATEGORY: dict[str, str | Promise] = {
    "washing_machine": gettext_lazy("Take the laundry out and make sure that the tap can be reached."),
    "dishwasher": gettext_lazy("Take the dishes out and make sure that the tap can be reached."),
    "refrigerator": gettext_lazy("Keep food that spoils somewhere cool; leave the appliance plugged in."),
    "freezer": gettext_lazy("Keep food that spoils somewhere cool; leave the appliance plugged in."),
    "air_conditioner": gettext_lazy("Make the outdoor unit accessible; tell us if it hangs high outside."),
    "gas_water_heater": GAS,
    "range_hood": gettext_lazy("Take the pots off the stove; let the hood cool down."),
    "gas_stove": GAS,
}
REASONS: dict[str, str | Promise] = {
    PauseReason.WAITING_FOR_CUSTOMER: gettext_lazy("We are waiting to hear from you: call us, or ask for a call."),
    PauseReason.WAITING_FOR_PARTS: gettext_lazy("We are waiting for a spare part."),
}
# Surnames of two signs.
COMPOUND = (
    *("欧阳", "司徒", "司马", "上官", "诸葛", "夏侯", "东方", "皇甫", "公孙", "慕容", "宇文"),
    *("端木", "南宫", "令狐", "尉迟", "万俟", "长孙", "澹台", "呼延", "申屠", "独孤"),
)


@dataclass(frozen=True)
class Step:
    """One stage of the bar: done, current, todo or stopped."""

    label: str | Promise
    state: str
    when: datetime | None = None


@dataclass(frozen=True)
class Status:
    """Everything the page shows, as of one instant."""

    steps: list[Step]
    headline: str
    technician: str
    window: tuple[datetime, datetime] | None
    latest_by: datetime | None
    waiting: str
    waiting_until: datetime | None
    late: bool
    prepare: list[str | Promise]
    guarantee: GuaranteeStatus
    rating: SurveyResponse | None
    may_rate: bool
    owed_call: Callback | None
    number: str


def status_of(ticket: Ticket, now: datetime) -> Status:
    """How the ticket stands for its customer, as of now."""
    visit = Visit.objects.filter(ticket=ticket).exclude(departed_at=None, state=VisitState.ABORTED)
    latest = visit.select_related("technician__user").order_by("-id").first()
    booking = Assignment.objects.filter(ticket=ticket, state__in=ACTIVE, part=Assignment.Part.LEAD)
    booked = booking.select_related("technician__user").first()
    stage = _stage(ticket, latest)
    coming = stage in {"received", "booked", "on_the_way"} and ticket.wants_visit and not ticket.has_ended
    open_clocks = list(SlaClock.objects.filter(ticket=ticket, stopped_at=None))
    waiting, until = _waiting(open_clocks)
    arrival = next((clock for clock in open_clocks if clock.kind == ClockKind.ARRIVAL), None)
    return Status(
        steps=_steps(ticket, stage),
        headline=_headline(ticket, stage, latest),
        technician=_technician(booked, latest, stage),
        window=_window(ticket) if coming else None,
        latest_by=arrival.due_at if coming and arrival is not None else None,
        waiting=waiting,
        waiting_until=until,
        late=coming and arrival is not None and arrival.state_at(now) == ClockState.BREACHED,
        prepare=_prepare(ticket) if coming else [],
        guarantee=guarantee_of(ticket),
        rating=rating_of(ticket),
        may_rate=ticket.state in {TicketState.AWAITING_CALLBACK, TicketState.CLOSED},
        owed_call=Callback.objects.filter(ticket=ticket, state=Callback.State.OPEN).order_by("due_at").first(),
        number=next(iter(numbers_of(ticket)), ""),
    )


def _stage(ticket: Ticket, visit: Visit | None) -> str:
    if ticket.state in {TicketState.AWAITING_CALLBACK, TicketState.CLOSED}:
        return "completed"
    if ticket.state == TicketState.IN_SERVICE:
        return "at_work"
    if ticket.state == TicketState.SCHEDULED:
        return "on_the_way" if visit is not None and visit.state == VisitState.EN_ROUTE else "booked"
    return "received"


def _steps(ticket: Ticket, stage: str) -> list[Step]:
    stages = VISIT_STAGES if ticket.wants_visit else DESK_STAGES
    if ticket.state == TicketState.CANCELLED:
        return [Step(stages[0][1], "done", ticket.received_at), Step(pgettext("stage", "Cancelled"), "stopped")]
    codes = [code for code, _label in stages]
    at = codes.index(stage)
    over = stage == codes[-1]
    whens = {"received": ticket.received_at, "completed": ticket.facts.completed_at or ticket.closed_at}
    return [
        Step(
            label,
            "done" if place < at or over else "current" if place == at else "todo",
            whens.get(code) if place <= at else None,
        )
        for place, (code, label) in enumerate(stages)
    ]


def _headline(ticket: Ticket, stage: str, visit: Visit | None) -> str:
    if ticket.state == TicketState.CANCELLED:
        return _("This request has been cancelled.")
    if stage == "at_work" and visit is not None and visit.outcome == Outcome.TAKEN_TO_WORKSHOP and visit.ended_at:
        return _("Your appliance is being repaired in our workshop.")
    if not ticket.wants_visit:
        return _("We have answered your request.") if stage == "completed" else _("We are dealing with your request.")
    return {
        "received": _("We have your request and are arranging a technician."),
        "booked": _("A technician is booked for you."),
        "on_the_way": _("The technician is on the way to you."),
        "at_work": _("The technician is with you."),
        "completed": _("The work has been completed."),
    }[stage]


def _technician(booked: Assignment | None, visit: Visit | None, stage: str) -> str:
    if booked is not None:
        return title_of(booked.technician.user.name)
    return title_of(visit.technician.user.name) if visit is not None and stage in {"at_work", "completed"} else ""


def title_of(name: str) -> str:
    """A technician as customers know him: surname and title, never the whole name."""
    words = name.split()
    chinese = name[:2] if name.startswith(COMPOUND) else name[:1]
    surname = words[-1] if len(words) > 1 else chinese
    return pgettext("customer", "Technician %(surname)s") % {"surname": surname}


def _window(ticket: Ticket) -> tuple[datetime, datetime] | None:
    """The time promised, as long as somebody is booked for it; else the time the customer asked for."""
    if (
        ticket.state == TicketState.SCHEDULED
        and ticket.promised_from is not None
        and ticket.promised_until is not None
    ):
        return ticket.promised_from, ticket.promised_until
    if ticket.requested_from is not None and ticket.requested_until is not None:
        return ticket.requested_from, ticket.requested_until
    return None


def _waiting(clocks: list[SlaClock]) -> tuple[str, datetime | None]:
    paused = [clock.pk for clock in clocks if clock.state == ClockState.PAUSED]
    if not paused:
        return "", None
    lines = SlaSegment.objects.filter(clock__in=paused, kind=SlaSegment.Kind.PAUSED)
    line = lines.order_by("-id").first()
    return ("", None) if line is None else (str(REASONS.get(line.reason, "")), line.expected_end_at)


def _prepare(ticket: Ticket) -> list[str | Promise]:
    own = PREPARE_BY_CATEGORY.get(ticket.category.code) if ticket.category else None
    return [own, *PREPARE] if own else list(PREPARE)
