"""The matching against every possible plan: it never promises what cannot be driven, and finds what can."""

import random
from datetime import UTC, datetime, timedelta
from itertools import permutations, product

from dispatch.rules import Booking, Person, Span
from dispatch.rules.capacity import RESERVE, Matching, Need, Worker, kept_back, units_of, worker_of

DAY = datetime(2026, 3, 10, tzinfo=UTC)
WAY = timedelta(minutes=15)
WINDOWS = [(8, 10), (10, 12), (14, 16)]


def at(hour: float) -> datetime:
    return DAY + timedelta(hours=hour)


def span(start: float, end: float) -> Span:
    return Span(at(start), at(end))


def drivable(needs: tuple[Need, ...], free: tuple[Span, ...]) -> bool:
    """Whether some order works, by trying every order at the earliest starts."""
    for order in permutations(needs):
        ready = DAY
        for need in order:
            length = timedelta(minutes=need.minutes)
            starts = [max(gap.start, need.window.start, ready) for gap in free]
            good = [
                start
                for start, gap in zip(starts, free, strict=True)
                if start + length <= gap.end and start <= need.window.end - RESERVE
            ]
            if not good:
                break
            ready = min(good) + length + WAY
        else:
            return True
    return False


def some_plan_holds(needs: list[Need], workers: list[Worker]) -> bool:
    """Whether any of all ways to give the needs away can be driven."""
    for choice in product(workers, repeat=len(needs)):
        pairs = list(zip(needs, choice, strict=True))
        if any(worker.key not in need.able for need, worker in pairs):
            continue
        if all(drivable(tuple(n for n, w in pairs if w is worker), worker.free) for worker in workers):
            return True
    return False


def random_case(chance: random.Random, lengths: list[int]) -> tuple[list[Need], list[Worker]]:
    workers = []
    for key in range(chance.randint(1, 3)):
        free = [span(start, end + chance.choice([0, 0, 1])) for start, end in WINDOWS if chance.random() < 0.7]
        workers.append(Worker(key, tuple(free)))
    needs = []
    for place in range(chance.randint(1, 5)):
        start, end = chance.choice(WINDOWS)
        able = frozenset(key for key in range(3) if chance.random() < 0.6)
        needs.append(Need(str(place), span(start, end), chance.choice(lengths), able))
    return needs, workers


def all_placed(needs: list[Need], workers: list[Worker]) -> bool:
    matching = Matching(workers, WAY)
    return all(matching.place(need) for need in needs)


def test_with_work_of_one_length_the_matching_agrees_with_every_plan_tried() -> None:
    for seed in range(400):
        needs, workers = random_case(random.Random(seed), [45])
        assert all_placed(needs, workers) == some_plan_holds(needs, workers), seed


def test_with_work_of_any_length_nothing_is_promised_that_no_plan_holds() -> None:
    missed = 0
    for seed in range(400):
        needs, workers = random_case(random.Random(1000 + seed), [30, 45, 60, 90, 150])
        placed, possible = all_placed(needs, workers), some_plan_holds(needs, workers)
        assert possible or not placed
        missed += possible and not placed
    # Refusing now and then what a cleverer plan could still take is allowed; it has to stay rare.
    assert missed <= 8


def test_somebody_with_two_skills_is_counted_once() -> None:
    both = Worker(1, (span(8, 9),))
    window = span(8, 10)
    matching = Matching([both], WAY)
    assert matching.place(Need("washer", window, 45, frozenset({1})))
    assert matching.room(Need("fridge", window, 45, frozenset({1})), 5) == 0


def test_a_place_moves_to_somebody_else_where_that_makes_room() -> None:
    matching = Matching([Worker(1, (span(8, 9),)), Worker(2, (span(8, 9),))], WAY)
    assert matching.place(Need("either", span(8, 10), 45, frozenset({1, 2})))
    assert matching.place(Need("only the first", span(8, 10), 45, frozenset({1})))
    assert {need.key for need in matching.loads[1]} == {"only the first"}


def test_long_work_spills_over_and_is_counted_in_the_window_after() -> None:
    matching = Matching([Worker(1, (span(8, 12),))], WAY)
    assert matching.place(Need("long", span(8, 10), 180, frozenset({1})))
    assert matching.room(Need("next", span(10, 12), 60, frozenset({1})), 5) == 0
    assert matching.room(Need("next", span(10, 12), 45, frozenset({1})), 5) == 1


def test_a_promise_nobody_can_keep_closes_its_window_for_others_of_the_same_hands() -> None:
    matching = Matching([Worker(1, (span(8, 9),))], WAY)
    assert not matching.place(Need("too long", span(8, 10), 90, frozenset({1})))
    assert matching.room(Need("short", span(8, 10), 30, frozenset({1})), 5) == 0
    assert matching.room(Need("later", span(14, 16), 30, frozenset({1})), 5) == 0


def test_asking_changes_nothing() -> None:
    matching = Matching([Worker(1, (span(8, 12),))], WAY)
    need = Need("asked", span(8, 10), 45, frozenset({1}))
    assert matching.room(need, 9) == matching.room(need, 9) == 2
    assert matching.loads == {1: ()}


def test_units_leave_the_way_between_and_the_reserve_before_the_end() -> None:
    hours = (span(8, 18),)
    assert units_of(hours, span(8, 10), 45, WAY) == 2
    assert units_of(hours, span(8, 10), 30, WAY) == 3
    assert units_of(hours, span(8, 10), 90, WAY) == 1
    assert units_of((span(9, 9.5),), span(8, 10), 45, WAY) == 0


def test_the_share_is_rounded_to_whole_places() -> None:
    assert [kept_back(units, 15) for units in (0, 2, 3, 4, 10, 20)] == [0, 0, 0, 1, 2, 3]
    assert kept_back(20, 0) == 0


def test_booked_work_takes_its_time_and_the_way_on_both_sides() -> None:
    person = Person(key=1, outlet=1, shifts=(span(8, 18),), bookings=(Booking("1", span(10, 11)),))
    worker = worker_of(person, span(0, 24), WAY, at(0))
    assert worker.free == (span(8, 9.75), span(11.25, 18))
    assert worker_of(person, span(0, 24), WAY, at(12)).free == (span(12, 18),)
