"""The targets every installation starts with: the table of docs/sla.md as rows, which may be edited."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from servicedesk.sla.models import ClockKind, PauseReason, SlaPolicy, SlaTarget
from servicedesk.worktime.defaults import ALWAYS, CALL, SINCE, WORK
from servicedesk.worktime.models import WorkCalendar

CUSTOMER = [PauseReason.WAITING_FOR_CUSTOMER.value]
CUSTOMER_OR_PARTS = [*CUSTOMER, PauseReason.WAITING_FOR_PARTS.value]


@dataclass(frozen=True)
class Default:
    """One target: minutes of a calendar, or the end of its next open day where `minutes` is None."""

    minutes: float | None
    pausable_by: list[str] = field(default_factory=list)
    calendar: str = ALWAYS


# Minutes from receipt for priority 1 (safety, no water or power), 2 (broken), 3 (other), and what may pause the clock.
BY_PRIORITY: dict[ClockKind, tuple[tuple[int, int, int], list[str]]] = {
    ClockKind.CONTACT: ((15, 30, 60), []),
    ClockKind.OUTLET_SENT: ((5, 15, 30), []),
    ClockKind.OUTLET_ACCEPT: ((15, 30, 120), []),
    ClockKind.DISPATCH: ((30, 60, 240), CUSTOMER),
    ClockKind.TECHNICIAN_CONTACT: ((30, 90, 480), CUSTOMER),
    ClockKind.ARRIVAL: ((120, 480, 1440), CUSTOMER),
    # A promise of parts supply to the outlet that waits; the customer's clocks stand still meanwhile.
    ClockKind.PART_SUPPLY: ((1440, 2880, 4320), []),
    ClockKind.FIX: ((480, 1440, 2880), CUSTOMER_OR_PARTS),
}
COMPLAINT = {
    ClockKind.COMPLAINT_ANSWER: Default(120, CUSTOMER, WORK),
    ClockKind.COMPLAINT_DECISION: Default(2880, CUSTOMER, WORK),
}
EVERYBODY = {ClockKind.CALLBACK: Default(None, [], CALL)}
# First human answer by channel (handbook/service-standards.md, standard 1): a telephone rings three times of five
# seconds; letters are answered within four working hours.
ANSWERS = {
    "phone": Default(0.25),
    "chat": Default(1),
    "message": Default(15),
    "web": Default(240, calendar=WORK),
    "email": Default(240, calendar=WORK),
}


def default_policies() -> Iterator[tuple[str, dict[str, Any], dict[ClockKind, Default]]]:
    """Code, whom it fits, and targets of each default policy."""
    yield "default", {}, EVERYBODY
    yield "default-complaint", {"kind": "complaint"}, COMPLAINT
    for channel, answer in ANSWERS.items():
        yield f"default-answer-{channel}", {"channel": channel}, {ClockKind.FIRST_ANSWER: answer}
    for index, priority in enumerate((1, 2, 3)):
        targets = {kind: Default(minutes[index], reasons) for kind, (minutes, reasons) in BY_PRIORITY.items()}
        yield f"default-p{priority}", {"priority": priority}, targets


def load_policies() -> None:
    """Adds the default policies that are missing; needs the default calendars. A policy that exists is left alone."""
    calendars = {calendar.code: calendar for calendar in WorkCalendar.objects.all()}
    for code, fits, targets in default_policies():
        if SlaPolicy.objects.filter(code=code).exists():
            continue
        policy = SlaPolicy.objects.create(code=code, effective_from=SINCE, **fits)
        SlaTarget.objects.bulk_create(
            SlaTarget(
                policy=policy,
                clock=kind,
                rule=SlaTarget.Rule.NEXT_DAY_END if target.minutes is None else SlaTarget.Rule.MINUTES,
                minutes=target.minutes,
                calendar=calendars[target.calendar],
                pausable_by=target.pausable_by,
            )
            for kind, target in targets.items()
        )
