"""How many tickets come in on a day: weeks, seasons, the spring festival, and a company that grows. Pure."""

from collections.abc import Collection
from datetime import date, timedelta

# Factor by month, January first; what is not named has no season.
SEASONS: dict[str, tuple[float, ...]] = {
    "air_conditioner": (0.7, 0.6, 0.6, 0.8, 1.3, 2.1, 2.4, 2.1, 1.2, 0.7, 0.7, 0.9),
    "refrigerator": (0.8, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.2, 1.1, 0.9, 0.8, 0.8),
    "gas_water_heater": (1.7, 1.5, 1.2, 1.0, 0.8, 0.6, 0.5, 0.6, 0.8, 1.1, 1.5, 1.8),
    "electric_water_heater": (1.6, 1.4, 1.2, 1.0, 0.8, 0.6, 0.5, 0.6, 0.8, 1.1, 1.5, 1.7),
}
# Monday first: people are at home on Saturday and Sunday, and on Monday they call about both.
WEEK = (1.08, 0.97, 0.94, 0.94, 0.98, 1.16, 1.12)
EVENING = range(18, 22)
MORNING = range(9, 12)
GROWTH = 0.15
IN_THE_FESTIVAL = 0.45


def season(category: str, month: int) -> float:
    """How much more is asked about a product of `category` in `month` than on the average."""
    return SEASONS[category][month - 1] if category in SEASONS else 1.0


def hour_factor(hour: int, *, weekend: bool) -> float:
    """How much the hours of a day differ from the usual: evenings of workdays, mornings of weekends."""
    if weekend:
        return 1.3 if hour in MORNING else 1.0
    return 1.25 if hour in EVENING else 1.0


def day_factor(day: date, first: date, days: int, festival: Collection[date]) -> float:
    """The weight of `day` beside the other days from `first` on, before its products are looked at."""
    grown = 1 + GROWTH * (day - first).days / max(days, 1)
    quiet = IN_THE_FESTIVAL if day in festival else 1.0
    return WEEK[day.weekday()] * grown * quiet


def share_out(total: int, weights: list[float]) -> list[int]:
    """`total` in whole numbers by `weights`; they add up to `total`."""
    whole, given, reached, parts = sum(weights), 0, 0.0, []
    for weight in weights:
        reached += weight
        until = round(total * reached / whole)
        parts.append(until - given)
        given = until
    return parts


def days_from(first: date, count: int) -> list[date]:
    """`count` days from `first` on."""
    return [first + timedelta(days=number) for number in range(count)]
