"""The arithmetic against a naive stepper that walks minute by minute, and second by second near the edges."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from servicedesk.sla.arithmetic import (
    Calendar,
    ChangeCalendar,
    ChangeTarget,
    ClockFacts,
    Entry,
    Interval,
    Pause,
    Reopen,
    Resume,
    Stop,
    read_clock,
)

# In the suite, and in the proof that `make prove` runs.
CASES, PROOF_CASES = 500, 20_000
SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
ZONES = ("Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu")
# Around both changes of the clocks of 2026, a Spring Festival and a month end.
DAYS = (date(2026, 3, 7), date(2026, 10, 24), date(2026, 10, 30), date(2026, 4, 4), date(2026, 2, 13))


@dataclass
class Stepper:
    """A clock followed one unit at a time, in the plainest way that follows the rules."""

    facts: ClockFacts
    unit: timedelta
    horizon: datetime
    elapsed: int = 0
    target: int = 0
    due: datetime | None = None
    warn: datetime | None = None
    breach: datetime | None = None
    pauses: int = 0
    stopped: datetime | None = None
    waiting: list[Entry] = field(default_factory=list)
    open_units: dict[int, set[datetime]] = field(default_factory=dict)

    def open_at(self, calendar: Calendar, instant: datetime) -> bool:
        if id(calendar) not in self.open_units:
            self.open_units[id(calendar)] = self.units_of(calendar)
        return instant in self.open_units[id(calendar)]

    def units_of(self, calendar: Calendar) -> set[datetime]:
        units: set[datetime] = set()
        first = self.facts.start.astimezone(calendar.zone).date() - timedelta(days=1)
        for number in range((self.horizon - self.facts.start).days + 3):
            day = first + timedelta(days=number)
            special = calendar.special_days.get(day)
            for window in calendar.week.get(day.weekday(), ()) if special is None else special:
                midnight = datetime(day.year, day.month, day.day)
                wall = [midnight + timedelta(minutes=minute) for minute in (window.opens, window.closes)]
                here, end = (moment.replace(tzinfo=calendar.zone).astimezone(UTC) for moment in wall)
                while here < end:
                    units.add(here)
                    here += self.unit
        return units

    def read(self, as_of: datetime) -> tuple[object, ...]:
        now, calendar = self.facts.start.astimezone(UTC), self.facts.calendar
        self.target = round(self.facts.target_minutes * 60 / self.unit.total_seconds())
        entries = [entry for entry in self.facts.entries if entry.at <= as_of]
        while True:
            while entries and entries[0].at <= now:
                calendar = self.take(entries.pop(0), calendar)
            if now >= as_of:
                break
            if not self.stopped and not self.pauses:
                self.note(now)
                if self.due == now and self.breach is None:
                    self.breach = now
                self.elapsed += self.open_at(calendar, now)
            now += self.unit
        return self.answer(calendar, now)

    def take(self, entry: Entry, calendar: Calendar) -> Calendar:
        if self.stopped and isinstance(entry, ChangeTarget | ChangeCalendar):
            self.waiting.append(entry)
            return calendar
        match entry:
            case Pause():
                self.pauses += self.facts.pausable
            case Resume():
                self.pauses -= self.facts.pausable
            case Stop():
                self.stopped, self.pauses = entry.at, 0
            case Reopen():
                self.stopped = None
                waiting, self.waiting = self.waiting, []
                for change in waiting:
                    calendar = self.take(change, calendar)
            case ChangeTarget(minutes=minutes):
                before, self.target = self.target, round(minutes * 60 / self.unit.total_seconds())
                if self.target != before:
                    self.due = self.warn = None
            case ChangeCalendar(calendar=calendar):
                pass
        return calendar

    def note(self, now: datetime) -> None:
        window_over = self.facts.floor is None or now >= self.facts.floor
        if self.due is None and self.elapsed >= self.target and window_over:
            self.due = now
        if self.warn is None and self.elapsed >= self.target * (self.facts.warn_percent or 0) / 100:
            self.warn = now

    def answer(self, calendar: Calendar, now: datetime) -> tuple[object, ...]:
        elapsed, paused = self.elapsed, self.pauses > 0 and not self.stopped
        state = "met" if self.stopped else "paused" if paused else "running"
        now = self.stopped or now
        if paused and self.due is None:
            self.warn = None
        while self.due is None and not paused:
            self.note(now)
            assume(now < self.horizon)
            self.elapsed += self.open_at(calendar, now)
            now += self.unit
        left = max(self.target - elapsed, 0)
        return ("breached" if self.breach else state, self.due, elapsed, self.breach, self.warn, left)


def arithmetic(facts: ClockFacts, as_of: datetime, unit: timedelta) -> tuple[object, ...]:
    reading = read_clock(facts, as_of)
    size = unit.total_seconds() / 60
    assert reading.elapsed_minutes is not None
    assert reading.remaining_minutes is not None
    return (
        reading.state.value,
        reading.due_at and reading.due_at.astimezone(UTC),
        round(reading.elapsed_minutes / size, 6),
        reading.breach_at and reading.breach_at.astimezone(UTC),
        reading.warn_at and reading.warn_at.astimezone(UTC),
        round(reading.remaining_minutes / size, 6),
    )


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    opens = draw(st.integers(0, 95)) * 15
    length = draw(st.integers(1, 96)) * 15
    return Interval(opens, opens + length)


@st.composite
def calendars(draw: st.DrawFn, near: date) -> Calendar:
    """A calendar in some zone that opens on four weekdays at least, with some days of its own."""
    windows = st.lists(intervals(), min_size=1, max_size=2).map(tuple)
    days = draw(st.sets(st.integers(0, 6), min_size=4))
    special = st.dictionaries(
        st.integers(-1, 6).map(lambda number: near + timedelta(days=number)),
        st.one_of(st.just(()), windows),
        max_size=3,
    )
    return Calendar(
        tz=draw(st.sampled_from(ZONES)), week={day: draw(windows) for day in days}, special_days=draw(special)
    )


def legal_verbs(pauses: int, stopped: bool) -> list[str]:
    verbs = ["target", "calendar"]
    verbs += ["reopen"] * 3 if stopped else ["pause", "stop"]
    return verbs + (["resume"] * 2 if pauses else [])


@st.composite
def ledgers(draw: st.DrawFn, start: datetime, unit: timedelta, near: date) -> Sequence[Entry]:
    """Up to six entries in order of time, each one that makes sense after those before it."""
    entries: list[Entry] = []
    pauses, stopped, instant = 0, False, start
    for _ in range(draw(st.integers(0, 6))):
        instant += unit * draw(st.one_of(st.sampled_from([0, 60, 240]), st.integers(0, 1200)))
        verb = draw(st.sampled_from(legal_verbs(pauses, stopped)))
        if verb == "target":
            entries.append(ChangeTarget(instant, draw(targets(unit))))
        elif verb == "calendar":
            entries.append(ChangeCalendar(instant, draw(calendars(near))))
        else:
            entries.append({"pause": Pause, "resume": Resume, "stop": Stop, "reopen": Reopen}[verb](instant))
        pauses = {"pause": pauses + 1, "resume": pauses - 1, "stop": 0}.get(verb, pauses)
        stopped = {"stop": True, "reopen": False}.get(verb, stopped)
    return entries


def targets(unit: timedelta) -> st.SearchStrategy[float]:
    minutes = unit.total_seconds() / 60
    return st.integers(1, 60).map(lambda number: number * 20 * minutes)


@st.composite
def cases(draw: st.DrawFn, unit: timedelta) -> tuple[ClockFacts, datetime]:
    day = draw(st.sampled_from(DAYS))
    hour = timedelta(minutes=draw(st.integers(0, 3 * 1440)))
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) + hour
    facts = ClockFacts(
        start=start,
        target_minutes=draw(targets(unit)),
        calendar=draw(calendars(day)),
        # 20 units of target make every fifth percent fall on a whole unit.
        warn_percent=draw(st.integers(0, 20)) * 5,
        pausable=draw(st.booleans()) or draw(st.booleans()),
        entries=draw(ledgers(start, unit, day)),
        floor=draw(st.one_of(st.none(), st.none(), st.integers(0, 3000).map(lambda late: start + unit * late))),
    )
    as_of = start + unit * draw(st.integers(-60, 5000))
    return facts, as_of


MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def assert_agrees(facts: ClockFacts, as_of: datetime, unit: timedelta, days: int) -> None:
    expected = Stepper(facts, unit, horizon=facts.start + timedelta(days=days)).read(as_of)
    # Warning and time left before a window's end look ahead over time still to come: tested by example.
    compared = 6 if facts.floor is None else 4
    assert arithmetic(facts, as_of, unit)[:compared] == expected[:compared]


@settings(max_examples=CASES, deadline=None, suppress_health_check=SLOW_IS_FINE)
@given(cases(MINUTE))
def test_every_clock_reads_as_the_minute_stepper_says(case: tuple[ClockFacts, datetime]) -> None:
    assert_agrees(*case, MINUTE, days=25)


@pytest.mark.proof
@pytest.mark.timeout(3600)
@settings(max_examples=PROOF_CASES, deadline=None, suppress_health_check=SLOW_IS_FINE, database=None)
@given(cases(MINUTE))
def test_twenty_thousand_clocks_read_as_the_minute_stepper_says(case: tuple[ClockFacts, datetime]) -> None:
    assert_agrees(*case, MINUTE, days=25)


OPEN = Calendar(tz="Asia/Shanghai", week=dict.fromkeys(range(7), (Interval(540, 541), Interval(545, 1080))))
NINE = datetime(2026, 3, 10, 1, tzinfo=UTC)

pytestmark = pytest.mark.slow


@settings(max_examples=CASES // 10, deadline=None, suppress_health_check=SLOW_IS_FINE)
@given(cases(SECOND))
@example((ClockFacts(NINE, 1, OPEN, 80, True, [Stop(NINE + MINUTE)]), NINE + MINUTE))
@example((ClockFacts(NINE, 1, OPEN, 80, True, [Stop(NINE + MINUTE + SECOND)]), NINE + 9 * MINUTE))
@example((ClockFacts(NINE, 1, OPEN, 80, True, [Pause(NINE + MINUTE)]), NINE + 9 * MINUTE))
@example((ClockFacts(NINE, 1, OPEN, 80, True, [Pause(NINE + MINUTE + SECOND)]), NINE + 9 * MINUTE))
def test_every_clock_reads_as_the_second_stepper_says(case: tuple[ClockFacts, datetime]) -> None:
    assert_agrees(*case, SECOND, days=3)
