"""Times on the road: one estimate in two ways of reckoning, paces by outlet and hour, another source by a setting."""

from datetime import datetime, tzinfo
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.models import TravelProfile
from dispatch.rules import Band, Leg, Pace, Place, Profile, findings_of, travel_minutes
from dispatch.selectors.jobs import job_of
from dispatch.selectors.people import person_of, place_of
from dispatch.travel.haversine import HaversineProfile
from dispatch.travel.port import Floats, Table, TravelMatrix, points_of
from dispatch.travel.registry import profile_of, roads_of
from servicedesk.people.models import Address
from tests.dispatch.makers import HERE, ZONE, at, booking, hours, job, km_east, person
from tests.make import make_handed_over, make_outlet
from tests.make_dispatch import make_technician

degrees = st.floats(-0.5, 0.5)
places = st.builds(lambda lat, lon: Place(HERE.lat + lat, HERE.lon + lon), degrees, degrees)
RUSH = Profile(bands=(Band(17, 19, Pace(minutes_per_km=1.6)),), zone=ZONE)


class RoadTable(TravelMatrix):
    """A source that only knows tables: a minute a road kilometre, straight west to east."""

    quality = "road"

    def table(self, sources: Floats, targets: Floats, depart_at: datetime) -> Table:
        lines = np.abs(sources[:, None, 1] - targets[None, :, 1]) * 94_850
        known = ~np.isnan(lines)
        metres = np.where(known, lines, -1).astype(np.int64)
        return Table(np.where(known, metres * 60 // 1000, -1), metres, self.quality)


def road_table(_outlet_id: int | None, _zone: tzinfo) -> TravelMatrix:
    return RoadTable()


@given(st.lists(places, min_size=1, max_size=6), st.lists(places, min_size=1, max_size=6), st.integers(0, 23))
def test_the_table_says_what_the_rules_say_of_each_way(some: list[Place], more: list[Place], hour: int) -> None:
    found = HaversineProfile(RUSH).table(points_of(some), points_of(more), at(hour))
    for row, origin in enumerate(some):
        for column, goal in enumerate(more):
            leg = Leg(int(found.seconds[row, column]), int(found.metres[row, column]))
            assert leg == RUSH.leg(origin, goal, at(hour))


@given(st.lists(st.tuples(places, places), min_size=1, max_size=6))
def test_pairs_are_the_diagonal_of_the_table(pairs: list[tuple[Place, Place]]) -> None:
    origins, goals = (points_of([pair[side] for pair in pairs]) for side in (0, 1))
    for source in (HaversineProfile(), RoadTable()):
        table, legs = source.table(origins, goals, at(9)), source.legs(origins, goals, at(9))
        assert legs.seconds.tolist() == np.diagonal(table.seconds).tolist()
        assert legs.metres.tolist() == np.diagonal(table.metres).tolist()


def test_a_way_is_rounded_up_to_minutes_and_next_door_is_no_way() -> None:
    assert travel_minutes(HERE, km_east(5)) == 12
    assert travel_minutes(HERE, HERE) == 0
    assert [Leg(seconds, 0).minutes for seconds in (0, 1, 60, 61)] == [0, 1, 1, 2]


def test_an_unknown_place_has_no_way_in_either_reckoning() -> None:
    unknown = np.array([[np.nan, np.nan]])
    assert travel_minutes(None, HERE) is None
    assert travel_minutes(HERE, None) is None
    for source in (HaversineProfile(), RoadTable()):
        table = source.table(unknown, points_of([HERE]), at(9))
        assert (table.seconds.tolist(), table.metres.tolist()) == ([[-1]], [[-1]])


@pytest.mark.parametrize(("hour", "minute", "minutes"), [(16, 59, 12), (17, 0, 17), (18, 59, 17), (19, 0, 12)])
def test_the_hour_of_departure_counts_and_a_band_ends_with_its_hour(hour: int, minute: int, minutes: int) -> None:
    assert travel_minutes(HERE, km_east(5), at(hour, minute), RUSH) == minutes


def test_the_rule_of_the_drive_takes_the_minutes_of_the_jobs_source() -> None:
    worker = person(bookings=(booking("a", 16, 17, km_east(5)),))
    span = hours(17.25, 17.75)
    assert [one.code for one in findings_of(worker, job(minutes=30), span)] == []
    late = findings_of(worker, job(minutes=30, roads=RUSH), span)
    assert [(one.code, one.values["minutes"], one.values["gap"]) for one in late] == [("travel_tight", 17, 15)]


def row(outlet: int | None, first: int, last: int, rate: float) -> TravelProfile:
    return TravelProfile(outlet_id=outlet, hour_from=first, hour_until=last, minutes_per_km=rate)


def test_the_most_special_pace_wins() -> None:
    rows = [row(None, 0, 24, 2), row(None, 7, 9, 3), row(5, 0, 24, 4), row(5, 17, 19, 5)]

    def rate(rows: list[TravelProfile], hour: int) -> float:
        return profile_of(rows, 5, ZONE).pace_at(at(hour)).minutes_per_km

    assert [rate(rows, hour) for hour in (7, 12, 17)] == [4, 4, 5]
    assert [rate(rows[:2], hour) for hour in (7, 12)] == [3, 2]
    assert rate(rows[1:2], 12) == 0.82


@pytest.mark.parametrize(("lat", "lon"), [(None, None), (31.4, None), (0.0, 0.0), (104.73, 31.46), (31.4, 204.0)])
def test_coordinates_no_address_has_are_unknown(lat: float | None, lon: float | None) -> None:
    assert place_of(Address(lat=lat, lon=lon)) is None


@pytest.mark.django_db
def test_the_paces_of_an_outlet_reach_its_jobs() -> None:
    outlet, other = make_outlet(), make_outlet()
    TravelProfile.objects.create(outlet=outlet, hour_from=17, hour_until=19, minutes_per_km=1.6)
    far = km_east(5)
    assert roads_of(outlet, ZONE).leg(HERE, far, at(18)).minutes == 17
    assert roads_of(other, ZONE).leg(HERE, far, at(18)).minutes == 12
    assert roads_of(None, ZONE).quality == "estimate"


@pytest.mark.django_db
def test_another_source_is_a_setting_and_no_change_of_code(settings: Any) -> None:
    settings.DISPATCH_TRAVEL = "tests.dispatch.test_travel.road_table"
    technician = make_technician()
    task = job_of(make_handed_over(technician.outlet), at(10))
    assert task.roads is not None
    assert (task.roads.quality, task.roads.leg(HERE, km_east(5), at(9)).minutes) == ("road", 5)
    assert findings_of(person_of(technician, hours(12, 13)), task, hours(12, 13)) == ()
