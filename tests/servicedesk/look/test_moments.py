"""Times, spans, amounts and phone numbers as people read them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from django.utils import translation

from servicedesk.templatetags.moments import (
    countdown_text,
    fen_text,
    local_text,
    masked_phone,
    minutes_text,
    relative_text,
    stretch_text,
)

NOW = datetime(2026, 3, 2, 2, 7, tzinfo=UTC)  # 10:07 in Shanghai
MIDNIGHT = datetime(2026, 3, 1, 16, tzinfo=UTC)  # 03-02 00:00 in Shanghai


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def test_a_moment_is_shown_in_local_time() -> None:
    assert local_text(NOW) == "03-02 10:07"
    assert local_text(NOW, "full") == "2026-03-02 10:07:00"
    assert local_text(datetime(2025, 12, 31, 16, 30, tzinfo=UTC), "date") == "2026-01-01"


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (NOW, NOW + timedelta(hours=2), "03-02 10:07–12:07"),
        (NOW, NOW + timedelta(hours=20), "03-02 10:07–03-03 06:07"),
        (MIDNIGHT, MIDNIGHT + timedelta(days=1), "03-02 all day"),
        (MIDNIGHT, MIDNIGHT + timedelta(days=3), "03-02–03-04 all day"),
        (MIDNIGHT, MIDNIGHT + timedelta(hours=9), "03-02 00:00–09:00"),
        (MIDNIGHT, MIDNIGHT, "03-02 00:00–00:00"),
    ],
)
def test_a_span_has_its_days_and_whole_days_say_so(first: datetime, last: datetime, words: str) -> None:
    assert stretch_text(first, last) == words


def test_a_date_and_nothing_are_shown_too() -> None:
    assert local_text(date(2026, 2, 28)) == "02-28"
    assert local_text(date(2026, 2, 28), "date") == "2026-02-28"
    assert local_text(None) == "–"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (10, "just now"),
        (-10, "just now"),
        (60, "1 min ago"),
        (49 * 60, "49 min ago"),
        (-42 * 60, "in 42 min"),
        (3600, "1 h ago"),
        (-3 * 3600, "in 3 h"),
        (26 * 3600, "1 d ago"),
        (-50 * 3600, "in 2 d"),
        (8 * 86_400, "02-22"),
        (400 * 86_400, "2025-01-26"),
    ],
)
def test_distance_is_told_in_the_largest_unit_that_helps(seconds: int, words: str) -> None:
    assert relative_text(NOW - timedelta(seconds=seconds), NOW) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (0, "0 min"),
        (6, "6 min"),
        (99, "1 h 39 min"),
        (60, "1 h"),
        (47 * 60, "47 h"),
        (4210, "2 d 22 h"),
        (2880, "2 d"),
        (-5, "−5 min"),
        (Fraction(3, 2), "2 min"),
        (0.25, "15 s"),
        (timedelta(seconds=-20), "−20 s"),
        (Fraction(1, 200), "0 min"),
        (timedelta(minutes=31), "31 min"),
        (None, "–"),
    ],
)
def test_minutes_are_told_as_hours_and_days(span: float | Fraction | timedelta | None, words: str) -> None:
    assert minutes_text(span) == words


def test_a_countdown_cuts_seconds_off_and_never_shows_a_sign() -> None:
    assert countdown_text(timedelta(minutes=42, seconds=59)) == "0:42"
    assert countdown_text(-timedelta(minutes=65)) == "1:05"
    assert countdown_text(timedelta(hours=47, minutes=59)) == "47:59"
    assert countdown_text(timedelta(days=3, hours=4)) == "3 d 4 h"


def test_fen_become_yuan() -> None:
    assert fen_text(1_280_50) == "¥1,280.50"
    assert fen_text(5) == "¥0.05"
    assert fen_text(-100) == "−¥1.00"
    assert fen_text(None) == "–"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13812348000", "138****8000"),
        ("+86 138 1234 8000", "138****8000"),
        ("+8613812348000", "138****8000"),
        ("010-62345678", "010****5678"),
        ("+861062345678", "010****5678"),
        ("+864006789012", "400****9012"),
        ("62345678", "6****78"),
        ("95588", "9****88"),
        ("110", "****"),
        ("+1 212 555 0187", "121****0187"),
        ("", "–"),
        (None, "–"),
    ],
)
def test_a_masked_number_can_be_recognised_but_not_dialled(number: str | None, shown: str) -> None:
    assert masked_phone(number) == shown
