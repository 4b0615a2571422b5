"""The one-stop inspection: which checks belong to which kind of product (handbook/visit-norms.md).

The lists are data of the trade, kept in code; an inspection stores the codes it was made with.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Check:
    """One check of the list and, where it is measured, the unit of its reading."""

    code: str
    label: str | Promise
    reading: str = ""


CHECKS: Mapping[str, Check] = {
    check.code: check
    for check in (
        Check("electrical_safety", pgettext_lazy("inspection", "Earthing and insulation safe"), "MΩ"),
        Check("power_on", pgettext_lazy("inspection", "Runs with normal figures"), "W"),
        Check("leaks", pgettext_lazy("inspection", "No leak")),
        Check("filters", pgettext_lazy("inspection", "Filters clean")),
        Check("noise", pgettext_lazy("inspection", "No unusual noise or vibration"), "dB"),
        Check("fixings", pgettext_lazy("inspection", "Stands or hangs firmly")),
        Check("wear", pgettext_lazy("inspection", "No worn or ageing parts")),
        Check("inlet", pgettext_lazy("inspection", "Water inlet and pressure in order"), "MPa"),
        Check("drain", pgettext_lazy("inspection", "Drains freely")),
        Check("cooling", pgettext_lazy("inspection", "Cools as it should"), "℃"),
        Check("heating", pgettext_lazy("inspection", "Heats as it should"), "℃"),
        Check("seals", pgettext_lazy("inspection", "Door seals close tightly")),
        Check("refrigerant", pgettext_lazy("inspection", "No refrigerant lost"), "MPa"),
        Check("outdoor_unit", pgettext_lazy("inspection", "Bracket of the outdoor unit firm")),
        Check("gas_tight", pgettext_lazy("inspection", "Gas connections tight")),
        Check("flue", pgettext_lazy("inspection", "Flue clear and led outdoors")),
        Check("relief_valve", pgettext_lazy("inspection", "Relief valve works")),
        Check("picture_sound", pgettext_lazy("inspection", "Picture and sound in order")),
    )
}

_GENERAL = ("electrical_safety", "power_on", "noise", "fixings", "wear")
_LISTS: Mapping[str, tuple[str, ...]] = {
    "washing_machine": (
        "electrical_safety",
        "power_on",
        "inlet",
        "drain",
        "leaks",
        "filters",
        "noise",
        "fixings",
        "wear",
    ),
    "dishwasher": ("electrical_safety", "power_on", "inlet", "drain", "leaks", "filters", "noise", "fixings", "wear"),
    "refrigerator": ("electrical_safety", "power_on", "cooling", "seals", "drain", "noise", "fixings", "wear"),
    "freezer": ("electrical_safety", "power_on", "cooling", "seals", "noise", "fixings", "wear"),
    "air_conditioner": (
        "electrical_safety",
        "power_on",
        "cooling",
        "heating",
        "refrigerant",
        "filters",
        "drain",
        "outdoor_unit",
        "noise",
        "wear",
    ),
    "electric_water_heater": ("electrical_safety", "power_on", "heating", "relief_valve", "leaks", "fixings", "wear"),
    "gas_water_heater": ("gas_tight", "flue", "electrical_safety", "heating", "inlet", "leaks", "fixings", "wear"),
    "range_hood": ("electrical_safety", "power_on", "filters", "flue", "noise", "fixings", "wear"),
    "microwave": ("electrical_safety", "power_on", "heating", "seals", "noise", "wear"),
    "flat_tv": ("electrical_safety", "power_on", "picture_sound", "fixings", "wear"),
    "colour_tv": ("electrical_safety", "power_on", "picture_sound", "fixings", "wear"),
}


def checks_for(category: str) -> Sequence[Check]:
    """The checks for a product category's code; the general list where it has none of its own."""
    return [CHECKS[code] for code in _LISTS.get(category, _GENERAL)]
