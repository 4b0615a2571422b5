"""Whether a pair of coordinates can be where somebody's way begins. Pure but for the words."""

from django.utils.translation import gettext as _

from dispatch.rules import Place, distance_km
from servicedesk.errors import invalid

# Mainland China with its islands, in degrees of WGS-84.
LATITUDES = (3.5, 54.0)
LONGITUDES = (73.0, 136.0)
# Nobody begins the day farther from the outlet than this.
FARTHEST_KM = 300.0


def check_home(lat: float | None, lon: float | None, outlet: Place | None) -> Place | None:
    """The place, None where both are empty.

    Refuses with 422 on home_lat or home_lon: home_half, home_zero, home_swapped, home_outside, home_far.
    """
    if lat is None and lon is None:
        return None
    if lat is None or lon is None:
        field = "home_lat" if lat is None else "home_lon"
        raise invalid(field, "home_half", _("Latitude and longitude belong together: fill in both or neither."))
    if abs(lat) < 0.01 and abs(lon) < 0.01:
        raise invalid("home_lat", "home_zero", _("0/0 lies in the sea off Africa; leave both empty if unknown."))
    if not _inside(lat, lon):
        if _inside(lon, lat):
            raise invalid(
                "home_lat",
                "home_swapped",
                _("Latitude and longitude are swapped: latitude %(lat)s, longitude %(lon)s would fit.")
                % {"lat": lon, "lon": lat},
            )
        raise invalid(
            "home_lat",
            "home_outside",
            _("This place lies outside of the country (latitude 3.5–54, longitude 73–136)."),
        )
    home = Place(lat, lon)
    if outlet is not None and distance_km(home, outlet) > FARTHEST_KM:
        away = round(distance_km(home, outlet))
        raise invalid("home_lat", "home_far", _("This place lies %(km)s km from the outlet.") % {"km": away}, km=away)
    return home


def _inside(lat: float, lon: float) -> bool:
    return LATITUDES[0] <= lat <= LATITUDES[1] and LONGITUDES[0] <= lon <= LONGITUDES[1]
