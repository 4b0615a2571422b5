"""Zones: which outlet serves which district, for which products, with an outline where there is one."""

import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dispatch.people.access import require_keeper
from dispatch.people.imports.common import ROLES, Bench, outlet_named, require_unchanged
from servicedesk.imports.cells import BadCellError, text
from servicedesk.imports.kinds import Cells, Column, Kind, Look
from servicedesk.people.models import ServiceZone
from servicedesk.promises.audit import write_down

LONGEST_OUTLINE = 30_000
FEWEST_CORNERS = 4
MOST_CORNERS = 1000


def outline(given: str) -> list[Any]:
    """Reads the outline of a GeoJSON polygon: the geometry, a feature with one, or its bare coordinates."""
    expected = _("a GeoJSON polygon, longitude first, its last corner equal to the first")
    if len(given) > LONGEST_OUTLINE:
        raise BadCellError(_("at most %(n)s signs") % {"n": LONGEST_OUTLINE})
    try:
        found: Any = json.loads(given)
    except (ValueError, RecursionError):
        raise BadCellError(expected) from None
    if isinstance(found, dict):
        found = found.get("geometry") or found
        found = found.get("coordinates") if isinstance(found, dict) and found.get("type") == "Polygon" else None
    if not isinstance(found, list) or not found or not all(_is_ring(ring) for ring in found):
        raise BadCellError(expected)
    return found


def _is_ring(ring: Any) -> bool:
    if not isinstance(ring, list) or not FEWEST_CORNERS <= len(ring) <= MOST_CORNERS:
        return False
    return all(_is_corner(corner) for corner in ring) and ring[0] == ring[-1]


def _is_corner(corner: Any) -> bool:
    if not isinstance(corner, list) or len(corner) != 2:
        return False
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in corner)
    return numbers and abs(corner[0]) <= 180 and abs(corner[1]) <= 90


COLUMNS = (
    Column("outlet", gettext_lazy("Outlet"), text(60), "W01", allowed=gettext_lazy("Code or name of the outlet.")),
    Column("district", gettext_lazy("District"), text(60), "涪城区", allowed=gettext_lazy("As in the addresses.")),
    Column(
        "category",
        gettext_lazy("Product category"),
        text(60),
        "",
        required=False,
        allowed=gettext_lazy("Code or name; empty: every kind of product."),
    ),
    Column(
        "shape",
        gettext_lazy("Outline"),
        outline,
        "",
        required=False,
        allowed=gettext_lazy("A GeoJSON polygon in one cell; empty leaves what stands there."),
    ),
)


@dataclass
class ZoneWork:
    """A row for each outlet, district and kind of product."""

    bench: Bench

    def look(self, cells: Cells) -> Look:
        """The zone as it stands."""
        outlet = outlet_named(str(cells["outlet"]))
        require_keeper(self.bench.actor, outlet.pk)
        category = self.bench.category(str(cells["category"])) if cells["category"] else None
        zone = ServiceZone.objects.filter(outlet=outlet, district=cells["district"], category=category).first()
        before = {"shape": zone.shape} if zone is not None else None
        same = zone is not None and (cells["shape"] is None or cells["shape"] == zone.shape)
        key = f"{outlet.pk}:{cells['district']}:{category.pk if category else ''}"
        made = zone or ServiceZone(outlet=outlet, district=str(cells["district"]), category=category)
        return Look(key, before, same, made)

    def write(self, cells: Cells, look: Look) -> dict[str, Any]:
        """Keeps the zone."""
        zone: ServiceZone = look.found
        before = None if look.before is None else facts_of(zone)
        zone.shape = cells["shape"] if cells["shape"] is not None else zone.shape
        zone.save()
        write_down(zone, self.bench.actor, self.bench.now, before=before, after=facts_of(zone))
        return {"shape": zone.shape}

    def undo(self, cells: Cells, before: dict[str, Any] | None, after: dict[str, Any]) -> None:
        """Gives the former outline back, or takes the zone away."""
        look = self.look(cells)
        require_unchanged(look.before, after)
        zone: ServiceZone = look.found
        stood = facts_of(zone)
        if before is None:
            write_down(zone, self.bench.actor, self.bench.now, before=stood, after={})
            zone.delete()
            return
        zone.shape = before["shape"]
        zone.save(update_fields=["shape"])
        write_down(zone, self.bench.actor, self.bench.now, before=stood, after=facts_of(zone))


def facts_of(zone: ServiceZone) -> dict[str, Any]:
    """What the record of changes keeps of a zone; of the outline its corners are counted, the rows hold it whole."""
    corners = sum(len(ring) for ring in zone.shape or [])
    return {"district": zone.district, "category": zone.category_id, "corners": corners}


ZONES = Kind(
    "zones",
    gettext_lazy("Zones"),
    gettext_lazy("Which outlet serves which district, for which products, with its outline for the map."),
    COLUMNS,
    ROLES,
    lambda actor, now: ZoneWork(Bench(actor, now)),
    icon="map-2",
)
