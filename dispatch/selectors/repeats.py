"""A fault that comes back: whose repairs of an appliance did not hold, and what to do differently.

A repeat repair must not go quietly to the same hands: after one failed repair the dispatcher is warned, after two
another outlet or higher skill is proposed and the three-guarantees question is opened (handbook/service-standards.md,
standard 2).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from dispatch.models import Technician
from dispatch.rules import Place, distance_km
from dispatch.selectors.known import CURED, REPEAT
from dispatch.selectors.people import place_of
from servicedesk.people.models import Outlet
from servicedesk.tickets.models import Ticket, TicketEvent, TicketKind

# The longest term of a main part (handbook/warranty.md, catalogue): as long the same fault is still the same story.
SAME_FAULT = timedelta(days=3 * 365)
PROPOSED_FROM = 2
OUTLETS_PROPOSED = 3


@dataclass(frozen=True)
class FailedRepair:
    """A repair after which the fault came back, and when it did."""

    ticket: Ticket
    technician: Technician
    completed_at: datetime
    came_back_at: datetime


@dataclass(frozen=True)
class Repeat:
    """The repairs that did not hold, oldest first; none where the trouble is new."""

    failed: tuple[FailedRepair, ...] = ()

    @property
    def times(self) -> int:
        """How often the fault came back."""
        return len(self.failed)

    @property
    def first(self) -> FailedRepair | None:
        """The first repair that did not hold."""
        return self.failed[0] if self.failed else None

    @property
    def by(self) -> frozenset[int]:
        """The technicians whose repair did not hold."""
        return frozenset(one.technician.pk for one in self.failed)

    @property
    def outlets(self) -> frozenset[int]:
        """Their outlets."""
        return frozenset(one.technician.outlet_id for one in self.failed)


def repeat_of(ticket: Ticket, as_of: datetime) -> Repeat:
    """The failed repairs behind a repair ticket as they were known at `as_of`.

    A repair failed where its ticket was reopened, or where the appliance came back with the same fault group within
    three years or with any fault within 30 days.
    """
    if ticket.kind != TicketKind.REPAIR:
        return Repeat()
    family = {one.pk: one for one in _family(ticket, as_of)}
    rows = TicketEvent.objects.filter(
        ticket__in=family, action__in=["complete_visit", "reopen_ticket"], at__lte=as_of
    ).order_by("at", "id")
    events = list(rows)
    returns = [(one.received_at, one.pk) for one in family.values()]
    reopened = [(event.at, event.ticket_id) for event in events if event.action == "reopen_ticket"]
    found = []
    for event in events:
        if event.action != "complete_visit" or event.data.get("outcome") not in CURED:
            continue
        back = _came_back(event, returns, reopened)
        if back is not None:
            found.append((event, back))
    hands = _technicians(event.data.get("technician", 0) for event, _back in found)
    return Repeat(
        tuple(
            FailedRepair(family[event.ticket_id], hands[event.data["technician"]], event.at, back)
            for event, back in found
            if event.data.get("technician") in hands
        )
    )


def _family(ticket: Ticket, as_of: datetime) -> Iterable[Ticket]:
    """The ticket, and the earlier repairs of its appliance that may be about the same trouble."""
    own = Q(pk=ticket.pk)
    if ticket.appliance_id is not None:
        earlier = Q(appliance=ticket.appliance_id, kind=TicketKind.REPAIR, received_at__lte=ticket.received_at)
        recent = Q(facts__completed_at__gte=ticket.received_at - REPEAT)
        same = Q(fault__group=ticket.fault.group) if ticket.fault else Q(pk=ticket.pk)
        own |= earlier & (recent | (same & Q(received_at__gte=ticket.received_at - SAME_FAULT)))
    rows = Ticket.objects.filter(own, received_at__lte=as_of).select_related("outlet", "fault")
    return list(rows.order_by("received_at", "pk"))


def _came_back(
    event: TicketEvent,
    returns: Sequence[tuple[datetime, int]],
    reopened: Sequence[tuple[datetime, int]],
) -> datetime | None:
    """When the trouble that a visit had cured was there again: reopened, or reported on a later ticket."""
    again = [at for at, ticket_id in reopened if ticket_id == event.ticket_id and at > event.at]
    again += [at for at, ticket_id in returns if ticket_id != event.ticket_id and at > event.at]
    return min(again, default=None)


def _technicians(ids: Iterable[int]) -> dict[int, Technician]:
    rows = Technician.objects.filter(pk__in=set(ids)).select_related("user", "outlet").prefetch_related("skills")
    return {one.pk: one for one in rows}


@dataclass(frozen=True)
class Skilled:
    """A technician with his level for the product."""

    technician: Technician
    level: int

    @property
    def rank(self) -> tuple[int, int]:
        """Level first, then stars."""
        return self.level, self.technician.stars


@dataclass(frozen=True)
class OtherOutlet:
    """An outlet none of whose repairs failed, with its best technician for the product and the way in kilometres."""

    outlet: Outlet
    best: Skilled
    distance: float | None


@dataclass(frozen=True)
class Proposal:
    """What to do differently after two failed repairs: higher skill in the own outlet, or another outlet."""

    people: tuple[Skilled, ...] = ()
    outlets: tuple[OtherOutlet, ...] = ()

    @property
    def kinds(self) -> list[str]:
        """`higher_skill`, `other_outlet`, or both; empty where nothing is proposed."""
        return ["higher_skill"] * bool(self.people) + ["other_outlet"] * bool(self.outlets)

    @property
    def by_key(self) -> dict[int, Skilled]:
        """The proposed technicians of the own outlet by their id."""
        return {one.technician.pk: one for one in self.people}


def proposal_of(ticket: Ticket, repeat: Repeat) -> Proposal:
    """The proposal after two failed repairs; nothing before, and none to an outlet that has not failed yet."""
    if repeat.times < PROPOSED_FROM or (ticket.outlet_id and ticket.outlet_id not in repeat.outlets):
        return Proposal()
    crew = _skilled(ticket)
    failed = max((_skill_of(one.technician, ticket) for one in repeat.failed), key=lambda one: one.rank)
    own = [one for one in crew if one.technician.outlet_id == ticket.outlet_id]
    higher = [one for one in own if one.technician.pk not in repeat.by and one.rank > failed.rank]
    others = [one for one in crew if one.technician.outlet_id not in repeat.outlets]
    return Proposal(
        tuple(sorted(higher, key=lambda one: (-one.level, -one.technician.stars, one.technician.pk))),
        tuple(_outlets(ticket, others)[:OUTLETS_PROPOSED]),
    )


def _skilled(ticket: Ticket) -> list[Skilled]:
    """Every active technician who has learned the product."""
    rows = Technician.objects.filter(is_active=True, user__is_active=True, outlet__is_active=True)
    if ticket.category_id is not None:
        rows = rows.filter(skills__category=ticket.category_id)
    loaded = rows.select_related("user", "outlet").prefetch_related("skills")
    return [_skill_of(one, ticket) for one in loaded]


def _skill_of(technician: Technician, ticket: Ticket) -> Skilled:
    levels = [skill.level for skill in technician.skills.all() if skill.category_id == ticket.category_id]
    return Skilled(technician, max(levels, default=0))


def _outlets(ticket: Ticket, crew: Sequence[Skilled]) -> list[OtherOutlet]:
    """The outlets of these technicians: the best first, of equals the nearest."""
    best: dict[int, Skilled] = {}
    for one in crew:
        known = best.get(one.technician.outlet_id)
        if known is None or one.rank > known.rank:
            best[one.technician.outlet_id] = one
    home = place_of(ticket.address)
    found = []
    for one in best.values():
        outlet = one.technician.outlet
        there = None if outlet.lat is None or outlet.lon is None else Place(outlet.lat, outlet.lon)
        found.append(OtherOutlet(outlet, one, distance_km(home, there) if home and there else None))
    far = 1_000_000.0
    return sorted(
        found,
        key=lambda one: (-one.best.level, -one.best.technician.stars, one.distance or far, one.outlet.code),
    )
