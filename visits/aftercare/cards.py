"""What the card of a callback shows: why called, the visit's facts, the script, what stands in the way."""

from dataclasses import dataclass
from datetime import datetime

from servicedesk.people.models import CustomerPhone, User
from servicedesk.tickets.models import Ticket
from visits.aftercare.calling import Calling, calling_of
from visits.aftercare.ladder import next_attempt_at
from visits.aftercare.script import Question, script_of
from visits.aftercare.selectors import WARN_BEFORE, attempts_of, link_rating
from visits.aftercare.services.base import call_asked_at, held_by_other, was_there
from visits.models import Callback, CallbackAttempt, Charge, SurveyResponse, Visit
from visits.selectors import Line, charges_of, standing_of

# What keeps a card from being taken, in the order in which it is said.
ENDED, OWN_VISIT, IN_OTHER_HANDS = "ended", "own_visit", "in_other_hands"
UNWANTED, TOO_EARLY, QUIET = "unwanted", "too_early", "quiet"


@dataclass(frozen=True)
class Card:
    """A callback as its caller sees it. `block` says why it cannot be taken now, empty when it can."""

    callback: Callback
    visit: Visit | None
    lines: list[Line]
    charges: list[Charge]
    paid_fen: int
    script: list[Question]
    attempts: list[CallbackAttempt]
    rating: SurveyResponse | None
    asked_at: datetime | None
    mine: bool
    block: str
    holder: User | None
    next_at: datetime | None
    calling: Calling

    @property
    def ticket(self) -> Ticket:
        """The ticket the call is about."""
        return self.callback.ticket

    @property
    def warn_at(self) -> datetime:
        """From when on the due time is near."""
        return self.callback.due_at - WARN_BEFORE

    @property
    def failing(self) -> list[Line]:
        """The items of the norm the technician himself reported as not kept."""
        return [line for line in self.lines if line.kept is False]


def card_of(callback: Callback, user: User, now: datetime) -> Card:
    """Everything the card of `callback` needs, as of now."""
    visit = callback.visit
    lines = standing_of(visit, now).lines if visit is not None else []
    charges = list(charges_of(visit)) if visit is not None else []
    paid = sum(charge.fen for charge in charges)
    attempts = attempts_of(callback)
    made = [one.at for one in attempts if one.outcome != CallbackAttempt.Outcome.LATER]
    held = callback.claimed_until is not None and callback.claimed_until > now
    calling, asked_at = calling_of(callback.ticket), call_asked_at(callback)
    return Card(
        callback=callback,
        visit=visit,
        lines=lines,
        charges=charges,
        paid_fen=paid,
        script=script_of(callback, visit, lines, paid),
        attempts=attempts,
        rating=link_rating(callback.ticket),
        asked_at=asked_at,
        mine=held and callback.claimed_by_id == user.pk and callback.state == Callback.State.OPEN,
        block=_block(callback, user, now, calling, asked_at),
        holder=held_by_other(callback, user, now),
        next_at=next_attempt_at([*made, now], calling.zone, ladder=calling.ladder),
        calling=calling,
    )


def _block(callback: Callback, user: User, now: datetime, calling: Calling, asked_at: datetime | None) -> str:
    if callback.state != Callback.State.OPEN:
        return ENDED
    if was_there(callback.ticket, user):
        return OWN_VISIT
    if held_by_other(callback, user, now) is not None:
        return IN_OTHER_HANDS
    if not calling.may_be_called and asked_at is None:
        return UNWANTED
    if callback.not_before > now:
        return TOO_EARLY
    return "" if calling.allows(now) else QUIET


def numbers_of(ticket: Ticket) -> list[str]:
    """The numbers to call, in full, the one given for this ticket first."""
    phones = CustomerPhone.objects.filter(customer=ticket.customer_id).order_by("-is_primary", "id")
    given = [str(ticket.contact_phone) or ticket.contact_phone_raw]
    every = given + [str(phone.number) or phone.raw for phone in phones]
    return list(dict.fromkeys(number for number in every if number))
