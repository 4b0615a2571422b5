"""The actions of a callback: scheduled, taken in hand, attempted, until the customer was heard or nobody answers."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import FORBIDDEN, OUT_OF_SCOPE, ActionError, invalid
from servicedesk.notify.services import notify
from servicedesk.people.models import Role, User
from servicedesk.sla.models import ClockKind
from servicedesk.sla.services import start_clocks, stop_clock
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.models import Ticket, TicketFacts, TicketState
from servicedesk.tickets.services import reopen_ticket
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require, require_role
from visits.aftercare.ladder import inside_calling_hours, next_attempt_at
from visits.models import Callback, CallbackAttempt, SurveyResponse, Visit

CLAIM = timedelta(minutes=15)
COURTESY_WITHIN = timedelta(hours=2)
Outcome = CallbackAttempt.Outcome
Result = Callback.Result


@dataclass(frozen=True)
class CustomerAnswer:
    """What the customer said when he was reached. `answers` are codes of the script's questions."""

    result: str
    score: int
    answers: dict[str, str] = field(default_factory=dict)
    opinion: str = ""


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

    One after completion starts the ticket's callback clock and is due with it; a courtesy check is due in two hours.
    Refuses with 422 an unknown kind.
    """
    if kind not in Callback.Kind.values:
        raise invalid("kind", "callback_kind_unknown", _("Choose the kind of callback."))
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require_role("schedule_callback", actor)
        standing = Callback.objects.filter(ticket=ticket, kind=kind, state=Callback.State.OPEN).first()
        if standing is not None:
            return standing
        zone = zone_of(ticket)
        callback = Callback.objects.create(
            ticket=ticket,
            visit=visit,
            kind=kind,
            not_before=inside_calling_hours(not_before or now, zone),
            due_at=_due(ticket, kind, actor, now),
        )
        tell(ticket, "schedule_callback", actor=actor, now=now, data={"callback": callback.pk, "kind": kind})
    return callback


def _due(ticket: Ticket, kind: str, actor: User | None, now: datetime) -> datetime:
    if kind == Callback.Kind.COURTESY:
        return now + COURTESY_WITHIN
    clocks = start_clocks(ticket, [ClockKind.CALLBACK], at=now, actor=actor)
    due = clocks[0].due_at if clocks else None
    return due or now + timedelta(days=1)


def zone_of(ticket: Ticket) -> ZoneInfo:
    """The time zone in which the customer's day is counted: the outlet's."""
    return ZoneInfo(ticket.outlet.time_zone if ticket.outlet else "Asia/Shanghai")


def claim_callback(callback_id: int, *, actor: User, now: datetime) -> Callback:
    """The callback, in the hands of `actor` for a quarter of an hour, so that two people never call one customer.

    Refuses with 409 claimed_by_other and the colleague's name.
    """
    with transaction.atomic():
        ticket, callback = _lock(callback_id, actor)
        require("claim_callback", actor, callback.state)
        _refuse_own_visit(ticket, actor)
        _refuse_foreign_claim(callback, actor, now)
        callback.claimed_by, callback.claimed_until = actor, now + CLAIM
        _save(callback, "claimed_by", "claimed_until")
    return callback


def release_callback(callback_id: int, *, actor: User, now: datetime) -> Callback:
    """The callback, given back by the one who has it in hand; otherwise as it was."""
    with transaction.atomic():
        _ticket, callback = _lock(callback_id, actor)
        if callback.claimed_by_id == actor.pk:
            callback.claimed_by = callback.claimed_until = None
            _save(callback, "claimed_by", "claimed_until")
    return callback


def record_attempt(
    callback_id: int,
    outcome: str,
    *,
    actor: User | None,
    now: datetime,
    note: str = "",
    later_at: datetime | None = None,
    answer: CustomerAnswer | None = None,
) -> CallbackAttempt:
    """The attempt. Reached ends the callback with the customer's answer; otherwise the ladder sets the next attempt.

    An unhappy customer reopens the ticket in the same transaction and tells supervisors and managers at once. Refuses
    with 403 own_visit (the caller is never the rated person), 409 claimed_by_other, 422 for a missing answer or time.
    """
    _check(outcome, later_at, answer, now)
    with transaction.atomic():
        ticket, callback = _lock(callback_id, actor)
        require("record_attempt", actor, callback.state)
        _refuse_own_visit(ticket, actor)
        _refuse_foreign_claim(callback, actor, now)
        attempt = CallbackAttempt.objects.create(
            callback=callback, outcome=outcome, at=now, by=actor, later_at=later_at, note=note.strip()
        )
        data = {"callback": callback.pk, "kind": callback.kind, "outcome": outcome}
        if outcome == Outcome.REACHED and answer is not None:
            tell(ticket, "record_attempt", actor=actor, now=now, note=note, data={**data, "result": answer.result})
            _finish(ticket, callback, answer, actor, now)
        else:
            tell(ticket, "record_attempt", actor=actor, now=now, note=note, data=data)
            _climb(ticket, callback, later_at, actor, now)
    return attempt


def _check(outcome: str, later_at: datetime | None, answer: CustomerAnswer | None, now: datetime) -> None:
    if outcome not in Outcome.values:
        raise invalid("outcome", "outcome_unknown", _("Say how the call went."))
    if outcome == Outcome.LATER and (later_at is None or later_at <= now):
        raise invalid("later_at", "later_missing", _("Give a time in the future to call again."))
    if outcome != Outcome.REACHED:
        return
    if answer is None or answer.result not in Result.values:
        raise invalid("result", "result_missing", _("Say whether the customer is satisfied."))
    if answer.score not in range(1, 6):
        raise invalid("score", "score_missing", _("Give the customer's score from 1 to 5."))
    if answer.result == Result.NOT_SATISFIED and not answer.opinion.strip():
        raise invalid("opinion", "reason_missing", _("Write down why the customer is not satisfied."))


def _finish(ticket: Ticket, callback: Callback, answer: CustomerAnswer, actor: User | None, now: datetime) -> None:
    callback.state, callback.result = Callback.State.DONE, answer.result
    callback.opinion, callback.ended_at = answer.opinion.strip(), now
    callback.claimed_by = callback.claimed_until = None
    _save(callback, "state", "result", "opinion", "ended_at", "claimed_by", "claimed_until")
    SurveyResponse.objects.create(
        ticket=ticket,
        callback=callback,
        source=SurveyResponse.Source.CALLBACK,
        score=answer.score,
        answers=answer.answers,
        text=answer.opinion.strip(),
        answered_at=now,
    )
    if callback.kind == Callback.Kind.COMPLETION:
        TicketFacts.objects.filter(ticket=ticket).update(satisfaction=answer.score)
        stop_clock(ticket, ClockKind.CALLBACK, at=now, actor=actor)
    if answer.result == Result.NOT_SATISFIED:
        _alarm(ticket, callback, answer, actor, now)


def _alarm(ticket: Ticket, callback: Callback, answer: CustomerAnswer, actor: User | None, now: datetime) -> None:
    if ticket.state in {TicketState.AWAITING_CALLBACK, TicketState.CLOSED}:
        reopen_ticket(ticket.pk, answer.opinion, actor=actor, now=now)
    supervisors = Q(role=Role.SUPERVISOR) & (Q(outlets=ticket.outlet_id) | Q(outlets=None))
    told = User.objects.filter(supervisors | Q(role=Role.MANAGER) | Q(pk=ticket.owner_id), is_active=True).distinct()
    notify(f"callback:{callback.pk}:unhappy", told, "unhappy_customer", ticket=ticket)


def _climb(ticket: Ticket, callback: Callback, wish: datetime | None, actor: User | None, now: datetime) -> None:
    tries = callback.attempts.exclude(outcome=Outcome.LATER).count()
    again = next_attempt_at(tries, now, zone_of(ticket), wish)
    callback.claimed_by = callback.claimed_until = None
    if again is not None:
        callback.not_before = again
        _save(callback, "not_before", "claimed_by", "claimed_until")
        return
    callback.state, callback.ended_at = Callback.State.EXHAUSTED, now
    _save(callback, "state", "ended_at", "claimed_by", "claimed_until")
    if callback.kind == Callback.Kind.COMPLETION:
        stop_clock(ticket, ClockKind.CALLBACK, at=now, actor=actor)
    notify(f"callback:{callback.pk}:exhausted", [ticket.owner], "callback_exhausted", ticket=ticket)


def cancel_callbacks(ticket: Ticket, *, actor: User | None, now: datetime) -> int:
    """How many open callbacks of the ticket were called off: it was cancelled or is being worked again."""
    open_ones = Callback.objects.select_for_update().filter(ticket=ticket, state=Callback.State.OPEN)
    for callback in open_ones:
        callback.state, callback.ended_at = Callback.State.CANCELLED, now
        _save(callback, "state", "ended_at")
    return len(open_ones)


def _lock(callback_id: int, actor: User | None) -> tuple[Ticket, Callback]:
    ticket_id = Callback.objects.filter(pk=callback_id).values_list("ticket_id", flat=True).first()
    if ticket_id is None:
        raise ActionError("callback_not_found", _("There is no such callback."), status=OUT_OF_SCOPE)
    ticket = lock_ticket(ticket_id, actor)
    return ticket, Callback.objects.select_for_update().get(pk=callback_id)


def _refuse_own_visit(ticket: Ticket, actor: User | None) -> None:
    if actor is not None and ticket.visits.filter(technician__user=actor).exists():
        raise ActionError("own_visit", _("You were there yourself: somebody else must call."), status=FORBIDDEN)


def _refuse_foreign_claim(callback: Callback, actor: User | None, now: datetime) -> None:
    held = callback.claimed_until is not None and callback.claimed_until > now
    if held and callback.claimed_by is not None and callback.claimed_by != actor:
        raise ActionError(
            "claimed_by_other",
            _("%(name)s is calling this customer right now.") % {"name": callback.claimed_by.name},
            detail={"by": callback.claimed_by.employee_no},
        )


def _save(callback: Callback, *fields: str) -> None:
    callback.row_version += 1
    callback.save(update_fields=[*fields, "row_version"])
