"""Which windows may be promised for a visit, how many places each has left, and what each costs us on the road."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dispatch.rules import Job, Person, Span, travel_minutes
from dispatch.rules.capacity import Matching, Need, kept_back, units_of
from dispatch.rules.way import way_of
from dispatch.selectors.days import day_of
from dispatch.selectors.jobs import OTHER_MINUTES, USUAL_MINUTES, job_of
from dispatch.selectors.pairings import barred_for
from dispatch.selectors.people import place_of
from dispatch.travel.registry import roads_of
from dispatch.windows.outlook import Outlook, outlook_of
from dispatch.windows.plans import Seller, seller_of
from servicedesk.ports import WindowAsk, WindowOffer, WindowOffers
from servicedesk.tickets.models import VISIT_KINDS, TicketKind

# More than these are not counted: “several” is enough for a person on the phone.
COUNTED = 6
# Extra minutes on the road up to which somebody is nearby anyway, and up to which it is a short detour.
NEARBY, DETOUR = 12, 30


@dataclass(frozen=True)
class Question:
    """A visit as the arithmetic sees it, and whether it may use the share kept for emergencies."""

    job: Job
    urgent: bool

    @property
    def is_choosy(self) -> bool:
        """Whether the customer has wishes about technicians, which a held place knows nothing of."""
        return bool(self.job.barred or self.job.not_again or self.job.asked_for)


def question_of(ask: WindowAsk, seller: Seller, now: datetime) -> Question:
    """The job of the visit at the seller's outlet."""
    if ask.ticket is not None:
        # Before the desk has sent it anywhere the ticket is asked about as if this outlet had it.
        job = replace(job_of(ask.ticket, now), outlet=seller.outlet.pk, zone=seller.zone)
        return Question(job, ask.priority == 1)
    barred = barred_for([ask.customer.pk]) if ask.customer is not None else {}
    job = Job(
        number="",
        outlet=seller.outlet.pk,
        category=ask.category.code if ask.category is not None else "",
        minutes=minutes_of(ask),
        place=place_of(ask.address),
        zone=seller.zone,
        roads=roads_of(seller.outlet, seller.zone),
        district=ask.address.district if ask.address is not None else ask.district,
        barred=frozenset(barred.get(ask.customer.pk, ())) if ask.customer is not None else frozenset(),
    )
    return Question(job, ask.priority == 1)


def minutes_of(ask: WindowAsk) -> int:
    """How long the work usually takes, in minutes."""
    if ask.fault is not None:
        return int(ask.fault.minutes)
    return USUAL_MINUTES.get(TicketKind(ask.kind), OTHER_MINUTES)


def offers_of(ask: WindowAsk, now: datetime, key: UUID | None = None) -> WindowOffers:
    """The windows that hold, the cheapest first; a place held under `key` is still on offer to its holder."""
    if ask.kind not in VISIT_KINDS:
        return WindowOffers(False)
    seller = seller_of(ask)
    if seller is None:
        return WindowOffers(False, note=_("Nobody promises times for this place yet: this is a wish, not a promise."))
    question = question_of(ask, seller, now)
    outlook = outlook_of(seller, seller.days(now), now, key=key, ticket=ask.ticket)
    found: list[WindowOffer] = []
    for day in seller.days(now):
        matching = outlook.matching_of(day)
        for window in seller.windows(day):
            able = outlook.able_for(question.job, window)
            if left := _left(outlook, question, Need("asked", window, question.job.minutes, able), matching):
                found.append(_offer(outlook, question, window, able, left))
    found.sort(key=lambda one: (one.extra is None, one.extra or 0, one.start))
    return WindowOffers(True, tuple(found), "" if found else why_none(outlook, question))


def room_of(outlook: Outlook, question: Question, window: Span) -> int:
    """How many places like this one may still be sold in the window, counted up to `COUNTED`."""
    job = question.job
    need = Need("asked", window, job.minutes, outlook.able_for(job, window))
    return _left(outlook, question, need, outlook.matching_of(day_of(window.start, outlook.seller.zone)))


