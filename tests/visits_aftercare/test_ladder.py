"""The ladder of attempts: three at most, over two days, at different hours, never in quiet hours."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from visits.aftercare.ladder import in_calling_hours, inside_calling_hours, next_attempt_at

ZONE = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-{text}").replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (["10 09:00"], "10 15:00"),
        (["10 11:59"], "10 15:00"),
        (["10 12:01"], "10 18:30"),
        (["10 15:31"], "11 10:00"),
        (["10 19:59"], "11 10:00"),
        (["10 10:00", "10 15:00"], "11 18:30"),
        (["10 14:00", "10 18:30"], "11 10:00"),
        (["10 19:00", "11 10:00"], "11 15:00"),
        (["10 16:00", "11 10:00"], "11 18:30"),
        (["10 17:00", "11 16:00"], "12 10:00"),
    ],
)
def test_the_next_attempt_comes_in_another_part_of_the_day(made: list[str], expected: str) -> None:
    assert next_attempt_at([at(text) for text in made], ZONE) == at(expected)


def test_after_three_attempts_the_ladder_has_ended() -> None:
    assert next_attempt_at([at("10 10:00"), at("10 14:00"), at("11 18:30")], ZONE) is None


def test_a_wish_of_the_customer_goes_before_the_ladder_and_never_ends_it() -> None:
    made = [at("10 10:00"), at("10 14:00"), at("11 18:30")]
    assert next_attempt_at(made, ZONE, at("12 16:15")) == at("12 16:15")


@pytest.mark.parametrize(
    ("wish", "expected"), [("12 07:30", "12 09:00"), ("12 20:00", "13 09:00"), ("12 19:59", "12 19:59")]
)
def test_a_wish_in_quiet_hours_waits_for_the_next_opening(wish: str, expected: str) -> None:
    assert next_attempt_at([], ZONE, at(wish)) == at(expected)


@pytest.mark.parametrize(
    ("instant", "open_"), [("10 08:59", False), ("10 09:00", True), ("10 19:59", True), ("10 20:00", False)]
)
def test_calling_hours_are_nine_to_eight(instant: str, open_: bool) -> None:
    assert in_calling_hours(at(instant), ZONE) is open_


def test_the_hours_are_those_of_the_outlets_zone() -> None:
    urumqi = ZoneInfo("Asia/Urumqi")
    assert not in_calling_hours(at("10 10:30"), urumqi)
    assert inside_calling_hours(at("10 10:30"), urumqi) == at("10 11:00")


@pytest.mark.parametrize("delay", [0, 20, 45, 90])
def test_three_attempts_span_two_days_at_different_hours_outside_quiet_hours(delay: int) -> None:
    for minute in range(9 * 60, 20 * 60):
        made = [datetime(2026, 3, 10, *divmod(minute, 60), tzinfo=ZONE)]
        while (planned := next_attempt_at(made, ZONE)) is not None:
            assert in_calling_hours(planned, ZONE)
            assert planned >= made[-1] + timedelta(hours=3)
            called = planned + timedelta(minutes=delay)
            made.append(called if in_calling_hours(called, ZONE) else planned)
        assert len(made) == 3, made
        assert made[2].date() - made[0].date() == timedelta(days=1), made
        assert len({instant.astimezone(ZONE).hour for instant in made}) == 3, made
