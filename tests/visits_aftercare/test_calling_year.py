"""Over a whole year, in every zone, with any settings: nobody is rung in quiet hours or against his wish."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visits.aftercare.ladder import (
    HOUSE,
    Hours,
    Ladder,
    in_calling_hours,
    inside_calling_hours,
    next_attempt_at,
    slots_of,
)

# Zones that change their clocks are a few hundred; each comes up again and again.
ZONES = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
YEAR_IN_MINUTES = 365 * 24 * 60
instants = st.integers(0, YEAR_IN_MINUTES).map(lambda minute: BEGIN + timedelta(minutes=minute))
zones = st.sampled_from(ZONES).map(ZoneInfo)
minutes = st.integers(7 * 60, 22 * 60)


def as_time(minute: int) -> time:
    return time(*divmod(minute, 60))


@st.composite
def hours(draw: st.DrawFn) -> Hours:
    opens = draw(st.integers(7 * 60, 22 * 60 - 1))
    return Hours(as_time(opens), as_time(draw(st.integers(opens + 1, 22 * 60))))


@st.composite
def ladders(draw: st.DrawFn) -> tuple[Ladder, time | None, time | None]:
    house = draw(hours())
    wish = draw(st.none() | hours())
    earliest, latest = (wish.opens, wish.closes) if wish is not None else (None, None)
    narrowed = house.narrowed(earliest, latest)
    ladder = Ladder(
        narrowed or house,
        draw(st.integers(1, 6)),
        draw(st.integers(1, 7)),
        timedelta(hours=draw(st.integers(1, 12))),
    )
    return ladder, earliest if narrowed else None, latest if narrowed else None


def climb(ladder: Ladder, zone: ZoneInfo, first: datetime, delays: list[int]) -> list[datetime]:
    """Every attempt of a ladder that nobody answers; each is made some minutes after its time, as far as one may."""
    made = [inside_calling_hours(first, zone, ladder.hours)]
    while (planned := next_attempt_at(made, zone, ladder=ladder)) is not None:
        late = planned + timedelta(minutes=delays[len(made) % len(delays)])
        made.append(late if in_calling_hours(late, zone, ladder.hours) else planned)
        assert len(made) <= ladder.attempts
    return made


def check_year(
    figures: tuple[Ladder, time | None, time | None], zone: ZoneInfo, first: datetime, delays: list[int]
) -> None:
    ladder, earliest, latest = figures
    made = climb(ladder, zone, first, delays)
    assert len(made) == ladder.attempts
    for attempt in made:
        # Through UTC and back, as the database keeps it.
        local = attempt.astimezone(UTC).astimezone(zone).time()
        assert ladder.hours.opens <= local < ladder.hours.closes
        assert earliest is None or local >= earliest
        assert latest is None or local < latest
    for before, after in pairwise(made):
        # A night in which the clocks go forward is an hour shorter.
        assert after - before >= ladder.rest - timedelta(hours=1)


@given(ladders(), zones, instants, st.lists(st.integers(0, 120), min_size=1, max_size=6))
@settings(max_examples=300, deadline=None)
def test_nobody_is_called_in_quiet_hours_or_against_his_wish(
    figures: tuple[Ladder, time | None, time | None], zone: ZoneInfo, first: datetime, delays: list[int]
) -> None:
    check_year(figures, zone, first, delays)


@pytest.mark.proof
@given(ladders(), zones, instants, st.lists(st.integers(0, 120), min_size=1, max_size=6))
@settings(max_examples=20_000, deadline=None)
def test_in_twenty_thousand_ladders_nobody_is_called_in_quiet_hours_or_against_his_wish(
    figures: tuple[Ladder, time | None, time | None], zone: ZoneInfo, first: datetime, delays: list[int]
) -> None:
    check_year(figures, zone, first, delays)


@given(zones, instants, instants, hours())
@settings(max_examples=300, deadline=None)
def test_a_time_the_customer_asked_for_is_never_in_quiet_hours(
    zone: ZoneInfo, made: datetime, asked: datetime, open_hours: Hours
) -> None:
    planned = next_attempt_at([made], zone, asked, Ladder(open_hours))
    assert planned is not None
    assert in_calling_hours(planned.astimezone(UTC), zone, open_hours)
    assert planned >= asked
    assert planned - asked <= timedelta(hours=25)


@given(zones, instants)
@settings(max_examples=200, deadline=None)
def test_the_attempts_of_the_house_come_at_three_hours_of_the_day_within_two_days(
    zone: ZoneInfo, first: datetime
) -> None:
    made = [at.astimezone(zone) for at in climb(HOUSE, zone, first, [0])]
    slots = slots_of(HOUSE)
    assert len({max(place for place, slot in enumerate(slots) if at.time() >= slot.start) for at in made}) == 3
    assert (made[-1].date() - made[0].date()).days == 1


def test_a_narrow_wish_still_gives_three_different_hours_on_three_days() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    ladder = Ladder(Hours(time(14), time(16)))
    made = climb(ladder, zone, datetime(2026, 3, 10, 14, 10, tzinfo=zone), [0])
    assert [f"{at:%d %H:%M}" for at in made] == ["10 14:10", "11 15:00", "12 15:40"]


def test_hours_that_leave_nothing_of_a_wish_leave_no_hours() -> None:
    assert Hours(time(9), time(20)).narrowed(time(20), None) is None
    assert Hours(time(9), time(20)).narrowed(time(10), time(12)) == Hours(time(10), time(12))