def why_none(outlook: Outlook, question: Question) -> str:
    """Why nothing can be promised, in words for the person at the desk."""
    job, seller = question.job, outlook.seller
    if not outlook.people:
        return _("%(outlet)s has no technicians in service: nothing can be promised.") % {"outlet": seller.outlet}
    if job.category and not any(job.category in one.skills for one in outlook.people):
        names = {"outlet": seller.outlet}
        return _("Nobody at %(outlet)s has learned this product: ask a supervisor for another outlet.") % names
    longest = max((shift.minutes for one in outlook.people for shift in one.shifts), default=0)
    if not longest:
        return _("No shifts are planned for these days: nothing can be promised.")
    if job.minutes > longest:
        values = {"minutes": job.minutes, "longest": longest}
        return (
            _("The work takes %(minutes)s min, longer than any shift (%(longest)s min): it has to be split.") % values
        )
    later = _next_free(outlook, question)
    if later is None:
        return _("All windows of these days are sold.")
    return _("All windows of these days are sold; the next free one is on %(day)s.") % {"day": later}


def _left(outlook: Outlook, question: Question, need: Need, plan: Matching) -> int:
    """The places like `need` that the plan of its day still takes, less those kept for emergencies."""
    seller, window = outlook.seller, need.window
    if window.end <= outlook.now or not seller.names(window, outlook.now) or not need.able:
        return 0
    kept = _kept(outlook, question, need)
    return max(0, plan.room(need, kept + COUNTED) - kept)


def _kept(outlook: Outlook, question: Question, need: Need) -> int:
    """The units of the window that stay free for emergencies, out of everybody's hours before any booking; none are
    kept from an emergency itself.
    """
    if question.urgent:
        return 0
    seller = outlook.seller
    hours = outlook.hours_of(day_of(need.window.start, seller.zone))
    units = sum(units_of(hours[key], need.window, need.minutes, seller.way) for key in need.able)
    return kept_back(units, seller.plan.emergency_percent)


def _offer(outlook: Outlook, question: Question, window: Span, able: frozenset[int], left: int) -> WindowOffer:
    extra = _extra(outlook, question.job, window, able)
    return WindowOffer(window.start, window.end, left, left_words(left), way_words(extra), extra)


def _extra(outlook: Outlook, job: Job, window: Span, able: frozenset[int]) -> int | None:
    """The least extra minutes on the road: of a technician with jobs around, or from another place promised there."""
    extras = [_of_person(one, job, window) for one in outlook.people if one.key in able]
    near = (place for other, place in outlook.places() if other.overlaps(window))
    legs = (travel_minutes(place, job.place, window.start, job.roads) for place in near)
    extras += [None if leg is None else 2 * leg for leg in legs]
    known = [one for one in extras if one is not None]
    return min(known) if known else None


def _of_person(person: Person, job: Job, window: Span) -> int | None:
    start = max(
        [window.start, *(one.span.end for one in person.blocking("") if window.start < one.span.end < window.end)]
    )
    return way_of(person, job, Span(start, start + timedelta(minutes=job.minutes))).extra


def _next_free(outlook: Outlook, question: Question) -> str | None:
    """The first day of the week after in which a window is free, as `03-17`."""
    seller = outlook.seller
    first = seller.days(outlook.now)[-1] + timedelta(days=1)
    days = [first + timedelta(days=more) for more in range(7)]
    later = outlook_of(seller, days, outlook.now, ticket=None)
    for day in days:
        matching = later.matching_of(day)
        for window in seller.windows(day):
            need = Need("asked", window, question.job.minutes, later.able_for(question.job, window))
            kept = _kept(later, question, need)
            if need.able and matching.room(need, kept + 1) > kept:
                return f"{day:%m-%d}"
    return None


def left_words(left: int) -> str:
    """How many places are left, as it is said."""
    if left >= COUNTED:
        return _("several left")
    return ngettext("%(n)d left", "%(n)d left", left) % {"n": left}


def way_words(extra: int | None) -> str:
    """What a window costs us on the road, as it is said."""
    if extra is None:
        return _("way unknown")
    if extra <= NEARBY:
        return _("a technician is nearby anyway")
    return _("a short detour") if extra <= DETOUR else _("an extra way of %(minutes)s min") % {"minutes": extra}
