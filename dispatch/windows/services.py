"""Holding, selling and giving back places. Who sells locks the outlet's local day, then counts again.

Locks in this order: ticket, the key of the half-typed request, the days by date. So buyers of one day come one after
the other, each sees the places of all before, and nobody waits in a circle.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dispatch.models import WindowPlace
from dispatch.rules import Span
from dispatch.selectors.days import day_of
from dispatch.turns import sell_on
from dispatch.windows.offering import Question, question_of, room_of
from dispatch.windows.outlook import outlook_of
from dispatch.windows.plans import Seller, seller_of
from servicedesk.errors import ActionError
from servicedesk.locks import wait_for_turn
from servicedesk.people.models import User
from servicedesk.ports import HeldWindow, WindowAsk
from servicedesk.tickets.locking import save
from servicedesk.tickets.models import Ticket, TicketEvent, TicketState
from servicedesk.tickets.story import tell

State = WindowPlace.State
# However long somebody types: a place is not kept from others for more than this.
LONGEST_HOLD = timedelta(minutes=60)
# Lines of the story after which a sold place may no longer be the ticket's.
FOLLOWED = frozenset(
    {"cancel_ticket", "send_to_outlet", "refuse_handover", "assign_technician", "reassign_technician", "undo_move"}
)


def window_gone() -> ActionError:
    """The refusal where nothing is left of a window."""
    return ActionError("window_gone", _("This time has just been taken. Choose another one."), field="window")


def held_of(key: UUID, now: datetime) -> WindowPlace | None:
    """The place held under `key`, if the hold has not run out."""
    return WindowPlace.objects.filter(key=key, state=State.HELD, expires_at__gt=now).first()


@dataclass(frozen=True)
class Deal:
    """Who wants which window of whom, under which key, as of when."""

    seller: Seller
    question: Question
    ask: WindowAsk
    window: Span
    key: UUID
    now: datetime


def hold_window(key: UUID, ask: WindowAsk, window: Span, *, actor: User | None, now: datetime) -> HeldWindow:
    """The place, held from now on; the same window again only renews it, another one gives the first back.

    Refuses with 409 windows_not_promised, window_gone; the place held before stays then.
    """
    with transaction.atomic():
        deal = _deal(ask, window, key, now)
        _lock(deal, [window.start])
        place = _place_for(deal, actor)
        hold = timedelta(minutes=deal.seller.plan.hold_minutes)
        until = min(now + hold, place.held_at + LONGEST_HOLD)
        place.expires_at = until
        place.save()
    return HeldWindow(place.start, place.end, until)


def release_window(key: UUID, *, now: datetime) -> bool:
    """Gives back what is held under `key`; whether anything was. Asking again changes nothing."""
    with transaction.atomic():
        wait_for_turn(f"window key {key}")
        return _end_hold(key, now)


def sell_window(ticket: Ticket, key: UUID, window: Span, *, actor: User | None, now: datetime) -> WindowPlace:
    """The place, sold to the ticket, with a line in its story. Refuses like `take_place`."""
    place = take_place(ticket, key, window, actor=actor, now=now)
    if not ticket.events.filter(action="sell_window", data__start=window.start.isoformat()).exists():
        data = {"start": window.start.isoformat(), "end": window.end.isoformat()}
        tell(ticket, "sell_window", actor=actor, now=now, data=data)
    return place


def take_place(ticket: Ticket, key: UUID, window: Span, *, actor: User | None, now: datetime) -> WindowPlace:
    """The place in the window, the ticket's own from now on; the window is promised, a place it had is given back.

    Called inside the caller's transaction with the ticket locked. A hold of the same window is turned into it; without
    one the window is counted again. Refuses with 409 windows_not_promised and window_gone, naming the field `window`.
    """
    sold = WindowPlace.objects.filter(ticket=ticket, state=State.SOLD).first()
    if sold is not None and (sold.start, sold.end) == (window.start, window.end):
        return sold
    deal = _deal(ask_of(ticket), window, key, now)
    _lock(deal, [window.start, *([sold.start] if sold is not None else [])])
    place = _place_for(deal, actor)
    if sold is not None:
        give_back(sold, now)
    place.state, place.ticket = State.SOLD, ticket
    place.save()
    ticket.promised_from, ticket.promised_until = window.start, window.end
    save(ticket, "promised_from", "promised_until")
    return place


def give_back(place: WindowPlace, now: datetime) -> None:
    """Ends a sold place: others may buy it again."""
    place.state, place.ended_at = State.GIVEN_BACK, now
    place.save(update_fields=["state", "ended_at"])


def follow_ticket(ticket: Ticket, event: TicketEvent) -> None:
    """Gives a place back that the ticket has no use for any more: cancelled, sent elsewhere, promised another time."""
    if event.action not in FOLLOWED:
        return
    for place in WindowPlace.objects.filter(ticket=ticket, state=State.SOLD):
        promised = Span(place.start, place.end) == promised_span(ticket)
        elsewhere = ticket.outlet_id != place.outlet_id and event.action in {"send_to_outlet", "refuse_handover"}
        if ticket.state == TicketState.CANCELLED or elsewhere or not promised:
            give_back(place, event.at)


def tidy_holds(now: datetime) -> int:
    """Marks the holds that have run out, and says how many: for the eye only, no count waits for it."""
    over = WindowPlace.objects.filter(state=State.HELD, expires_at__lte=now)
    return over.update(state=State.EXPIRED, ended_at=now)


def ask_of(ticket: Ticket) -> WindowAsk:
    """The ticket as a question for a time."""
    return WindowAsk(
        district=ticket.address.district if ticket.address is not None else "",
        category=ticket.category,
        fault=ticket.fault,
        kind=ticket.kind,
        priority=ticket.priority,
        address=ticket.address,
        customer=ticket.customer,
        ticket=ticket,
    )


def promised_span(ticket: Ticket) -> Span | None:
    """What the customer is promised, as the rules see it."""
    if ticket.promised_from is None or ticket.promised_until is None:
        return None
    return Span(ticket.promised_from, ticket.promised_until)


def _deal(ask: WindowAsk, window: Span, key: UUID, now: datetime) -> Deal:
    seller = seller_of(ask)
    if seller is None:
        words = _("Nobody promises times for this place: name a wish instead.")
        raise ActionError("windows_not_promised", words, field="window")
    return Deal(seller, question_of(ask, seller, now), ask, window, key, now)


def _lock(deal: Deal, starts: Iterable[datetime]) -> None:
    wait_for_turn(f"window key {deal.key}")
    sell_on(deal.seller.outlet.pk, (day_of(start, deal.seller.zone) for start in starts))


def _place_for(deal: Deal, actor: User | None) -> WindowPlace:
    """What is held under the key where it is for this very visit, else a new place, counted under the lock.

    Where the customer has wishes about technicians what is held is counted again: to others it was anybody's.
    """
    held = held_of(deal.key, deal.now)
    mine = held if held is not None and _is_for(held, deal) else None
    if mine is not None and not deal.question.is_choosy:
        return mine
    day = day_of(deal.window.start, deal.seller.zone)
    outlook = outlook_of(deal.seller, [day], deal.now, key=deal.key, ticket=deal.ask.ticket)
    if not room_of(outlook, deal.question, deal.window):
        raise window_gone()
    if mine is not None:
        return mine
    _end_hold(deal.key, deal.now)
    job = deal.question.job
    return WindowPlace(
        outlet=deal.seller.outlet,
        category=deal.ask.category,
        district=job.district,
        start=deal.window.start,
        end=deal.window.end,
        minutes=job.minutes,
        key=deal.key,
        held_by=actor,
        held_at=deal.now,
        expires_at=deal.now,
    )


def _is_for(place: WindowPlace, deal: Deal) -> bool:
    """Whether a held place is for this very visit: outlet, window, product, district, and no longer work."""
    job, category = deal.question.job, None if deal.ask.category is None else deal.ask.category.pk
    same = (place.outlet_id, place.category_id, place.district) == (deal.seller.outlet.pk, category, job.district)
    return same and Span(place.start, place.end) == deal.window and job.minutes <= place.minutes


def _end_hold(key: UUID, now: datetime) -> bool:
    """Gives back what is held under `key`, run out or not; whether it still held."""
    mine = WindowPlace.objects.filter(key=key, state=State.HELD)
    mine.filter(expires_at__lte=now).update(state=State.EXPIRED, ended_at=now)
    return bool(mine.update(state=State.GIVEN_BACK, ended_at=now))
