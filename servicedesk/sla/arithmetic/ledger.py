"""The ledger of a clock: what can be recorded about it, and the facts its reading follows from.

The entries stand in the order in which they were recorded. That order pairs each resume with its pause; the
instants decide everything else, since a telephone without a signal delivers its entries late.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from servicedesk.sla.arithmetic.calendars import Calendar

BAD_TARGET = "bad-target"
CALENDAR_NEVER_OPENS = "calendar-never-opens"
HOLIDAY_DATA_MISSING = "holiday-data-missing"
BAD_PAUSE = "bad-pause"
STOP_BEFORE_START = "stop-before-start"
FLAGS = (BAD_TARGET, CALENDAR_NEVER_OPENS, HOLIDAY_DATA_MISSING, BAD_PAUSE, STOP_BEFORE_START)


@dataclass(frozen=True, slots=True)
class Pause:
    """Time stops counting at `at`, for `reason` (a key such as `waiting_for_parts`, not a sentence)."""

    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Resume:
    """The earliest pause still open ends at `at`."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Stop:
    """What was promised was done at `at`; an open pause ends with it."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Reopen:
    """The stopped clock goes on at `at`; the time in between is not counted (policy RESUME)."""

    at: datetime


@dataclass(frozen=True, slots=True)
class ChangeTarget:
    """From `at` on the budget is `minutes`; time already spent stays spent."""

    at: datetime
    minutes: float


@dataclass(frozen=True, slots=True)
class ChangeCalendar:
    """From `at` on time counts by `calendar`; time already spent stays spent."""

    at: datetime
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class ChangeWindow:
    """From `at` on the clock is not due before `until`, the end of the requested window; None = no window."""

    at: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Uphold:
    """What was known at `at` stands, whatever the terms now say of the time before: broken at `broken_at`, or not at
    all (None), and then due no earlier than `at`.
    """

    at: datetime
    broken_at: datetime | None


Change = ChangeTarget | ChangeCalendar | ChangeWindow | Uphold
Entry = Pause | Resume | Stop | Reopen | Change


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """All that a clock's reading follows from, except the instant it is read at.

    `target_minutes` are minutes of `calendar`; `warn_percent` (0 to 100) of them is the warning point, None
    = no warning; `floor` is the end of a window requested from the start on, which moves due when it lies
    later.
    """

    start: datetime
    target_minutes: float
    calendar: Calendar
    warn_percent: float | None = None
    pausable: bool = True
    entries: Sequence[Entry] = ()
    floor: datetime | None = None
