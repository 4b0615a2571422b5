"""Which source of travel times an outlet asks: named by a setting, so that a road table needs no change of code.

`DISPATCH_TRAVEL` is the dotted name of a function that takes an outlet's id (None: no outlet) and its time zone and
gives a `TravelMatrix`.
"""

from collections.abc import Callable, Iterable
from datetime import tzinfo

from django.conf import settings
from django.db.models import Q
from django.utils.module_loading import import_string

from dispatch.models import TravelProfile
from dispatch.rules import Band, Pace, Profile
from dispatch.travel.haversine import HaversineProfile
from dispatch.travel.port import TravelMatrix
from servicedesk.people.models import Outlet

Source = Callable[[int | None, tzinfo], TravelMatrix]
WHOLE_DAY = 24


def roads_of(outlet: Outlet | None, zone: tzinfo) -> TravelMatrix:
    """The source of travel times of an outlet."""
    source: Source = import_string(settings.DISPATCH_TRAVEL)
    return source(None if outlet is None else outlet.pk, zone)


def roads_of_outlets(outlets: Iterable[Outlet], zone: tzinfo) -> dict[int, TravelMatrix]:
    """The source of travel times of each outlet; the estimate needs one query, however many there are."""
    ids = [outlet.pk for outlet in outlets]
    source: Source = import_string(settings.DISPATCH_TRAVEL)
    if source is not estimate_of:
        return {outlet: source(outlet, zone) for outlet in ids}
    rows = list(TravelProfile.objects.filter(Q(outlet=None) | Q(outlet__in=ids)))
    return {outlet: HaversineProfile(profile_of(rows, outlet, zone)) for outlet in ids}


def estimate_of(outlet_id: int | None, zone: tzinfo) -> HaversineProfile:
    """The estimate with the paces kept for the outlet; one query."""
    rows = TravelProfile.objects.filter(Q(outlet=None) | Q(outlet=outlet_id))
    return HaversineProfile(profile_of(rows, outlet_id, zone))


def profile_of(rows: Iterable[TravelProfile], outlet_id: int | None, zone: tzinfo) -> Profile:
    """The profile out of its rows; the most special one wins: the outlet's hours, the outlet, the hours of every
    outlet, every outlet, and what is built in. Rows of other outlets are left aside.
    """
    mine = [row for row in rows if row.outlet_id in (None, outlet_id)]
    ordered = sorted(mine, key=lambda row: (row.outlet_id != outlet_id, row.hour_until - row.hour_from))
    bands = tuple(
        Band(row.hour_from, row.hour_until, Pace(row.fixed_minutes, row.minutes_per_km, row.detour)) for row in ordered
    )
    return Profile(bands=bands, zone=zone)
