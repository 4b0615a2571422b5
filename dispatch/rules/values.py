"""The plain values the rules speak of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from types import MappingProxyType
from typing import Any


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


@dataclass(frozen=True)
class Place:
    """A point on the earth, WGS-84 degrees."""

    lat: float
    lon: float


@dataclass(frozen=True)
class Certificate:
    """A star service certificate; both days belong to it."""

    valid_from: date
    valid_until: date
    suspended_at: datetime | None = None


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
    """A technician as far as the rules look: `skills` are levels 1 to 3 by category code."""

    key: int
    outlet: int
    stars: int = 1
    active: bool = True
    skills: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    certificates: tuple[Certificate, ...] = ()
    shifts: tuple[Span, ...] = ()
    away: tuple[Away, ...] = ()
    bookings: tuple[Booking, ...] = ()
    home: Place | None = None

    def blocking(self, number: str) -> tuple[Booking, ...]:
        """The active bookings by time, without those of ticket `number` itself."""
        others = (one for one in self.bookings if one.active and one.number != number)
        return tuple(sorted(others, key=lambda one: one.span))


@dataclass(frozen=True)
class Job:
    """What has to be done. `failed_by` are the technicians whose repair of this appliance did not hold."""

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

    @property
    def window(self) -> Span | None:
        """The time the customer counts on: what was promised, else what was asked for."""
        return self.promised or self.requested


@dataclass(frozen=True)
class Finding:
    """A rule that is broken: its code, whether it forbids, and the values its sentence names."""

    code: str
    hard: bool
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
