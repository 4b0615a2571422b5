"""Free time, load and the road."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules import Away, Span, distance_km, free_gaps, load_percent, merged, snap_up, travel_minutes
from dispatch.rules.gaps import clipped, snap_down, without
from tests.dispatch.makers import FULL_DAY, HERE, at, booking, hours, km_east, person

instants = st.integers(0, 96).map(lambda quarter: at(0) + timedelta(minutes=15 * quarter))
spans = st.tuples(instants, instants).filter(lambda ends: ends[0] != ends[1]).map(lambda ends: Span(*sorted(ends)))


def test_gaps_are_the_shift_without_absences_and_jobs() -> None:
    worker = person(
        shifts=(hours(8, 12), hours(13, 18)),
        away=(Away(hours(15, 16), "training"),),
        bookings=(booking("a", 9, 10), booking("b", 13, 14)),
    )
    assert free_gaps(worker, FULL_DAY) == (hours(8, 9), hours(10, 12), hours(14, 15), hours(16, 18))


def test_the_jobs_own_time_counts_as_free() -> None:
    worker = person(bookings=(booking("a", 9, 10), booking("b", 12, 13)))
    assert free_gaps(worker, FULL_DAY, "a") == (hours(8, 12), hours(13, 18))


def test_gaps_end_with_the_window() -> None:
    assert free_gaps(person(), hours(10, 12)) == (hours(10, 12),)


def test_load_counts_done_work_and_leaves_out_absences() -> None:
    worker = person(
        shifts=(hours(8, 18),),
        away=(Away(hours(16, 18), "sick"),),
        bookings=(booking("a", 8, 10, active=False), booking("b", 10, 12)),
    )
    assert load_percent(worker, FULL_DAY) == 50


def test_a_day_without_hours_has_no_load() -> None:
    assert load_percent(person(shifts=()), FULL_DAY) is None


@pytest.mark.parametrize(
    ("instant", "up", "down"),
    [
        (at(10), at(10), at(10)),
        (at(10, 1), at(10, 15), at(10)),
        (at(10, 59) + timedelta(seconds=59), at(11), at(10, 45)),
    ],
)
def test_starts_snap_to_quarter_hours(instant: datetime, up: datetime, down: datetime) -> None:
    assert (snap_up(instant), snap_down(instant)) == (up, down)


@given(st.lists(spans), st.lists(spans), instants)
def test_an_instant_is_free_exactly_where_it_is_in_and_not_taken(
    given_spans: list[Span], taken: list[Span], moment: datetime
) -> None:
    def inside(some: object) -> bool:
        return any(span.start <= moment < span.end for span in some)  # type: ignore[attr-defined]

    left = without(given_spans, taken)
    assert inside(left) == (inside(given_spans) and not inside(taken))
    assert all(first.end < second.start for first, second in pairwise(left))


@given(st.lists(spans), spans)
def test_clipping_loses_nothing_inside_the_window(some: list[Span], window: Span) -> None:
    assert merged(clipped(some, window)) == tuple(clipped(merged(some), window))


def test_the_way_next_door_takes_no_time_and_five_kilometres_take_twelve_minutes() -> None:
    assert travel_minutes(HERE, km_east(0.02)) == 0
    assert distance_km(HERE, km_east(5)) == pytest.approx(5, rel=0.01)
    assert travel_minutes(HERE, km_east(5)) == 12


def test_an_unknown_place_gives_no_estimate() -> None:
    assert travel_minutes(None, HERE) is None
    assert travel_minutes(HERE, None) is None
