"""A callback comes into being, is brought forward, or is called off."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import ActionError, invalid
from servicedesk.people.models import User
from servicedesk.sla.models import ClockKind
from servicedesk.sla.services import start_clocks
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.models import Ticket, TicketState
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require_role
from visits.aftercare.calling import Calling, calling_of
from visits.aftercare.sampling import BY_HAND
from visits.aftercare.services.base import NOT_TO_BE_CALLED, save
from visits.models import Callback, Visit

SOON = timedelta(hours=2)
WORK_OVER = frozenset({TicketState.AWAITING_CALLBACK, TicketState.CLOSED})


@dataclass(frozen=True)
class Wanted:
    """A callback to be made: its kind, the visit it asks about (None: the last one), not before when, and why."""

    kind: str
    visit: Visit | None = None
    not_before: datetime | None = None
    reasons: tuple[dict[str, Any], ...] = ()


def schedule_callback(
    ticket_id: int,
    kind: str,
    *,
    actor: User | None,
    now: datetime,
    visit: Visit | None = None,
    not_before: datetime | None = None,
) -> Callback:
    """The open callback of that kind: a new one, or the one that stands open already.

    One after completion starts the ticket's callback clock, is due with it, and takes the place of an open courtesy
    check nobody has in hand; a courtesy check is due in two hours, quiet hours not counted, a quality call by the end
    of the next day's calling hours. A customer who wants no calls is spared: the system's callback is cancelled at
    once, with a line of the story; a person is refused with 409 not_to_be_called. Refuses with 422 an unknown kind,
    with 409 ticket_cancelled, with 409 work_not_completed a call about the result before its time.
    """
    if kind not in Callback.Kind.values:
        raise invalid("kind", "callback_kind_unknown", _("Choose the kind of callback."))
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require_role("schedule_callback", actor)
        _refuse_pointless(ticket, kind)
        standing = open_callback(ticket, kind)
        if standing is not None:
            return standing
        by_hand = ({"code": BY_HAND, "value": 0},) if kind == Callback.Kind.QUALITY else ()
        wanted = Wanted(kind, visit, not_before, by_hand)
        if calling_of(ticket).may_be_called:
            return make_callback(ticket, wanted, actor=actor, now=now)
        if actor is not None:
            raise ActionError("not_to_be_called", NOT_TO_BE_CALLED)
        return _spare(ticket, wanted, now)


def make_callback(ticket: Ticket, wanted: Wanted, *, actor: User | None, now: datetime) -> Callback:
    """A new open callback of the locked ticket, whatever the customer wishes; its caller has asked about that."""
    if wanted.kind == Callback.Kind.COMPLETION:
        replace_courtesy_checks(ticket, now=now)
    calling = calling_of(ticket)
    callback = Callback.objects.create(
        ticket=ticket,
        visit=wanted.visit or _last_visit(ticket),
        kind=wanted.kind,
        reasons=list(wanted.reasons),
        not_before=calling.inside(wanted.not_before or now),
        due_at=_due(ticket, wanted.kind, calling, actor, now),
    )
    data = {"callback": callback.pk, "kind": wanted.kind}
    tell(ticket, "schedule_callback", actor=actor, now=now, data=data)
    return callback


def _spare(ticket: Ticket, wanted: Wanted, now: datetime) -> Callback:
    callback = Callback.objects.create(
        ticket=ticket,
        visit=wanted.visit or _last_visit(ticket),
        kind=wanted.kind,
        state=Callback.State.CANCELLED,
        not_before=now,
        due_at=now,
        ended_at=now,
    )
    tell(ticket, "spare_callback", actor=None, now=now, data={"callback": callback.pk, "kind": wanted.kind})
    return callback


def _refuse_pointless(ticket: Ticket, kind: str) -> None:
    if ticket.state == TicketState.CANCELLED:
        raise ActionError("ticket_cancelled", _("The ticket has been cancelled: there is nothing to ask about."))
    if kind != Callback.Kind.COURTESY and ticket.state not in WORK_OVER:
        raise ActionError("work_not_completed", _("The work is not completed yet: schedule a courtesy check instead."))


def open_callback(ticket: Ticket, kind: str) -> Callback | None:
    """The open callback of that kind, locked."""
    return Callback.objects.select_for_update().filter(ticket=ticket, kind=kind, state=Callback.State.OPEN).first()


def _last_visit(ticket: Ticket) -> Visit | None:
    return Visit.objects.filter(ticket=ticket, arrived_at__isnull=False).order_by("-id").first()


def _due(ticket: Ticket, kind: str, calling: Calling, actor: User | None, now: datetime) -> datetime:
    if kind == Callback.Kind.COURTESY:
        return soon(calling, now)
    if kind == Callback.Kind.QUALITY:
        closes = calling.hours.closes
        following = now.astimezone(calling.zone) + timedelta(days=1)
        return following.replace(hour=closes.hour, minute=closes.minute, second=0, microsecond=0)
    clocks = start_clocks(ticket, [ClockKind.CALLBACK], at=now, actor=actor)
    due = clocks[0].due_at if clocks else None
    return due or now + timedelta(days=1)


def soon(calling: Calling, now: datetime) -> datetime:
    """Two hours from the moment the customer may be called on."""
    return calling.inside(calling.inside(now) + SOON)


def bring_forward(callback: Callback, ticket: Ticket, now: datetime) -> None:
    """Makes the callback due soon, whatever the ladder had foreseen; one that is due earlier stays so."""
    calling = calling_of(ticket)
    due_at = min(callback.due_at, soon(calling, now))
    not_before = min(callback.not_before, calling.inside(now))
    if (due_at, not_before) == (callback.due_at, callback.not_before):
        # Asked again for what is due soon already: whoever has the card open keeps it.
        return
    callback.due_at, callback.not_before = due_at, not_before
    save(callback, "due_at", "not_before")


def cancel_callbacks(ticket: Ticket, *, now: datetime) -> int:
    """How many open callbacks of the ticket were called off: it was cancelled, or is being worked again."""
    return _call_off(Callback.objects.filter(ticket=ticket, state=Callback.State.OPEN), now)


def replace_courtesy_checks(ticket: Ticket, *, now: datetime) -> int:
    """How many open courtesy checks gave way to the call after completion; one that is being made is left."""
    checks = Callback.objects.filter(ticket=ticket, state=Callback.State.OPEN, kind=Callback.Kind.COURTESY)
    return _call_off(checks.filter(Q(claimed_until=None) | Q(claimed_until__lte=now)), now)


def _call_off(callbacks: QuerySet[Callback], now: datetime) -> int:
    called_off = list(callbacks.select_for_update())
    for callback in called_off:
        callback.state, callback.ended_at = Callback.State.CANCELLED, now
        callback.claimed_by = callback.claimed_until = None
        save(callback, "state", "ended_at", "claimed_by", "claimed_until")
    return len(called_off)
