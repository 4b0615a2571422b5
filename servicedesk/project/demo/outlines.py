"""Outlines of the invented districts for the map: what lies nearer to a district's centre than to any other one's."""

from servicedesk.project.demo.city import all_of, city

# How far beyond the homes a district reaches, in parts of their spread.
MARGIN = 1.3
Point = tuple[float, float]


def outline_of(name: str) -> list[list[list[float]]] | None:
    """The coordinates of a GeoJSON polygon, longitude first; None for a district nobody wrote down."""
    centres = {row["name"]: (float(row["lon"]), float(row["lat"])) for row in all_of("district")}
    if name not in centres:
        return None
    own, reach = centres[name], float(city()["spread"]) * MARGIN
    corners = [(own[0] + x * reach, own[1] + y * reach) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    for other in centres.values():
        if other != own:
            corners = _nearer(corners, own, other)
    ring = [[round(x, 6), round(y, 6)] for x, y in corners]
    return [[*ring, ring[0]]]


def _nearer(corners: list[Point], own: Point, other: Point) -> list[Point]:
    """The part of a convex polygon that lies nearer to `own` than to `other`."""

    def side(point: Point) -> float:
        return _square(point, other) - _square(point, own)

    kept: list[Point] = []
    for place, here in enumerate(corners):
        there = corners[(place + 1) % len(corners)]
        before, after = side(here), side(there)
        if before >= 0:
            kept.append(here)
        if before * after < 0:
            part = before / (before - after)
            kept.append((here[0] + part * (there[0] - here[0]), here[1] + part * (there[1] - here[1])))
    return kept


def _square(one: Point, other: Point) -> float:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2
