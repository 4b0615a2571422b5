"""What the customer does himself on his page: rates the service, asks to be called. The system acts for him."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import ActionError, invalid
from servicedesk.notify.services import notify
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.models import Ticket, TicketFacts, TicketState
from servicedesk.tickets.story import tell
from visits.aftercare.calling import calling_of
from visits.aftercare.services.attempts import LONGEST_OPINION, answerable_for
from visits.aftercare.services.base import call_asked_at
from visits.aftercare.services.scheduling import WORK_OVER, Wanted, bring_forward, make_callback, open_callback
from visits.models import Callback, SurveyResponse

# A rating up to this is a call for help, whatever the words say.
LOW_SCORE = 2
# How long the link of an ended ticket still answers.
LINK_LIVES = timedelta(days=30)
# A link may be in anybody's hands: so many messages a day are kept from it.
MESSAGES_A_DAY = 5


def link_has_ended(ticket: Ticket, now: datetime) -> bool:
    """Whether the ticket was closed or cancelled so long ago that its page only says goodbye."""
    ended_at: datetime | None = ticket.closed_at
    if ticket.state == TicketState.CANCELLED:
        cancelled = ticket.events.filter(action="cancel_ticket").order_by("-at")
        ended_at = cancelled.values_list("at", flat=True).first()
    return ended_at is not None and ended_at + LINK_LIVES < now


def rating_of(ticket: Ticket) -> SurveyResponse | None:
    """The customer's own rating of the work as it was last completed; one per completion."""
    responses = SurveyResponse.objects.filter(ticket=ticket, source=SurveyResponse.Source.LINK)
    completed_at = TicketFacts.objects.filter(ticket=ticket).values_list("completed_at", flat=True).first()
    if completed_at is not None:
        responses = responses.filter(answered_at__gte=completed_at)
    return responses.order_by("-id").first()


def rate_service(ticket_id: int, score: int, *, now: datetime, text: str = "") -> SurveyResponse:
    """The rating. It counts as the ticket's satisfaction until a callback asks again; a low one brings a call forward
    and tells the owner, supervisors and managers.

    Refuses with 422 a score that is none, with 409 rating_not_open before the work is completed, rated_already a
    second time, link_ended long after closing.
    """
    text = text.strip()
    if score not in range(1, 6):
        raise invalid("score", "score_missing", _("Choose one to five stars."))
    if len(text) > LONGEST_OPINION:
        raise invalid("text", "opinion_too_long", _("The opinion is too long."), longest=LONGEST_OPINION)
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, None)
        refuse_ended(ticket, now)
        if ticket.state not in WORK_OVER:
            raise ActionError("rating_not_open", _("You can rate the service once the work is completed."))
        if rating_of(ticket) is not None:
            raise ActionError("rated_already", _("Thank you, we already have your rating."))
        response = SurveyResponse.objects.create(
            ticket=ticket, source=SurveyResponse.Source.LINK, score=score, text=text, answered_at=now
        )
        TicketFacts.objects.filter(ticket=ticket).update(satisfaction=score)
        tell(ticket, "rate_service", actor=None, now=now, note=text, data={"score": score})
        if score <= LOW_SCORE:
            if calling_of(ticket).may_be_called:
                _owed_call(ticket, now)
            notify(f"rating:{response.pk}:low", answerable_for(ticket), "low_rating", ticket=ticket)
    return response


def ask_for_call(ticket_id: int, *, now: datetime, text: str = "") -> Callback:
    """The callback that is now due soon: the open one brought forward, else a new one. Asking twice changes nothing.

    Refuses with 409 ticket_cancelled, link_ended and asked_often, with 422 words that are too long.
    """
    text = text.strip()
    if len(text) > LONGEST_OPINION:
        raise invalid("text", "opinion_too_long", _("The opinion is too long."), longest=LONGEST_OPINION)
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, None)
        refuse_ended(ticket, now)
        _refuse_flood(ticket, now)
        callback = _owed_call(ticket, now)
        if call_asked_at(callback) is None or text:
            data = {"callback": callback.pk}
            tell(ticket, "ask_for_call", actor=None, now=now, note=text, data=data)
            notify(f"callback:{callback.pk}:asked", [ticket.owner], "call_asked", ticket=ticket)
    return callback


def _owed_call(ticket: Ticket, now: datetime) -> Callback:
    over = ticket.state in WORK_OVER
    kind = Callback.Kind.COMPLETION if over else Callback.Kind.COURTESY
    standing = open_callback(ticket, kind)
    if standing is None:
        standing = make_callback(ticket, Wanted(kind), actor=None, now=now)
    bring_forward(standing, ticket, now)
    return standing


def refuse_ended(ticket: Ticket, now: datetime) -> None:
    """Refuses (409) what comes by a link of a cancelled or long ended ticket."""
    if ticket.state == TicketState.CANCELLED:
        raise ActionError("ticket_cancelled", _("This request has been cancelled."))
    if link_has_ended(ticket, now):
        raise ActionError("link_ended", _("This link has ended. Please call us."))


def _refuse_flood(ticket: Ticket, now: datetime) -> None:
    today = ticket.events.filter(action="ask_for_call", at__gt=now - timedelta(days=1))
    if today.count() >= MESSAGES_A_DAY:
        raise ActionError("asked_often", _("We have your messages and will call you."))
