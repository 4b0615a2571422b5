"""Candidates in words: grades, proposed starts, reasons, order."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules import Away, Grade, findings_of, propose, rank
from tests.dispatch.makers import FULL_DAY, HERE, at, booking, hours, job, km_east, person

NINE = at(9)


def test_a_near_free_technician_is_recommended_at_the_next_quarter() -> None:
    found = propose(person(), job(), FULL_DAY, at(9, 5))
    assert (found.grade, found.span) == (Grade.RECOMMENDED, hours(9.25, 10.25))
    assert (found.travel, found.distance, found.load, found.level) == (0, 0.0, 10, 2)


def test_a_long_drive_makes_only_possible() -> None:
    found = propose(person(home=km_east(40)), job(), FULL_DAY, NINE)
    assert (found.grade, found.findings) == (Grade.POSSIBLE, ())


def test_a_full_day_makes_only_possible() -> None:
    worker = person(bookings=(booking("a", 8, 9), booking("b", 10, 18)))
    assert propose(worker, job(minutes=30), FULL_DAY, NINE).grade == Grade.POSSIBLE


def test_a_soft_rule_makes_a_stretch() -> None:
    found = propose(person(stars=1), job(stars=3), FULL_DAY, NINE)
    assert (found.grade, [one.code for one in found.findings]) == (Grade.STRETCH, ["stars_low"])


def test_the_start_lies_inside_the_promised_window() -> None:
    assert propose(person(), job(promised=hours(14, 15)), FULL_DAY, NINE).span == hours(14, 15)


def test_the_start_leaves_time_for_the_drive_from_the_job_before() -> None:
    worker = person(bookings=(booking("a", 8, 10, km_east(5)),))
    found = propose(worker, job(), FULL_DAY, NINE)
    assert (found.grade, found.span, found.travel) == (Grade.RECOMMENDED, hours(10.25, 11.25), 12)


def test_the_start_leaves_time_for_the_drive_to_the_job_after() -> None:
    worker = person(bookings=(booking("a", 11, 18, km_east(5)),))
    found = propose(worker, job(promised=hours(9.5, 11)), FULL_DAY, NINE)
    assert (found.span, found.findings) == (hours(9.5, 10.5), ())


def test_who_lacks_the_skill_is_out_without_a_time() -> None:
    found = propose(person(skills={}), job(), FULL_DAY, NINE)
    assert (found.grade, found.span, [one.code for one in found.findings]) == (Grade.NO, None, ["skill_missing"])


def test_who_has_no_hours_left_is_out() -> None:
    found = propose(person(shifts=(hours(6, 8),)), job(), FULL_DAY, NINE)
    assert [one.code for one in found.findings] == ["no_shift"]


def test_who_is_on_leave_all_day_is_out_with_the_leave() -> None:
    found = propose(person(away=(Away(hours(0, 24), "leave"),)), job(), FULL_DAY, NINE)
    assert [one.code for one in found.findings] == ["absent"]
    assert found.findings[0].values["reason"] == "leave"


def test_who_has_no_gap_long_enough_is_out_with_the_longest() -> None:
    worker = person(bookings=(booking("a", 8, 12), booking("b", 12.75, 18)))
    found = propose(worker, job(), FULL_DAY, NINE)
    assert [one.code for one in found.findings] == ["day_full"]
    assert found.findings[0].values == {"minutes": 60, "longest": 45}


def test_after_the_end_of_the_day_nobody_is_proposed() -> None:
    assert propose(person(), job(), FULL_DAY, at(9) + timedelta(days=1)).grade == Grade.NO


def test_order_is_by_grade_then_road_then_load() -> None:
    people = [
        person(key=1, skills={}),
        person(key=2, stars=1),
        person(key=3, home=km_east(10)),
        person(key=4),
        person(key=5, home=km_east(40)),
        person(key=6, bookings=(booking("a", 15, 17, HERE),)),
    ]
    found = rank(people, job(stars=3), FULL_DAY, NINE)
    assert [one.person for one in found] == [4, 6, 3, 5, 2, 1]


def test_the_same_question_gets_the_same_answer_in_any_order_of_asking() -> None:
    people = [person(key=key) for key in (3, 1, 2)]
    assert [one.person for one in rank(people, job(), FULL_DAY, NINE)] == [1, 2, 3]
    assert rank(people, job(), FULL_DAY, NINE) == rank(people[::-1], job(), FULL_DAY, NINE)


quarters = st.integers(28, 76)
jobs = st.lists(st.tuples(quarters, st.integers(1, 12)), max_size=8)


@given(jobs, quarters, st.integers(1, 10), st.integers(0, 20))
def test_what_is_proposed_never_breaks_a_hard_rule(
    taken: list[tuple[int, int]], earliest: int, length: int, away_km: int
) -> None:
    bookings = tuple(
        booking(f"b{place}", start / 4, (start + size) / 4, km_east(away_km))
        for place, (start, size) in enumerate(taken)
    )
    worker, task = person(bookings=bookings), job(minutes=15 * length)
    begin = at(0) + timedelta(minutes=15 * earliest)
    found = propose(worker, task, FULL_DAY, begin)
    if found.span is None:
        assert found.grade == Grade.NO
        return
    assert found.span.start >= begin
    assert not any(one.hard for one in findings_of(worker, task, found.span))
