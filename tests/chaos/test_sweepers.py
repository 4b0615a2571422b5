"""Fault 1: sweepers are killed at random and in the middle of a round; nothing is lost, early or written twice."""

from datetime import timedelta

import pytest

from servicedesk import clock
from tests.chaos import invariants
from tests.chaos.house import House
from tests.chaos.processes import until
from tests.chaos.work import make_desk, unnoticed

pytestmark = [pytest.mark.chaos, pytest.mark.slow, pytest.mark.xdist_group("chaos")]
POINTS = ("sweep.before_statement", "sweep.after_statement", "sweep.before_commit", "sweep.after_commit")


def test_sweepers_killed_at_each_point_of_a_round_lose_nothing_and_write_nothing_twice(house: House) -> None:
    began = clock.now()
    make_desk().open_many(400, began - timedelta(minutes=5), began)
    doomed = [house.timers(point) for point in POINTS]

    for process in doomed:
        process.wait_for_end()
        assert process.was_killed, process.said()
    house.timers()
    until(lambda: not unnoticed(clock.now()), 60, "all breaches")

    assert invariants.all_hold(clock.now()) == []
