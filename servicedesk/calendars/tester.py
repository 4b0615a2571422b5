"""A promise tried out on a calendar: the due time with its strip and arithmetic, nothing saved."""

from dataclasses import dataclass
from datetime import datetime

from servicedesk.sla.arithmetic import ChangeCalendar, ClockFacts, Entry, Explanation, Pause, Resume, explain_clock
from servicedesk.sla.calendars import Calendars


@dataclass(frozen=True)
class Trial:
    """What to try: a start, a target in minutes of the calendar, and a pause, which both ends have or neither."""

    start: datetime
    minutes: float
    pause_from: datetime | None = None
    pause_until: datetime | None = None


def try_out(book: Calendars, calendar_id: int, trial: Trial) -> Explanation:
    """The due time as it will be if nothing else happens, versions that are to come included.

    A clock reads only what has happened (docs/sla.md), so each version is read at the instant it comes into force,
    as long as the promise is not due before. Refuses with 409 a calendar that cannot be read.
    """
    entries: list[Entry] = []
    moment = trial.start
    if trial.pause_from is not None and trial.pause_until is not None:
        entries = [Pause(trial.pause_from), Resume(trial.pause_until)]
        moment = max(moment, trial.pause_until)
    changes = book.changes_after(calendar_id, trial.start)
    facts = ClockFacts(
        start=trial.start,
        target_minutes=trial.minutes,
        calendar=book.at(calendar_id, trial.start),
        entries=[*entries, *(ChangeCalendar(since, calendar) for since, calendar in changes)],
    )
    found = explain_clock(facts, moment)
    for since, _ in changes:
        due = found.reading.due_at
        if since <= moment:
            continue
        if due is not None and due <= since:
            break
        moment = since
        found = explain_clock(facts, moment)
    return found
