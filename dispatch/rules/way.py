"""The way of a technician round a job: where he comes from, where he goes next, and how long the roads take."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.rules.travel import travel_minutes
from dispatch.rules.values import Booking, Job, Person, Place, Span

# Jobs this near decide about the way to each other; beyond, a night lies between.
REACH = timedelta(hours=12)


@dataclass(frozen=True)
class Way:
    """The drives in whole minutes: to the job, from it to the next one, and the one between both that is saved.

    None where a place is unknown; 0 where there is no next job.
    """

    to: int | None
    on: int | None
    saved: int | None

    @property
    def extra(self) -> int | None:
        """The minutes the job adds to the day's roads; None where a place is unknown."""
        if self.to is None or self.on is None or self.saved is None:
            return None
        return self.to + self.on - self.saved


def neighbours(person: Person, job: Job, span: Span) -> tuple[Booking | None, Booking | None]:
    """The bookings next before and next after `span` on the technician's way, within 12 hours."""
    others = person.blocking(job.number)
    earlier = [one for one in others if one.span.end <= span.start and span.start - one.span.end <= REACH]
    later = [one for one in others if one.span.start >= span.end and one.span.start - span.end <= REACH]
    return (earlier[-1] if earlier else None, later[0] if later else None)


def origin_of(person: Person, job: Job, span: Span, before: Booking | None) -> Place | None:
    """Where he comes from: the job before, the place he was last seen at on that day, or his home."""
    if before is not None:
        return before.place
    seen = person.position_at
    if seen is not None and seen <= span.start and job.day_of(seen) == job.day_of(span.start):
        return person.position
    return person.home


def way_of(person: Person, job: Job, span: Span) -> Way:
    """The drives round the job, were it put there."""
    before, after = neighbours(person, job, span)
    origin = origin_of(person, job, span, before)
    leaves = before.span.end if before is not None else span.start
    to = drive(job, origin, job.place, leaves)
    if after is None:
        return Way(to, 0, 0)
    return Way(to, drive(job, job.place, after.place, span.end), drive(job, origin, after.place, leaves))


def drive(job: Job, origin: Place | None, goal: Place | None, leaves: datetime) -> int | None:
    """The minutes on the road from `origin` to `goal`, leaving at `leaves`; None where a place is unknown."""
    return travel_minutes(origin, goal, leaves, job.roads)
