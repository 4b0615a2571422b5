"""Seeking in arrays finds what weighing every quarter hour of everybody finds: ranks, starts, points and reasons."""

from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.rules import Job, Person, Span, judge
from dispatch.rules.gaps import STEP
from dispatch.rules.ranking import Candidate, rank
from dispatch.rules.seek import Best, Window, seek
from dispatch.rules.seek_crew import crew_from
from dispatch.travel.haversine import HaversineProfile
from tests.dispatch.crews import DAYS, a_job, a_moment, a_person
from tests.dispatch.makers import DAY, at, booking, hours, job, km_east, person


def as_best(one: Candidate) -> Best:
    assert one.span is not None
    assert one.score is not None
    return Best(one.person, one.grade, len(one.findings), one.score.total, one.span.start)


def windows_of(people: list[Person], task: Job, day: int, earliest: datetime) -> list[Window]:
    """The two hours of a day in which somebody could begin, by weighing each of them alone."""
    found = []
    for opens in (at(0) + timedelta(days=day, hours=hour) for hour in range(0, 24, 2)):
        can = [
            one
            for one in rank(people, task, Span(opens, opens + timedelta(hours=2)), earliest)
            if one.span is not None
        ]
        if can:
            found.append(Window(opens, len(can), as_best(can[0])))
    return found


def prove(seed: int) -> int:
    """Compares one random crew; how many could go."""
    dice = Random(seed)
    task, earliest = a_job(dice), a_moment(dice)
    people = [a_person(dice, key) for key in range(1, dice.randint(1, 6) + 1)]
    roads = task.roads
    assert isinstance(roads, HaversineProfile)
    found = seek(crew_from(people, task), task, roads, DAY, DAYS, earliest)
    could = 0
    for day in range(DAYS):
        start = at(0) + timedelta(days=day)
        plain = rank(people, task, Span(start, start + timedelta(days=1)), earliest)
        can = [one for one in plain if one.span is not None]
        assert list(found.ranked[day]) == [as_best(one) for one in can]
        assert found.reasons[day] == {one.person: one.findings[0].code for one in plain if one.span is None}
        assert list(found.windows[day]) == windows_of(people, task, day, earliest)
        could += len(can)
    return could


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_seeking_is_weighing_every_quarter_hour(seed: int) -> None:
    prove(seed)


def test_the_random_crews_are_neither_all_free_nor_all_out() -> None:
    assert 5 < sum(prove(seed) for seed in range(8)) < 8 * 6 * DAYS


@pytest.mark.proof
@pytest.mark.timeout(1800)
def test_seeking_is_weighing_every_quarter_hour_of_three_thousand_crews() -> None:
    assert sum(prove(seed) for seed in range(3000)) > 3000


def test_the_windows_of_a_day_count_everybody_who_could_begin_in_them() -> None:
    people = [person(key=1), person(key=2, shifts=(hours(14, 18),)), person(key=3, skills={})]
    found = seek(crew_from(people, job()), job(), HaversineProfile(), DAY, 1, at(9))
    told = [(window.start, window.count, window.best.person) for window in found.windows[0]]
    assert told == [(at(8), 1, 1), (at(10), 1, 1), (at(12), 1, 1), (at(14), 2, 1), (at(16), 2, 1)]


def test_an_empty_crew_and_a_crew_without_anything_are_answers_too() -> None:
    bare = person(skills={}, certificates=(), shifts=(), home=None)
    for people in ([], [bare]):
        found = seek(crew_from(people, job()), job(), HaversineProfile(), DAY, 2, at(9))
        assert ([list(each) for each in found.ranked], found.windows) == ([[], []], ((), ()))
    assert found.reasons == ({1: "skill_missing"}, {1: "skill_missing"})


def test_the_points_are_those_of_the_verdict() -> None:
    worker = person(bookings=(booking("a", 8, 10, km_east(5)), booking("b", 13, 14, km_east(9))))
    best = seek(crew_from([worker], job()), job(), HaversineProfile(), DAY, 1, at(9)).ranked[0][0]
    score = judge(worker, job(), Span(best.start, best.start + 4 * STEP), at(9)).score
    assert best.total == score.total == sum(part.points for part in score.parts)
