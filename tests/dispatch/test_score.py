"""What a proposal costs: each part by hand, and that the parts add up."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules import Skill, score_of
from tests.dispatch.makers import HERE, at, booking, hours, job, km_east, person, span

NINE, TEN = at(9), span(at(10))
NEAR, FAR = booking("a", 8, 9, HERE), booking("a", 8, 9, km_east(5))
NEXT = booking("b", 12, 13, HERE)


def points(part: str, of_person: dict[str, Any], of_job: dict[str, Any], proposed: Any = TEN) -> int:
    return score_of(person(**of_person), job(**of_job), proposed, NINE).points_of(part)


BY_HAND: list[tuple[str, str, dict[str, Any], dict[str, Any], int]] = [
    ("at home", "travel", {}, {}, 0),
    # 5 km: 6.2 + 0.82 x 1.3 x 5 = 11.53, so 12 minutes.
    ("from home", "travel", {"home": km_east(5)}, {}, 12),
    ("on the way between two", "travel", {"bookings": (FAR, NEXT)}, {}, 0),
    ("back and forth", "travel", {"bookings": (NEAR, NEXT)}, {"place": km_east(5)}, 24),
    ("home unknown", "travel", {"home": None}, {}, 30),
    ("job's place unknown", "travel", {}, {"place": None}, 30),
    ("next place unknown", "travel", {"bookings": (booking("b", 12, 13, None),)}, {}, 30),
    ("an hour of waiting", "lateness", {}, {}, 15),
    ("asked for ten", "lateness", {}, {"requested": hours(10, 12)}, 0),
    ("half an hour late", "lateness", {}, {"due": at(9, 30)}, 75),
    ("one hour of ten", "load", {}, {}, 2),
    ("six hours of ten", "load", {"bookings": (booking("a", 11, 16),)}, {}, 12),
    ("a full day", "load", {"shifts": (hours(10, 11),)}, {}, 20),
    ("no hours", "load", {"shifts": ()}, {}, 30),
    ("just skilled", "skill", {}, {}, 0),
    ("one level above", "skill", {"skills": {"washing_machine": Skill(3)}}, {}, 3),
    ("below", "skill", {"skills": {"washing_machine": Skill(1)}}, {}, 0),
    ("a stranger", "continuity", {}, {}, 0),
    ("known", "continuity", {}, {"known_by": frozenset({1})}, -15),
    ("failed", "continuity", {}, {"failed_by": frozenset({1})}, 30),
    ("grade A", "grade", {}, {"grade": "A"}, 8),
    ("grade B", "grade", {}, {"grade": "B"}, 4),
    ("grade D", "grade", {}, {"grade": "D"}, 0),
    ("beyond the limit", "grade", {}, {"grade": "D", "floor": at(9, 59)}, 8),
    ("at the limit", "grade", {}, {"grade": "D", "floor": at(10)}, 0),
    ("two notes", "conduct", {}, {"conduct": {1: 2}}, 20),
    ("seven notes", "conduct", {}, {"conduct": {1: 7}}, 40),
    ("notes against another", "conduct", {}, {"conduct": {2: 7}}, 0),
]


@pytest.mark.parametrize(
    ("how", "part", "of_person", "of_job", "expected"), BY_HAND, ids=[f"{row[1]}: {row[0]}" for row in BY_HAND]
)
def test_a_part_by_hand(how: str, part: str, of_person: dict[str, Any], of_job: dict[str, Any], expected: int) -> None:
    assert points(part, of_person, of_job) == expected


def test_an_unknown_drive_is_told_as_unknown() -> None:
    (travel,) = [part for part in score_of(person(home=None), job(), TEN, NINE).parts if part.name == "travel"]
    assert (travel.values["known"], travel.values["to"]) == (False, None)


def test_the_day_begins_where_he_was_seen_last_on_that_day() -> None:
    seen = {"position": km_east(5), "position_at": at(8), "home": km_east(50)}
    assert points("travel", seen, {}) == 12
    yesterday = {**seen, "position_at": at(8) - timedelta(days=1)}
    assert points("travel", yesterday, {}) > 50


@given(
    quarters=st.integers(0, 39),
    km=st.floats(0, 60),
    grade=st.sampled_from(["", "A", "B", "C", "D"]),
    notes=st.integers(0, 9),
    known=st.booleans(),
    due=st.integers(-300, 300),
    level=st.integers(1, 3),
)
def test_the_parts_add_up_to_the_total(
    quarters: int, km: float, grade: str, notes: int, known: bool, due: int, level: int
) -> None:
    what = job(
        grade=grade,
        conduct={1: notes},
        known_by=frozenset({1} if known else ()),
        due=at(10) + timedelta(minutes=due),
        level=level,
    )
    score = score_of(person(home=km_east(km)), what, span(at(8) + timedelta(minutes=15 * quarters)), at(8))
    assert score.total == sum(part.points for part in score.parts)
    assert all(isinstance(part.points, int) for part in score.parts)
    assert len({part.name for part in score.parts}) == len(score.parts) == 7
