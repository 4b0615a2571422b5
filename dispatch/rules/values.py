"""The plain values the rules speak of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from functools import cached_property
from types import MappingProxyType
from typing import Any, Protocol


@dataclass(frozen=True, order=True)
class Span:
    """From `start` up to, and without, `end`."""

    start: datetime
    end: datetime

    @property
    def minutes(self) -> int:
        """Its length in whole minutes."""
        return int((self.end - self.start).total_seconds() // 60)

    def overlaps(self, other: "Span") -> bool:
        """Whether both share an instant; spans that only touch do not."""
        return self.start < other.end and other.start < self.end

    def holds(self, other: "Span") -> bool:
        """Whether `other` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time as `spans`, by start, with those that overlap or touch made one."""
    result: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, one.end)):
        if result and span.start <= result[-1].end:
            result[-1] = Span(result[-1].start, max(result[-1].end, span.end))
        elif span.start < span.end:
            result.append(span)
    return tuple(result)


@dataclass(frozen=True)
class Place:
    """A point on the earth, WGS-84 degrees."""

    lat: float
    lon: float


@dataclass(frozen=True)
class Leg:
    """A way on the road: whole seconds and metres."""

    seconds: int
    metres: int

    @property
    def minutes(self) -> int:
        """Whole minutes, begun ones counted."""
        return -(-self.seconds // 60)


class Roads(Protocol):
    """Who knows how long a way takes, and how well: `quality` is `estimate` or `road`."""

    @property
    def quality(self) -> str: ...

    def leg(self, origin: Place, goal: Place, depart: datetime) -> Leg: ...


@dataclass(frozen=True)
class Certificate:
    """A star service certificate; both days belong to it."""

    valid_from: date
    valid_until: date
    suspended_at: datetime | None = None

    def holds(self, day: date, instant: datetime) -> bool:
        """Whether it is valid on the local `day` of a visit and not suspended by its `instant`."""
        suspended = self.suspended_at is not None and self.suspended_at <= instant
        return self.valid_from <= day <= self.valid_until and not suspended


@dataclass(frozen=True)
class Skill:
    """What somebody has learned: the level, 1 to 3, and the days in which it holds, both included."""

    level: int
    valid_from: date | None = None
    valid_until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether it holds on `day`."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True)
class Lunch:
    """Hours in which a pause of some minutes has to stay free."""

    span: Span
    minutes: int


@dataclass(frozen=True)
class Away:
    """Hours in which somebody is away, and why (a code)."""

    span: Span
    reason: str


@dataclass(frozen=True)
class Booking:
    """Time a technician has given to a ticket. A done one no longer blocks it, but counts as load of the day."""

    number: str
    span: Span
    place: Place | None = None
    active: bool = True


@dataclass(frozen=True)
class Person:
    """A technician as far as the rules look: `skills` by category code, `districts` those he keeps to (none: every
    one), `overtime` the minutes he may work after a shift, `position` where he was seen last and when.
    """

    key: int
    outlet: int
    stars: int = 1
    active: bool = True
    skills: Mapping[str, Skill] = field(default_factory=lambda: MappingProxyType({}))
    certificates: tuple[Certificate, ...] = ()
    shifts: tuple[Span, ...] = ()
    away: tuple[Away, ...] = ()
    bookings: tuple[Booking, ...] = ()
    home: Place | None = None
    lunches: tuple[Lunch, ...] = ()
    districts: frozenset[str] = frozenset()
    overtime: int = 0
    position: Place | None = None
    position_at: datetime | None = None

    def level_on(self, category: str, day: date) -> int | None:
        """His level for a kind of product on `day`; None where he has not learned it or it does not hold then."""
        skill = self.skills.get(category)
        return skill.level if skill is not None and skill.holds(day) else None

    @cached_property
    def hours(self) -> tuple[Span, ...]:
        """The shifts by start; those that overlap or touch are one."""
        return merged(self.shifts)

    @cached_property
    def longest_hours(self) -> int:
        """The minutes of the longest of them; 0 without any."""
        return max((one.minutes for one in self.hours), default=0)

    @cached_property
    def active_bookings(self) -> tuple[Booking, ...]:
        """The bookings that block time, by time."""
        rows = (one for one in self.bookings if one.active)
        return tuple(sorted(rows, key=lambda one: (one.span.start, one.span.end)))

    def blocking(self, number: str) -> tuple[Booking, ...]:
        """The active bookings by time, without those of ticket `number` itself."""
        return tuple(one for one in self.active_bookings if one.number != number)


@dataclass(frozen=True)
class Job:
    """What has to be done, and what is known of technicians at this customer's.

    `failed_by` are those whose repair of this appliance did not hold, `known_by` those whose earlier work there held,
    `barred` and `not_again` those who must not come, `asked_for` the one the customer wants, `conduct` how many
    breaches of the conduct norm are noted against whom. From `floor` on nobody's grade makes this customer wait.
    """

    number: str
    outlet: int
    category: str = ""
    level: int = 1
    stars: int = 1
    minutes: int = 45
    place: Place | None = None
    promised: Span | None = None
    requested: Span | None = None
    due: datetime | None = None
    failed_by: frozenset[int] = frozenset()
    zone: tzinfo = UTC
    # Who knows the roads of the outlet; None: the estimate of rules/travel.py.
    roads: Roads | None = None
    district: str = ""
    grade: str = ""
    floor: datetime | None = None
    known_by: frozenset[int] = frozenset()
    barred: frozenset[int] = frozenset()
    not_again: frozenset[int] = frozenset()
    asked_for: int | None = None
    conduct: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))

    def day_of(self, instant: datetime) -> date:
        """The outlet's local day of an instant."""
        return instant.astimezone(self.zone).date()

    @property
    def window(self) -> Span | None:
        """The time the customer counts on: what was promised, else what was asked for."""
        return self.promised or self.requested


@dataclass(frozen=True)
class Finding:
    """A rule that is broken: its code, whether it forbids, and the values its sentence names.

    `margin` is how far the proposal is off, in the unit of the rule (docs/dispatch.md): minutes, days, levels or
    stars; None where there is no more or less. A `waivable` hard one a supervisor or manager may allow with a reason.
    """

    code: str
    hard: bool
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    margin: int | None = None
    waivable: bool = False
