"""The districts of the demonstration's map."""

from itertools import combinations, pairwise

from servicedesk.project.demo.city import all_of, city
from servicedesk.project.demo.outlines import outline_of

OWN = list(city()["district"])


def inside(ring: list[list[float]], lon: float, lat: float) -> bool:
    """Whether a point lies in a convex ring that goes round against the clock."""
    pairs = pairwise(ring)
    return all((bx - ax) * (lat - ay) - (by - ay) * (lon - ax) >= -1e-9 for (ax, ay), (bx, by) in pairs)


def test_every_district_is_a_closed_ring_round_its_centre() -> None:
    for row in all_of("district"):
        shape = outline_of(row["name"])
        assert shape is not None
        (ring,) = shape
        assert ring[0] == ring[-1]
        assert len(ring) >= 4
        assert inside(ring, row["lon"], row["lat"])


def test_no_centre_lies_in_another_district() -> None:
    for one, other in combinations(OWN, 2):
        shape = outline_of(one["name"])
        assert shape is not None
        assert not inside(shape[0], other["lon"], other["lat"])


def test_a_district_nobody_wrote_down_has_no_outline() -> None:
    assert outline_of("别处") is None
