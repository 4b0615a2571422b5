"""The days of an outlet as the arithmetic sees them: technicians with free time, and the places that wait for one."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from dispatch.models import Technician, WindowPlace
from dispatch.rules import Job, Person, Place, Span
from dispatch.rules.capacity import Matching, Need, able_of, worker_of
from dispatch.rules.gaps import on_duty
from dispatch.selectors.days import day_of, day_span
from dispatch.selectors.jobs import planned_minutes
from dispatch.selectors.pairings import wishes_of
from dispatch.selectors.people import people_of, place_of
from dispatch.windows.plans import Seller
from servicedesk.tickets.models import Ticket, TicketState

HELD, SOLD = WindowPlace.State.HELD, WindowPlace.State.SOLD


@dataclass(frozen=True)
class Waiting:
    """A promise without a technician, or a place somebody holds."""

    key: str
    job: Job
    window: Span


@dataclass(frozen=True)
class Outlook:
    """Some days of an outlet: its technicians and what waits for them."""

    seller: Seller
    people: tuple[Person, ...]
    waiting: tuple[Waiting, ...]
    now: datetime
    # What was reckoned before: every window of a day asks for the same hours.
    _hours: dict[date, dict[int, tuple[Span, ...]]] = field(default_factory=dict, compare=False, repr=False)

    def hours_of(self, day: date) -> dict[int, tuple[Span, ...]]:
        """Everybody's hours of a local day, by technician, before any booking."""
        if day not in self._hours:
            span = day_span(day, self.seller.zone)
            self._hours[day] = {one.key: on_duty(one, span) for one in self.people}
        return self._hours[day]

    def able_for(self, job: Job, window: Span) -> frozenset[int]:
        """Who may do a job in the window, whatever time they have left."""
        return able_of(self.people, job, window)

    def matching_of(self, day: date) -> Matching:
        """The plan of a local day: everything that waits, given to technicians as well as it goes."""
        span = day_span(day, self.seller.zone)
        begin = max(span.start, self.now + self.seller.way)
        matching = Matching((worker_of(one, span, self.seller.way, begin) for one in self.people), self.seller.way)
        needs = [self._need(one) for one in self.waiting if day_of(one.window.start, self.seller.zone) == day]
        # Who has the least choice is placed first: fewer paths to search, the same result.
        for need in sorted(needs, key=lambda each: (len(each.able), each.window, each.key)):
            matching.place(need)
        return matching

    def places(self) -> list[tuple[Span, Place]]:
        """Where somebody has to go anyway: windows and places of what waits."""
        return [(one.window, one.job.place) for one in self.waiting if one.job.place is not None]

    def _need(self, one: Waiting) -> Need:
        return Need(one.key, one.window, one.job.minutes, self.able_for(one.job, one.window))


def outlook_of(
    seller: Seller, days: list[date], now: datetime, *, key: UUID | None = None, ticket: Ticket | None = None
) -> Outlook:
    """The `days` of the outlet as of now, without the place held under `key` and without what `ticket` has already."""
    window = Span(day_span(days[0], seller.zone).start, day_span(days[-1], seller.zone).end)
    crew = Technician.objects.filter(outlet=seller.outlet, is_active=True, user__is_active=True).select_related("user")
    people = people_of(crew, window)
    waiting = [*_promised(seller, window, ticket), *_held(seller, window, now, key)]
    living = Span(max(window.start, now), window.end)
    return Outlook(seller, tuple(people.values()), tuple(one for one in waiting if one.window.end > living.start), now)


def _promised(seller: Seller, window: Span, ticket: Ticket | None) -> list[Waiting]:
    """Tickets with a promise in these days and nobody assigned: sold windows, and what a technician gave back."""
    here = Q(outlet=seller.outlet) | Q(outlet=None, window_places__outlet=seller.outlet, window_places__state=SOLD)
    found = Ticket.objects.filter(
        here, state=TicketState.OPEN, promised_until__gt=window.start, promised_from__lt=window.end
    )
    if ticket is not None:
        found = found.exclude(pk=ticket.pk)
    rows = list(found.select_related("category", "fault", "address").distinct())
    wishes = wishes_of(rows)
    waiting = []
    for row in rows:
        wish = wishes[row.pk]
        job = Job(
            number=row.number,
            outlet=seller.outlet.pk,
            category=row.category.code if row.category else "",
            minutes=planned_minutes(row),
            place=place_of(row.address),
            zone=seller.zone,
            district=row.address.district if row.address else "",
            barred=wish.barred,
            not_again=wish.not_again,
            asked_for=wish.asked_for,
        )
        waiting.append(Waiting(row.number, job, Span(row.promised_from, row.promised_until)))
    return waiting


def _held(seller: Seller, window: Span, now: datetime, key: UUID | None) -> list[Waiting]:
    """The holds that have not run out."""
    found = WindowPlace.objects.filter(
        outlet=seller.outlet, state=HELD, start__lt=window.end, end__gt=window.start, expires_at__gt=now
    )
    if key is not None:
        found = found.exclude(key=key)
    waiting = []
    for row in found.select_related("category"):
        job = Job(
            number="",
            outlet=seller.outlet.pk,
            category=row.category.code if row.category else "",
            minutes=row.minutes,
            zone=seller.zone,
            district=row.district,
        )
        waiting.append(Waiting(f"hold {row.pk}", job, Span(row.start, row.end)))
    return waiting
