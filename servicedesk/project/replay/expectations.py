"""What a story expects, compared with what is found: each figure on a line of its own."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from servicedesk.clock import LOCAL
from servicedesk.project.replay import learning_expectations as learning
from servicedesk.project.replay import repeat_expectations as repeats
from servicedesk.project.replay.care_figures import CARE_FIGURES
from servicedesk.project.replay.document import Expectation, instant
from servicedesk.project.replay.line import Line
from servicedesk.project.replay.world import World
from servicedesk.sla.models import ClockKind, SlaClock, SlaEvent
from servicedesk.tickets.models import Ticket
from visits.models import CallbackAttempt
from warranty.facts_builder import Question
from warranty.rules.facts import FaultType
from warranty.selectors import reading_of

# Besides the figure itself each expectation may carry these.
CONTEXT = frozenset({"ticket", "appliance", "at", "clock", "cycle", "main_part", "fault_type", "visit"})
Values = Mapping[str, Any]


def minutes_between(start: datetime | None, end: datetime | None) -> float | int | None:
    """Wall-clock minutes, whole where they are whole; None where an end is missing."""
    if start is None or end is None:
        return None
    minutes = (end - start).total_seconds() / 60
    return int(minutes) if minutes == int(minutes) else round(minutes, 2)


def clock_of(ticket: Ticket, values: Values) -> SlaClock | None:
    """The clock of the kind, of the named cycle or the latest."""
    clocks = SlaClock.objects.filter(ticket=ticket, kind=values["clock"])
    if values.get("cycle"):
        clocks = clocks.filter(cycle=values["cycle"])
    return clocks.order_by("-cycle").first()


def minutes(ticket: Ticket, values: Values, _now: datetime) -> Any:
    """Wall-clock minutes from start to stop of a clock."""
    clock = clock_of(ticket, values)
    return None if clock is None else minutes_between(clock.started_at, clock.stopped_at)


def due(ticket: Ticket, values: Values, _now: datetime) -> Any:
    """Local day and time at which a clock is due."""
    clock = clock_of(ticket, values)
    if clock is None or clock.due_at is None:
        return None
    return clock.due_at.astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M")


def state(ticket: Ticket, values: Values, now: datetime) -> Any:
    """State of a clock, or of the ticket where no clock is named."""
    if "clock" not in values:
        return ticket.state
    clock = clock_of(ticket, values)
    return None if clock is None else str(clock.state_at(now))


def callback_after_arrival(ticket: Ticket, _values: Values, _now: datetime) -> Any:
    """Minutes from the first arrival to the first call that reached the customer."""
    calls = CallbackAttempt.objects.filter(callback__ticket=ticket, outcome=CallbackAttempt.Outcome.REACHED)
    first = calls.order_by("at").first()
    return minutes_between(ticket.facts.first_arrival_at, first.at if first else None)


def visits(ticket: Ticket, _values: Values, _now: datetime) -> Any:
    """How many visits reached the door."""
    return ticket.facts.visits


def outcome(ticket: Ticket, _values: Values, _now: datetime) -> Any:
    """How the last visit ended."""
    return ticket.facts.outcome


def praise(ticket: Ticket, _values: Values, _now: datetime) -> Any:
    """How many praises are linked to the ticket."""
    return ticket.praises.count()


def warning(ticket: Ticket, values: Values, _now: datetime) -> Any:
    """The code, where it was raised: a clock's warning or breach, or a rule of dispatch that was overridden."""
    code = values["warning"] and str(values["warning"])
    if code in repeats.WARNINGS or "visit" in values:
        return repeats.warning(ticket, values)
    if code in ClockKind.values:
        found = SlaEvent.objects.filter(clock__ticket=ticket, clock__kind=code).exists()
    else:
        rows = ticket.assignments.values_list("overrides", flat=True)
        found = any(one.get("code") == code for overrides in rows for one in overrides)
    return code if found else None


