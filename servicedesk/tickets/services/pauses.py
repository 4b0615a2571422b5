"""Pausing and resuming the clocks of a ticket, for a recorded reason only."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import ActionError, invalid
from servicedesk.people.models import User
from servicedesk.sla.models import ClockKind, PauseReason, SlaClock
from servicedesk.sla.services import pause_clocks, resume_clocks
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require

LONGEST_PROOF = 120


def pause_clock(
    ticket_id: int,
    reason: str,
    *,
    actor: User | None,
    now: datetime,
    note: str = "",
    proof: str = "",
    expected_end_at: datetime | None = None,
) -> list[SlaClock]:
    """The clocks that now stand still: those whose target allows `reason`. `proof` is what shows that it is true.

    Refuses with 422 an unknown reason, too long a proof or an end in the past, with 409 nothing_to_pause where no
    clock may pause, with 409 promise_missed_by_us where the customer waited in vain in the window promised: our own
    broken promise is not paused away.
    """
    if reason not in PauseReason.values:
        raise invalid("reason", "reason_unknown", _("Choose one of the reasons that may pause a clock."))
    if expected_end_at is not None and expected_end_at <= now:
        raise invalid("expected_end_at", "end_in_past", _("The expected end lies in the past."))
    note, proof = note.strip(), proof.strip()
    if len(proof) > LONGEST_PROOF:
        raise invalid("proof", "proof_too_long", _("The proof is too long."), longest=LONGEST_PROOF)
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require("pause_clock", actor, ticket.state)
        if reason == PauseReason.WAITING_FOR_CUSTOMER:
            _refuse_missed_window(ticket, now)
        paused = pause_clocks(
            ticket, reason, at=now, actor=actor, note=note, proof=proof, expected_end_at=expected_end_at
        )
        data = {"reason": reason, "clocks": sorted(clock.kind for clock in paused)}
        tell(ticket, "pause_clock", actor=actor, now=now, note=note, data=data)
    return paused


def _refuse_missed_window(ticket: Ticket, now: datetime) -> None:
    if ticket.promised_until is None or ticket.promised_until >= now:
        return
    if ticket.clocks.filter(kind=ClockKind.ARRIVAL, stopped_at=None).exists():
        raise ActionError(
            "promise_missed_by_us",
            _("The time we promised has passed without a visit. Agree on a new time first."),
        )


def resume_clock(ticket_id: int, *, actor: User | None, now: datetime, note: str = "") -> list[SlaClock]:
    """The clocks that run again. Refuses with 409 nothing_to_resume where none was paused."""
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, actor)
        require("resume_clock", actor, ticket.state)
        resumed = resume_clocks(ticket, at=now, actor=actor)
        data = {"clocks": sorted(clock.kind for clock in resumed)}
        tell(ticket, "resume_clock", actor=actor, now=now, note=note.strip(), data=data)
    return resumed
