"""A crew as arrays, as far as one job is concerned: what the database hands over, or what `Person` values say."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dispatch.rules.seek_spans import NEVER, Flags, Ints, Spans, micros
from dispatch.rules.values import Job, Person, Place, Span

Floats = NDArray[np.float64]
# What a crew says once for each technician.
OF_EACH = (
    "key",
    "outlet",
    "stars",
    "in_service",
    "overtime",
    "home",
    "position",
    "seen_at",
    "level",
    "skill_from",
    "skill_until",
    "in_district",
)
FIRST_DAY, LAST_DAY = date.min.toordinal(), date.max.toordinal()


@dataclass(frozen=True)
class Crew:
    """Technicians by place in the arrays, in the order of their keys. `level` is 0 without the job's skill; days are
    ordinals; a point that is not a number is unknown; `seen_at` is NEVER without a last position. `active` marks
    bookings that block time.
    """

    key: Ints
    outlet: Ints
    stars: Ints
    in_service: Flags
    overtime: Ints
    home: Floats
    position: Floats
    seen_at: Ints
    level: Ints
    skill_from: Ints
    skill_until: Ints
    in_district: Flags
    shifts: Spans
    lunches: Spans
    lunch_minutes: Ints
    away: Spans
    bookings: Spans
    booked_at: Floats
    active: Flags
    paper_owner: Ints
    paper_from: Ints
    paper_until: Ints
    suspended: Ints

    def __len__(self) -> int:
        return len(self.key)

    def only(self, rows: Ints) -> "Crew":
        """Some of the technicians, by their places in order, with what is theirs."""
        place = np.full(len(self), -1, dtype=np.int64)
        place[rows] = np.arange(len(rows))
        lunches, bookings = place[self.lunches.owner] >= 0, place[self.bookings.owner] >= 0
        papers = place[self.paper_owner] >= 0
        return Crew(
            **{name: getattr(self, name)[rows] for name in OF_EACH},
            shifts=self.shifts.moved(place),
            lunches=self.lunches.moved(place),
            lunch_minutes=self.lunch_minutes[lunches],
            away=self.away.moved(place),
            bookings=self.bookings.moved(place),
            booked_at=self.booked_at[bookings],
            active=self.active[bookings],
            paper_owner=place[self.paper_owner[papers]],
            paper_from=self.paper_from[papers],
            paper_until=self.paper_until[papers],
            suspended=self.suspended[papers],
        )


def crew_from(people: Iterable[Person], job: Job) -> Crew:
    """The crew of plain values; bookings of the job's own ticket are left out, as it may take their time."""
    rows = sorted(people, key=lambda one: one.key)
    skills = [one.skills.get(job.category) for one in rows]
    lunches = [(place, lunch) for place, one in enumerate(rows) for lunch in one.lunches]
    papers = [(place, paper) for place, one in enumerate(rows) for paper in one.certificates]
    jobs = [(place, each) for place, one in enumerate(rows) for each in one.bookings if each.number != job.number]
    return Crew(
        key=_ints(one.key for one in rows),
        outlet=_ints(one.outlet for one in rows),
        stars=_ints(one.stars for one in rows),
        in_service=_flags(one.active for one in rows),
        overtime=_ints(one.overtime for one in rows),
        home=_points([one.home for one in rows]),
        position=_points([one.position for one in rows]),
        seen_at=_ints(NEVER if one.position_at is None else micros(one.position_at) for one in rows),
        level=_ints(0 if skill is None else skill.level for skill in skills),
        skill_from=_ints(_day(skill and skill.valid_from, FIRST_DAY) for skill in skills),
        skill_until=_ints(_day(skill and skill.valid_until, LAST_DAY) for skill in skills),
        in_district=_flags(not one.districts or not job.district or job.district in one.districts for one in rows),
        shifts=_spans(rows, lambda one: one.shifts),
        lunches=_owned([(place, lunch.span) for place, lunch in lunches]),
        lunch_minutes=_ints(lunch.minutes for _place, lunch in lunches),
        away=_spans(rows, lambda one: [away.span for away in one.away]),
        bookings=_owned([(place, each.span) for place, each in jobs]),
        booked_at=_points([each.place for _place, each in jobs]),
        active=_flags(each.active for _place, each in jobs),
        paper_owner=_ints(place for place, _paper in papers),
        paper_from=_ints(paper.valid_from.toordinal() for _place, paper in papers),
        paper_until=_ints(paper.valid_until.toordinal() for _place, paper in papers),
        suspended=_ints(
            NEVER if paper.suspended_at is None else micros(paper.suspended_at) for _place, paper in papers
        ),
    )


def _spans(people: Sequence[Person], spans_of: Callable[[Person], Iterable[Span]]) -> Spans:
    return _owned([(place, span) for place, one in enumerate(people) for span in spans_of(one)])


def _owned(rows: list[tuple[int, Span]]) -> Spans:
    return Spans(
        _ints(place for place, _span in rows),
        _ints(micros(span.start) for _place, span in rows),
        _ints(micros(span.end) for _place, span in rows),
    )


def _points(places: list[Place | None]) -> Floats:
    unknown = (float("nan"), float("nan"))
    rows = [unknown if place is None else (place.lat, place.lon) for place in places]
    return np.array(rows, dtype=np.float64).reshape(-1, 2)


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _flags(values: Iterable[Any]) -> Flags:
    return np.fromiter((bool(value) for value in values), dtype=np.bool_)


def _day(value: Any, otherwise: int) -> int:
    return otherwise if value is None else int(value.toordinal())
