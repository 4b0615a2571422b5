"""A call was made: how it went, what the customer said, and what follows from it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import ActionError, invalid
from servicedesk.notify.services import notify
from servicedesk.people.models import Role, User
from servicedesk.people.selectors import supervisors_of
from servicedesk.sla.models import ClockKind
from servicedesk.sla.services import stop_clock
from servicedesk.tickets.models import Ticket, TicketFacts
from servicedesk.tickets.services import reopen_ticket
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require
from visits.aftercare.calling import calling_of
from visits.aftercare.ladder import next_attempt_at
from visits.aftercare.services.base import call_asked_at, lock_callback, refuse_foreign_claim, refuse_own_visit, save
from visits.aftercare.services.mismatches import note_answer_mismatches
from visits.aftercare.services.scheduling import WORK_OVER, replace_courtesy_checks
from visits.aftercare.services.wishes import spare
from visits.models import Callback, CallbackAttempt, SurveyResponse

Outcome = CallbackAttempt.Outcome
Result = Callback.Result
LONGEST_NOTE = 300
LONGEST_OPINION = 2000


@dataclass(frozen=True)
class CustomerAnswer:
    """What the customer said when he was reached. `answers` are codes of the script's questions."""

    result: str
    score: int
    answers: dict[str, str] = field(default_factory=dict)
    opinion: str = ""


def record_attempt(
    callback_id: int,
    outcome: str,
    *,
    actor: User | None,
    now: datetime,
    note: str = "",
    later_at: datetime | None = None,
    answer: CustomerAnswer | None = None,
    expected_version: int | None = None,
) -> CallbackAttempt:
    """The attempt. Reached ends the callback with the customer's answer; otherwise the ladder sets the next attempt.

    An unhappy customer reopens the ticket in the same transaction and tells supervisors and managers at once. Refuses
    with 403 own_visit (the caller is never the rated person), 409 claimed_by_other, 409 edited_meanwhile where the
    callback moved on since `expected_version` (a second click), 422 for a missing answer or time.
    """
    _check(outcome, later_at, answer, now)
    _check_lengths(note, answer)
    with transaction.atomic():
        ticket, callback = lock_callback(callback_id, actor)
        require("record_attempt", actor, callback.state)
        refuse_own_visit(ticket, actor)
        refuse_foreign_claim(callback, actor, now)
        _refuse_second(callback, expected_version)
        reached = outcome == Outcome.REACHED
        attempt = CallbackAttempt.objects.create(
            callback=callback,
            outcome=outcome,
            at=now,
            by=actor,
            later_at=later_at if outcome == Outcome.LATER else None,
            note=note.strip(),
        )
        data: dict[str, Any] = {"callback": callback.pk, "kind": callback.kind, "outcome": outcome}
        if reached and answer is not None:
            data |= {"result": answer.result, "score": answer.score}
        tell(ticket, "record_attempt", actor=actor, now=now, note=_words(note, answer if reached else None), data=data)
        if reached and answer is not None:
            _finish(ticket, callback, answer, actor, now)
        else:
            _climb(ticket, callback, attempt, actor)
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


def _check_lengths(note: str, answer: CustomerAnswer | None) -> None:
    if len(note.strip()) > LONGEST_NOTE:
        raise invalid("note", "note_too_long", _("The note is too long."), longest=LONGEST_NOTE)
    if answer is not None and len(answer.opinion.strip()) > LONGEST_OPINION:
        raise invalid("opinion", "opinion_too_long", _("The opinion is too long."), longest=LONGEST_OPINION)


def _refuse_second(callback: Callback, expected_version: int | None) -> None:
    if expected_version is not None and expected_version != callback.row_version:
        raise ActionError(
            "edited_meanwhile",
            _("This callback has moved on in the meantime. Look at it again before you record a call."),
            detail={"version": callback.row_version},
        )


def _words(note: str, answer: CustomerAnswer | None) -> str:
    said = answer.opinion.strip() if answer is not None else ""
    return " · ".join(part for part in (said, note.strip()) if part)


def _finish(ticket: Ticket, callback: Callback, answer: CustomerAnswer, actor: User | None, now: datetime) -> None:
    callback.state, callback.result = Callback.State.DONE, answer.result
    callback.opinion, callback.ended_at = answer.opinion.strip(), now
    callback.claimed_by = callback.claimed_until = None
    save(callback, "state", "result", "opinion", "ended_at", "claimed_by", "claimed_until")
    response = SurveyResponse.objects.create(
        ticket=ticket,
        callback=callback,
        source=SurveyResponse.Source.CALLBACK,
        score=answer.score,
        answers=answer.answers,
        text=answer.opinion.strip(),
        answered_at=now,
    )
    note_answer_mismatches(ticket, callback, response, now=now)
    if callback.kind == Callback.Kind.COMPLETION:
        TicketFacts.objects.filter(ticket=ticket).update(satisfaction=answer.score)
        stop_clock(ticket, ClockKind.CALLBACK, at=now, actor=actor)
        replace_courtesy_checks(ticket, now=now)
    if answer.result == Result.NOT_SATISFIED:
        over = ticket.state in WORK_OVER
        if over:
            reopen_ticket(ticket.pk, answer.opinion, actor=actor, now=now)
        kind = "unhappy_customer" if over else "unhappy_courtesy"
        notify(f"callback:{callback.pk}:unhappy", answerable_for(ticket), kind, ticket=ticket)


def answerable_for(ticket: Ticket) -> list[User]:
    """Who is told at once of an unhappy customer: the owner, supervisors of the desk and the outlet, managers."""
    told = User.objects.filter(
        supervisors_of(ticket.outlet_id) | Q(role=Role.MANAGER) | Q(pk=ticket.owner_id), is_active=True
    )
    return list(told.distinct())


def _climb(ticket: Ticket, callback: Callback, attempt: CallbackAttempt, actor: User | None) -> None:
    made = list(callback.attempts.exclude(outcome=Outcome.LATER).values_list("at", flat=True))
    calling = calling_of(ticket)
    again = next_attempt_at(made, calling.zone, attempt.later_at, calling.ladder)
    if not calling.may_be_called and call_asked_at(callback) is None:
        spare(ticket, callback, attempt.at)
        return
    callback.claimed_by = callback.claimed_until = None
    if again is not None:
        callback.not_before = again
        save(callback, "not_before", "claimed_by", "claimed_until")
        return
    callback.state, callback.ended_at = Callback.State.EXHAUSTED, attempt.at
    save(callback, "state", "ended_at", "claimed_by", "claimed_until")
    if callback.kind == Callback.Kind.COMPLETION:
        stop_clock(ticket, ClockKind.CALLBACK, at=attempt.at, actor=actor)
        replace_courtesy_checks(ticket, now=attempt.at)
    notify(f"callback:{callback.pk}:exhausted", [ticket.owner], "callback_exhausted", ticket=ticket)
