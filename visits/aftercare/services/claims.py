"""Taking a callback in hand, so that two people never call one customer."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import ActionError
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.story import announce, tell
from servicedesk.tickets.transitions import require
from visits.aftercare.calling import calling_of
from visits.aftercare.services.base import (
    NOT_TO_BE_CALLED,
    call_asked_at,
    lock_callback,
    refuse_foreign_claim,
    refuse_own_visit,
    save,
)
from visits.models import Callback

CLAIM = timedelta(minutes=15)


def claim_callback(callback_id: int, *, actor: User, now: datetime) -> Callback:
    """The callback, in the hands of `actor` for a quarter of an hour; the look at the full number is in the story.

    Refuses with 409 claimed_by_other and the colleague's name, with 409 not_to_be_called where the customer wants no
    calls, with 409 quiet_hours, with 409 too_early before the next attempt is due, with 403 own_visit.
    """
    with transaction.atomic():
        ticket, callback = lock_callback(callback_id, actor)
        _refuse_time(ticket, callback, now)
        return _take(ticket, callback, actor, now)


def take_incoming_call(callback_id: int, *, actor: User, now: datetime) -> Callback:
    """The callback, in the hands of `actor`, because the customer rings of his own accord: no hour is too early.

    Refuses with 409 claimed_by_other, with 403 own_visit.
    """
    with transaction.atomic():
        return _take(*lock_callback(callback_id, actor), actor, now)


def _take(ticket: Ticket, callback: Callback, actor: User, now: datetime) -> Callback:
    require("claim_callback", actor, callback.state)
    refuse_own_visit(ticket, actor)
    refuse_foreign_claim(callback, actor, now)
    again = callback.claimed_by_id == actor.pk and callback.claimed_until is not None and callback.claimed_until > now
    callback.claimed_by, callback.claimed_until = actor, now + CLAIM
    save(callback, "claimed_by", "claimed_until")
    if not again:
        tell(ticket, "claim_callback", actor=actor, now=now, data={"callback": callback.pk})
    return callback


def _refuse_time(ticket: Ticket, callback: Callback, now: datetime) -> None:
    if callback.state != Callback.State.OPEN:
        return
    calling = calling_of(ticket)
    if not calling.may_be_called and call_asked_at(callback) is None:
        raise ActionError("not_to_be_called", NOT_TO_BE_CALLED)
    if not calling.allows(now):
        raise ActionError(
            "quiet_hours",
            _("Nobody is called at this hour. This customer may be called from %(opens)s to %(closes)s.")
            % {"opens": f"{calling.hours.opens:%H:%M}", "closes": f"{calling.hours.closes:%H:%M}"},
        )
    if callback.not_before > now:
        raise ActionError(
            "too_early",
            _("The next attempt is not due yet."),
            detail={"not_before": callback.not_before.isoformat()},
        )


def release_callback(callback_id: int, *, actor: User, now: datetime) -> Callback:
    """The callback, given back by the one who has it in hand; otherwise as it was. Refuses with 409 once it ended."""
    with transaction.atomic():
        ticket, callback = lock_callback(callback_id, actor)
        require("release_callback", actor, callback.state)
        if callback.claimed_by_id == actor.pk:
            callback.claimed_by = callback.claimed_until = None
            save(callback, "claimed_by", "claimed_until")
            news = partial(announce, ticket.pk, ticket.number, ticket.outlet_id, "release_callback")
            transaction.on_commit(news, robust=True)
    return callback
