"""Reading callbacks: the queue of the desk, the next card, a ticket's calls."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from servicedesk.clock import LOCAL
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from visits.aftercare.access import callbacks_for
from visits.aftercare.calling import house_ladder, rules_in_force
from visits.models import Callback, CallbackAttempt, SurveyResponse, Visit

PAGE = 40
# An open callback turns to "near break" this long before it is due.
WARN_BEFORE = timedelta(hours=1)
VIEWS = ("now", "later", "done")


@dataclass(frozen=True)
class CallRow:
    """A callback as the queue shows it. `claimed_by` is who has it in hand as of now, `tries` counts towards the
    ladder's end of `most`, `mine` says that the reader himself was at this customer's.
    """

    callback: Callback
    tries: int
    claimed_by: User | None
    mine: bool
    most: int

    @property
    def warn_at(self) -> datetime:
        """From when on the due time is near."""
        return self.callback.due_at - WARN_BEFORE

    @property
    def number(self) -> str:
        """The number to call; shown masked."""
        ticket = self.callback.ticket
        first = next(iter(ticket.customer.phones.all()), None)
        known = str(first.number) or first.raw if first is not None else ""
        return str(ticket.contact_phone) or ticket.contact_phone_raw or known


@dataclass(frozen=True)
class QueueFilter:
    """What of the queue is looked at: a kind, only what is in the reader's own hands, only what is past its due time.

    Of ended callbacks “mine” are those the reader has called for.
    """

    kind: str = ""
    mine: bool = False
    overdue: bool = False

    def narrow(self, callbacks: QuerySet[Callback], user: User, now: datetime) -> QuerySet[Callback]:
        """The callbacks that fit."""
        if self.kind:
            callbacks = callbacks.filter(kind=self.kind)
        if self.mine:
            callbacks = callbacks.filter(_mine(user, now))
        if self.overdue:
            callbacks = callbacks.filter(_overdue(now))
        return callbacks


EVERYTHING = QueueFilter()


def _mine(user: User, now: datetime) -> Q:
    called = CallbackAttempt.objects.filter(callback=OuterRef("pk"), by=user)
    in_hand = Q(claimed_by=user, claimed_until__gt=now, state=Callback.State.OPEN)
    return in_hand | (~Q(state=Callback.State.OPEN) & Q(Exists(called)))


def _overdue(now: datetime) -> Q:
    return Q(due_at__lte=now, state=Callback.State.OPEN)


def _views(now: datetime) -> dict[str, Q]:
    midnight = now.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
    still_open = Q(state=Callback.State.OPEN)
    return {
        "now": still_open & Q(not_before__lte=now),
        "later": still_open & Q(not_before__gt=now),
        "done": Q(state__in=[Callback.State.DONE, Callback.State.EXHAUSTED], ended_at__gte=midnight),
    }


def queue_counts(user: User, now: datetime, narrow: QueueFilter = EVERYTHING) -> dict[str, int]:
    """How many callbacks of the filter stand in each view, in one query."""
    counts: dict[str, int] = narrow.narrow(callbacks_for(user), user, now).aggregate(
        **{name: Count("pk", filter=condition) for name, condition in _views(now).items()}
    )
    return counts


def filter_counts(user: User, view: str, now: datetime) -> dict[str, int]:
    """How many callbacks of the view each filter would show, in one query: by kind, `mine` and `overdue`."""
    rows = callbacks_for(user).filter(_views(now)[view])
    filters = {**{kind: Q(kind=kind) for kind in Callback.Kind.values}, "mine": _mine(user, now)}
    filters["overdue"] = _overdue(now)
    counts: dict[str, int] = rows.aggregate(**{name: Count("pk", filter=one) for name, one in filters.items()})
    return counts


def queue_of(user: User, view: str, now: datetime, start: int = 0, narrow: QueueFilter = EVERYTHING) -> list[CallRow]:
    """The callbacks of a view from place `start` on, one more than a page: open ones by due time, ended ones by when
    they ended, the latest first.
    """
    rows = _with_tries(narrow.narrow(callbacks_for(user), user, now), user).filter(_views(now)[view])
    order = {"now": ("due_at", "id"), "later": ("not_before", "id"), "done": ("-ended_at", "-id")}[view]
    rows = rows.select_related(
        "ticket__customer", "ticket__outlet", "ticket__appliance__category", "ticket__appliance__model",
        "ticket__category", "visit__technician__user", "claimed_by",
    ).prefetch_related("ticket__customer__phones")  # fmt: skip
    most = house_ladder(rules_in_force()).attempts
    return [_row(callback, now, most) for callback in rows.order_by(*order)[start : start + PAGE + 1]]


def next_card(user: User, now: datetime, after: int = 0, narrow: QueueFilter = EVERYTHING) -> Callback | None:
    """The callback to make next: due first, in nobody's hands, not about the caller himself, not `after`."""
    rows = narrow.narrow(callbacks_for(user), user, now).filter(_views(now)["now"]).exclude(_own_visits(user))
    free = rows.filter(Q(claimed_until=None) | Q(claimed_until__lte=now) | Q(claimed_by=user))
    return free.exclude(pk=after).order_by("due_at", "id").first()


def calls_of(ticket: Ticket, user: User, now: datetime) -> list[CallRow]:
    """The ticket's callbacks with their attempts and what was answered, the newest first."""
    attempts = CallbackAttempt.objects.select_related("by")
    rows = _with_tries(Callback.objects.filter(ticket=ticket), user).select_related("claimed_by")
    rows = rows.prefetch_related(Prefetch("attempts", attempts), "responses")
    most = house_ladder(rules_in_force()).attempts
    return [_row(callback, now, most) for callback in rows.order_by("-id")]


def attempts_of(callback: Callback) -> list[CallbackAttempt]:
    """The attempts of the callback, oldest first, with those who called."""
    return list(CallbackAttempt.objects.filter(callback=callback).select_related("by").order_by("at", "id"))


def link_rating(ticket: Ticket) -> SurveyResponse | None:
    """The latest rating the customer left on his page."""
    ratings = SurveyResponse.objects.filter(ticket=ticket, source=SurveyResponse.Source.LINK)
    return ratings.order_by("-id").first()


def _own_visits(user: User) -> Exists:
    return Exists(Visit.objects.filter(ticket=OuterRef("ticket"), technician__user=user))


def _with_tries(callbacks: QuerySet[Callback], user: User) -> QuerySet[Any]:
    counted = Count("attempts", filter=~Q(attempts__outcome=CallbackAttempt.Outcome.LATER))
    return callbacks.annotate(tries=counted, was_there=_own_visits(user))


def _row(callback: Any, now: datetime, most: int) -> CallRow:
    held = callback.claimed_until is not None and callback.claimed_until > now
    return CallRow(callback, callback.tries, callback.claimed_by if held else None, callback.was_there, most)
