"""Reading mismatches: the list to review, a ticket's own, and the figures with the rows behind them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from servicedesk.people.models import User
from servicedesk.people.wording import in_language
from servicedesk.tickets.models import Ticket
from visits.aftercare.access import mismatches_for
from visits.aftercare.sides import Names, Sides, names_for, sides_of
from visits.models import Callback, Mismatch, SurveyResponse

State = Mismatch.State
VIEWS = (State.OPEN, State.CONFIRMED, State.EXPLAINED)
PERIODS = (30, 90, 365)
PAGE = 40


@dataclass(frozen=True)
class ReviewFilter:
    """Which mismatches: of a technician, of an outlet, found in the last `days` (0: ever)."""

    technician: int | None = None
    outlet: int | None = None
    days: int = 0

    def narrow(self, mismatches: QuerySet[Mismatch], now: datetime) -> QuerySet[Mismatch]:
        """The mismatches that fit."""
        if self.technician is not None:
            mismatches = mismatches.filter(technician=self.technician)
        if self.outlet is not None:
            mismatches = mismatches.filter(ticket__outlet=self.outlet)
        if self.days:
            mismatches = mismatches.filter(found_at__gt=now - timedelta(days=self.days))
        return mismatches


EVERYTHING = ReviewFilter()


@dataclass(frozen=True)
class ReviewRow:
    """A mismatch in words."""

    mismatch: Mismatch
    sides: Sides


def review_counts(user: User, now: datetime, narrow: ReviewFilter = EVERYTHING) -> dict[str, int]:
    """How many mismatches stand in each state, in one query."""
    counts: dict[str, int] = narrow.narrow(mismatches_for(user), now).aggregate(
        **{str(state): Count("pk", filter=Q(state=state)) for state in VIEWS}
    )
    return counts


def reviews_of(
    user: User, state: str, now: datetime, start: int = 0, narrow: ReviewFilter = EVERYTHING
) -> list[ReviewRow]:
    """The mismatches in a state from place `start` on, newest first, one more than a page; the oldest first while they
    wait for review.
    """
    rows = narrow.narrow(mismatches_for(user), now).filter(state=state)
    rows = rows.select_related(
        "ticket__outlet", "ticket__category", "technician__user", "decided_by", "visit"
    ).order_by(*(("found_at", "id") if state == State.OPEN else ("-decided_at", "-id")))
    return in_words(list(rows[start : start + PAGE + 1]))


def in_words(mismatches: list[Mismatch], names: Names | None = None) -> list[ReviewRow]:
    """The mismatches with their words."""
    known = names or names_for(mismatches)
    return [ReviewRow(one, sides_of(one, known)) for one in mismatches]


def mismatches_of(ticket: Ticket, user: User) -> list[ReviewRow]:
    """The mismatches of a ticket, for those who may read them."""
    found = mismatches_for(user).filter(ticket=ticket).select_related("technician__user", "decided_by")
    return in_words(list(found.order_by("id")))


@dataclass(frozen=True)
class RateLine:
    """A technician or outlet: visits the customer was asked about, those of them with a mismatch nothing explained,
    and how its mismatches stand.
    """

    key: int | None
    label: str
    asked: int
    against: int
    open: int
    confirmed: int
    explained: int

    @property
    def percent(self) -> float:
        """The share of the visits asked about that have a mismatch; 0 where nobody was asked."""
        return round(100 * self.against / self.asked, 1) if self.asked else 0.0


def rates_by_technician(user: User, now: datetime, days: int) -> list[RateLine]:
    """The rates of the last `days` by technician, the highest first."""
    by = "callback__visit__technician"
    return _rates(user, now, days, by, f"{by}__user__name", "technician")


def rates_by_outlet(user: User, now: datetime, days: int) -> list[RateLine]:
    """The rates of the last `days` by outlet, the highest first; a ticket without outlet has a line of its own."""
    name = in_language("ticket__outlet__name_zh", "ticket__outlet__name_en")
    return _rates(user, now, days, "ticket__outlet", name, "ticket__outlet")


def _rates(user: User, now: datetime, days: int, by: str, name: str, of_mismatch: str) -> list[RateLine]:
    since = now - timedelta(days=days)
    standing = Mismatch.objects.filter(visit=OuterRef("callback__visit")).exclude(state=State.EXPLAINED)
    asked = SurveyResponse.objects.filter(
        source=SurveyResponse.Source.CALLBACK,
        answered_at__gt=since,
        callback__visit__isnull=False,
        callback__kind__in=[Callback.Kind.COMPLETION, Callback.Kind.QUALITY],
        ticket__in=Ticket.objects.visible_to(user),
    )
    counted = asked.annotate(against=Exists(standing)).order_by().values(by, name)
    counted = counted.annotate(
        asked=Count("callback__visit", distinct=True),
        hit=Count("callback__visit", distinct=True, filter=Q(against=True)),
    )
    lines: dict[int | None, dict[str, Any]] = {row[by]: row for row in counted}
    found = mismatches_for(user).filter(found_at__gt=since).order_by().values(of_mismatch)
    states = {
        row[of_mismatch]: row
        for row in found.annotate(**{str(state): Count("pk", filter=Q(state=state)) for state in VIEWS})
    }
    nothing = dict.fromkeys(VIEWS, 0)
    made = [
        RateLine(key, row[name] or "", row["asked"], row["hit"], *(states.get(key, nothing)[state] for state in VIEWS))
        for key, row in lines.items()
    ]
    return sorted(made, key=lambda line: (-line.percent, -line.asked, line.label))
