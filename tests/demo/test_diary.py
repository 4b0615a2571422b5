"""The diary by which the demonstration plans."""

from datetime import UTC, datetime, timedelta

from servicedesk.project.demo.diary import Diary, next_step

DAY = datetime(2026, 3, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def make_diary() -> Diary:
    return Diary(hours=[(DAY + 8 * HOUR, DAY + 12 * HOUR)])


def test_a_free_technician_can_come_at_the_next_ten_minutes() -> None:
    assert make_diary().free_from(DAY + 9 * HOUR + timedelta(minutes=3), HOUR) == DAY + 9 * HOUR + timedelta(
        minutes=10
    )


def test_nobody_comes_before_his_hours_begin() -> None:
    assert make_diary().free_from(DAY, HOUR) == DAY + 8 * HOUR


def test_the_road_from_the_job_before_is_kept_free() -> None:
    diary = make_diary()
    diary.jobs[1] = (DAY + 8 * HOUR, DAY + 9 * HOUR)
    assert diary.free_from(DAY + 8 * HOUR, HOUR) == DAY + 9 * HOUR + timedelta(minutes=30)


def test_a_job_that_does_not_fit_before_the_end_is_not_offered() -> None:
    assert make_diary().free_from(DAY + 11 * HOUR + timedelta(minutes=30), HOUR) is None


def test_an_absence_takes_the_time() -> None:
    diary = make_diary()
    diary.away.append((DAY, DAY + 24 * HOUR))
    assert diary.free_from(DAY, HOUR) is None


def test_a_full_ten_minutes_stays_as_it_is() -> None:
    assert next_step(DAY) == DAY
