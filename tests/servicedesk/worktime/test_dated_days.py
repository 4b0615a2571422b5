"""Dated days against a reading of the rows minute by minute: random weeks, public days and own days, each from its
instant on, and a clock that runs through them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicedesk.sla.arithmetic import Calendar, ChangeCalendar, ClockFacts, State, read_clock
from servicedesk.worktime.models import WEEKDAYS, CalendarDay, CalendarVersion, WorkCalendar
from servicedesk.worktime.selectors import versions_from

ZONE = ZoneInfo("Asia/Shanghai")
# A Saturday; what counts before the clock starts is recorded here.
BEFORE = datetime(2026, 2, 28, tzinfo=ZONE)
DAYS = 5
MINUTE = timedelta(minutes=1)
WINDOWS: tuple[list[str], ...] = (
    [],
    ["09:00-18:00"],
    ["09:00-12:00", "13:30-18:00"],
    ["22:00-06:00"],
    ["00:00-24:00"],
    ["08:00-10:00", "20:00-02:00"],
)

instants = st.integers(0, DAYS * 1440).map(lambda minutes: BEFORE + timedelta(days=1, minutes=minutes))
windows = st.sampled_from(WINDOWS)
# A week that never opens is refused at the door (worktime.services).
weeks = st.fixed_dictionaries(dict.fromkeys(WEEKDAYS, windows)).filter(lambda week: any(week.values()))
near_days = st.integers(0, DAYS + 2).map(lambda days: date(2026, 2, 28) + timedelta(days=days))
CALENDAR = WorkCalendar(pk=1, code="T", name_zh="T", name_en="T", time_zone="Asia/Shanghai")
Spans = list[tuple[int, int]]
T = TypeVar("T", CalendarVersion, CalendarDay)


@dataclass(frozen=True)
class Case:
    """A calendar with its rows in the order they were recorded, and a clock on it."""

    observes: bool
    weeks: Sequence[CalendarVersion]
    public: Sequence[CalendarDay]
    own: Sequence[CalendarDay]
    start: datetime
    minutes: int


@st.composite
def cases(draw: st.DrawFn) -> Case:
    versions = [CalendarVersion(calendar=CALENDAR, effective_from=BEFORE, week=draw(weeks))]
    versions += [
        CalendarVersion(calendar=CALENDAR, effective_from=draw(instants), week=draw(weeks))
        for _ in range(draw(st.integers(0, 2)))
    ]
    public_kinds = st.sampled_from(["holiday", "makeup", "withdrawn"])
    public = [
        CalendarDay(day=draw(near_days), kind=draw(public_kinds), effective_from=draw(instants), windows=[])
        for _ in range(draw(st.integers(0, 4)))
    ]
    own = [
        CalendarDay(
            calendar=CALENDAR,
            day=draw(near_days),
            kind=draw(st.sampled_from(["special", "withdrawn"])),
            windows=draw(windows),
            effective_from=draw(instants),
        )
        for _ in range(draw(st.integers(0, 4)))
    ]
    return Case(
        draw(st.booleans()),
        in_order(versions),
        in_order(public),
        in_order(own),
        draw(instants),
        draw(st.integers(1, 2 * 1440)),
    )


def in_order(rows: list[T]) -> list[T]:
    return sorted(rows, key=lambda row: row.effective_from)


def open_by_rows(spans: Spans, minute: datetime) -> bool:
    """Whether the minute that begins at `minute` counts, by the windows of its day and of the day before."""
    now = minute.hour * 60 + minute.minute
    return any(opens <= now < closes for opens, closes in spans)


def spans_by_rows(case: Case, minute: datetime) -> Spans:
    """The windows around the day of `minute`, in minutes after its midnight, from the rows in force at `minute`."""
    today = minute.date()
    return [
        (opens - shift, closes - shift)
        for day, shift in ((today, 0), (today - timedelta(days=1), 1440))
        for opens, closes in map(ends_of, windows_by_rows(case, day, minute))
    ]


def ends_of(window: str) -> tuple[int, int]:
    opens, closes = (int(part[:2]) * 60 + int(part[3:]) for part in window.split("-"))
    return opens, closes + 1440 if closes < opens else closes


def windows_by_rows(case: Case, day: date, minute: datetime) -> list[str]:
    week = [row for row in case.weeks if row.effective_from <= minute][-1].week
    own = [row for row in case.own if row.day == day and row.effective_from <= minute]
    if own and own[-1].kind == "special":
        return list(own[-1].windows)
    public = [row for row in case.public if case.observes and row.day == day and row.effective_from <= minute]
    if public and public[-1].kind == "holiday":
        return []
    return list(week["mon" if public and public[-1].kind == "makeup" else WEEKDAYS[day.weekday()]])


def stepped(case: Case, until: datetime) -> tuple[int, datetime | None]:
    """Minutes spent up to `until`, and the instant at which the target was used up, if it was."""
    minute, spent, spans = case.start, 0, spans_by_rows(case, case.start)
    changes = {row.effective_from for row in (*case.public, *case.own)} | {row.effective_from for row in case.weeks}
    while minute < until:
        if minute in changes or (minute.hour, minute.minute) == (0, 0):
            spans = spans_by_rows(case, minute)
        spent += open_by_rows(spans, minute)
        minute += MINUTE
        if spent == case.minutes:
            return spent, minute
    return spent, None


def check(case: Case) -> None:
    facts = versions_from(
        WorkCalendar(pk=1, code="T", time_zone="Asia/Shanghai", observes_holidays=case.observes),
        case.weeks,
        case.public,
        case.own,
    )
    made = [(each.effective_from, Calendar.from_dict(each.shape)) for each in facts]
    until = BEFORE + timedelta(days=DAYS + 1)
    clock = ClockFacts(
        start=case.start,
        target_minutes=case.minutes,
        calendar=[calendar for since, calendar in made if since <= case.start][-1],
        entries=[ChangeCalendar(since, calendar) for since, calendar in made if since > case.start],
    )
    reading = read_clock(clock, until)
    spent, due = stepped(case, until)

    assert reading.state is not State.NONE
    if due is not None:
        assert reading.due_at == due
    else:
        assert reading.elapsed_minutes == spent
        assert reading.due_at is None or reading.due_at >= until


@settings(max_examples=150, deadline=None)
@given(cases())
def test_a_clock_counts_by_the_rows_in_force_at_each_minute(case: Case) -> None:
    check(case)


@pytest.mark.proof
@settings(max_examples=2_000, deadline=None)
@given(cases())
def test_two_thousand_clocks_count_by_the_rows_in_force_at_each_minute(case: Case) -> None:
    check(case)