OF_TICKET: dict[str, Callable[[Ticket, Values, datetime], Any]] = {
    "minutes": minutes,
    "due": due,
    "state": state,
    "callback_after_arrival": callback_after_arrival,
    "visits": visits,
    "outcome": outcome,
    "praise": praise,
    "warning": warning,
    **CARE_FIGURES,
    "came_back": repeats.came_back,
    "first_repair_by": repeats.first_repair_by,
    "proposal": repeats.proposal,
}
FIGURES = frozenset(OF_TICKET) | frozenset(learning.OF_TICKET) | frozenset(learning.OF_THINGS)
FIGURES |= {"warranty", "history"}


def mistakes_in(expectation: Expectation) -> list[str]:
    """What cannot be understood in an expectation, in sentences with their place."""
    place, values = expectation.place, expectation.values
    found = [f"{place}.{key}: is not known" for key in sorted(set(values) - FIGURES - CONTEXT)]
    if not set(values) & FIGURES:
        found.append(f"{place}: expects nothing; known are {', '.join(sorted(FIGURES))}")
    if "warranty" in values and not {"appliance", "at"} <= set(values):
        found.append(f"{place}: warranty needs an appliance and at")
    if "history" in values and "appliance" not in values:
        found.append(f"{place}: history needs an appliance")
    for kind in sorted(set(values) & set(learning.OF_THINGS)):
        found += learning.mistakes_in_thing(place, kind, values[kind])
    if set(values) & (set(OF_TICKET) | set(learning.OF_TICKET)) and "ticket" not in values:
        found.append(f"{place}: needs a ticket")
    if "minutes" in values and "clock" not in values:
        found.append(f"{place}: minutes need a clock")
    if "due" in values and "clock" not in values:
        found.append(f"{place}: due needs a clock")
    if "clock" in values and values["clock"] not in ClockKind.values:
        found.append(f"{place}.clock: {values['clock']!r} is not known; known are {', '.join(ClockKind.values)}")
    return found


def compare(world: World, expectation: Expectation, now: datetime) -> list[Line]:
    """A line for each figure of the expectation. Raises StoryError for a name the story has not."""
    values = expectation.values
    lines = []
    for key, wanted in values.items():
        if key in OF_TICKET:
            ticket = world.find("tickets", values["ticket"])
            ticket.refresh_from_db()
            visit = f"visit {values['visit']}" if "visit" in values else ""
            name = " ".join(str(part) for part in (values["ticket"], values.get("clock", ""), visit, key) if part)
            found = OF_TICKET[key](ticket, values, now)
            lines.append(Line(name, int(wanted) if isinstance(wanted, bool) else wanted, found))
        elif key in learning.OF_TICKET:
            ticket = world.find("tickets", values["ticket"])
            ticket.refresh_from_db()
            found = learning.OF_TICKET[key](world, ticket, values)
            lines.append(Line(f"{values['ticket']} {key}", learning.in_order(key, wanted), found))
        elif key == "history":
            lines.append(repeats.history(world, values))
        elif key in learning.OF_THINGS:
            lines += learning.compare_thing(world, key, wanted)
        elif key == "warranty":
            lines.append(guarantee(world, values))
    return lines


def guarantee(world: World, values: Values) -> Line:
    """What the customer is entitled to on that day, as codes of docs/warranty.md."""
    appliance = world.find("appliances", values["appliance"])
    moment = instant(values["at"], world.case.zone)
    question = Question(
        fault_type=FaultType(values.get("fault_type", FaultType.PERFORMANCE)),
        main_part=str(values.get("main_part", "")),
        # Told again on a ticket that is open already, the fault is that day's and not the first report's.
        fault_on=moment.astimezone(world.case.zone).date() if "ticket" in values else None,
    )
    ticket = world.find("tickets", values["ticket"]) if "ticket" in values else None
    if ticket is not None:
        ticket.refresh_from_db()
    found = sorted(str(code) for code in reading_of(appliance, question, ticket=ticket, now=moment).verdict.codes)
    wanted = values["warranty"] if isinstance(values["warranty"], list) else [values["warranty"]]
    return Line(f"{values['appliance']} warranty on {moment.date()}", sorted(str(code) for code in wanted), found)
