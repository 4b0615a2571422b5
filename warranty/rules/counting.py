"""Day counting (conventions C1-C9): days, month terms, rest days and days that do not count. No clock of its own."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

SATURDAY = 5
SHORTEST_MONTH = 28
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class RestDays:
    """The State Council calendar as data: holidays, make-up workdays and the years they are known for."""

    holidays: frozenset[date] = frozenset()
    makeup: frozenset[date] = frozenset()
    loaded_years: frozenset[int] = frozenset()
    version: str = ""

    def is_rest(self, day: date) -> bool:
        """Whether `day` is a rest day: a holiday or a weekend that is no make-up workday."""
        if day in self.makeup:
            return False
        return day in self.holidays or day.weekday() >= SATURDAY


@dataclass(frozen=True)
class LastDay:
    """The last day of a term or window, the day before it was moved, and whether its year is loaded."""

    day: date
    unmoved: date
    provisional: bool

    @property
    def moved(self) -> bool:
        """Whether the day fell on a rest day and moved (C4)."""
        return self.day != self.unmoved


@dataclass(frozen=True)
class Stretch:
    """Days taken out of a term: from `first` to `last`, the same day being 0 days (C7)."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """Length in days: last minus first."""
        return (self.last - self.first).days


@dataclass(frozen=True)
class Extended:
    """A term extended by its excluded days (C8) and moved off a rest day (C4)."""

    last: LastDay
    excluded: tuple[Stretch, ...] = field(default=())

    @property
    def excluded_days(self) -> int:
        """Days by which the term was extended."""
        return sum(stretch.days for stretch in self.excluded)


def add_months(day: date, months: int) -> date:
    """Return the same calendar date `months` later (C2), or the end of that month where it has no such date (C3)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if day.day <= SHORTEST_MONTH:
        return date(year, month + 1, day.day)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day(day: date, rest_days: RestDays, *, move: bool = True) -> LastDay:
    """Return `day`, moved to the first working day after it when it is a rest day and `move` is on (C4, C5).

    Rest days are rows: in a year without them nobody knows which weekends are worked, so the day stays as counted and
    is provisional. The official commentary's own example ends so, on a Sunday (1995-12-01, a year: 1996-12-01).
    """
    end = day
    while move and end.year in rest_days.loaded_years and rest_days.is_rest(end):
        end += ONE_DAY
    years = {day.year, end.year}
    return LastDay(end, day, provisional=move and not years <= rest_days.loaded_years)


def merge(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Return the stretches in order with overlaps counted once (C7)."""
    merged: list[Stretch] = []
    for stretch in sorted(stretches, key=lambda item: (item.first, item.last)):
        if merged and stretch.first <= merged[-1].last:
            merged[-1] = Stretch(merged[-1].first, max(merged[-1].last, stretch.last))
        else:
            merged.append(stretch)
    return tuple(merged)


def extend(base: date, stretches: Iterable[Stretch], rest_days: RestDays) -> Extended:
    """Return the term that ends on `base`, longer by each stretch that began while it still ran (C8, then C4).

    `stretches` are merged and in order; a repair after the end of the term cannot bring it back.
    """
    counted: list[Stretch] = []
    end = last_day(base, rest_days)
    for stretch in stretches:
        if stretch.first > end.day:
            break
        counted.append(stretch)
        end = last_day(base + timedelta(days=sum(item.days for item in counted)), rest_days)
    return Extended(end, tuple(counted))
