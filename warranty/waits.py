"""The ledger of waits: days on which a repair waited for parts, or through the repairer's own cause (R458 art. 12).

A pause of the clocks for parts opens and ends a wait in its own transaction; by hand people record the rest. The facts
of a verdict are read from here and from nowhere else.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import Appliance
from servicedesk.errors import OUT_OF_SCOPE, ActionError, invalid
from servicedesk.people.models import User
from servicedesk.sla.models import PauseReason
from servicedesk.sla.services import pause_clocks, resume_clocks
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.models import Ticket, TicketKind
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require, require_role
from warranty.access import lock_appliance, waits_for
from warranty.facts_builder import local_day
from warranty.models import LogStrike, PartsWait
from warranty.repair_log import checked_reason, sale_day
from warranty.rights import keep_rights

OPEN, END, STRIKE = "open_wait", "end_wait", "strike_wait"
LONGEST_PART = 120
# A promise further away than this is a slip of the pen.
FURTHEST = timedelta(days=730)
# With one of these the ticket's job is over, and with it every wait.
OVER = frozenset({"awaiting_callback", "closed", "cancelled"})


@dataclass(frozen=True, kw_only=True)
class NewWait:
    """What is waited for, since when, and the day somebody promised."""

    cause: str
    since: date
    part: str = ""
    promised_on: date | None = None


def open_wait(
    appliance_id: int, wait: NewWait, *, ticket: Ticket | None = None, actor: User | None, now: datetime
) -> PartsWait:
    """The open wait of the ticket's job, or of a unit that no ticket of ours repairs; sent twice it is one.

    Waiting for parts lets the clocks of the ticket stand still too, where a policy allows it. Refuses with 404, 403,
    409 wrong_state, appliance_of_other_ticket, wait_already_open, 422 wait_cause_unknown, part_too_long and the days.
    """
    part = wait.part.strip()
    if wait.cause not in PartsWait.Cause.values:
        raise invalid("cause", "wait_cause_unknown", _("Choose what the repair waits for."))
    if len(part) > LONGEST_PART:
        raise invalid("part", "part_too_long", _("The name of the part is too long."))
    with transaction.atomic():
        if ticket is not None:
            ticket = lock_ticket(ticket.pk, actor)
            if ticket.appliance_id != appliance_id:
                raise ActionError("appliance_of_other_ticket", _("This ticket is about another appliance."))
        appliance = lock_appliance(appliance_id, None if ticket is not None else actor)
        require_role(OPEN, actor)
        if ticket is not None and ticket.state in OVER:
            raise ActionError("job_is_over", _("The job of this ticket is over; nothing waits any more."))
        _refuse_bad_days(appliance, ticket, wait, local_day(now))
        row, new = _begin(appliance, ticket, wait, part, actor=actor, now=now)
        if new:
            if ticket is not None:
                _pause(ticket, wait, actor, now)
                tell(ticket, OPEN, actor=actor, now=now, data={"wait": row.pk, "cause": row.cause})
            keep_rights(appliance.pk, now=now)
    return row


def _begin(
    appliance: Appliance, ticket: Ticket | None, wait: NewWait, part: str, *, actor: User | None, now: datetime
) -> tuple[PartsWait, bool]:
    job: dict[str, Any] = {"ticket": ticket} if ticket is not None else {"appliance": appliance}
    living = PartsWait.objects.filter(**job, cause=wait.cause, ended_on=None).first()
    if living is not None:
        if (living.since, living.part, living.promised_on) == (wait.since, part, wait.promised_on):
            return living, False
        raise ActionError(
            "wait_already_open", _("A wait of this kind is on record and still open. End it first."), field="cause"
        )
    row = PartsWait.objects.create(
        **job,
        cause=wait.cause,
        source=PartsWait.Source.HAND,
        part=part,
        since=wait.since,
        promised_on=wait.promised_on,
        opened_by=actor,
        opened_at=now,
    )
    return row, True


def _pause(ticket: Ticket, wait: NewWait, actor: User | None, now: datetime) -> None:
    if wait.cause != PartsWait.Cause.NO_PARTS:
        return
    try:
        pause_clocks(ticket, PauseReason.WAITING_FOR_PARTS, at=now, actor=actor)
    except ActionError as refusal:
        # No clock may stand still for parts, or all of them do already.
        if refusal.code != "nothing_to_pause":
            raise


def _refuse_bad_days(appliance: Appliance, ticket: Ticket | None, wait: NewWait, today: date) -> None:
    if wait.since > today:
        raise invalid("since", "day_in_future", _("This day lies in the future."))
    sold = sale_day(appliance)
    if sold is not None and wait.since < sold:
        raise invalid(
            "since",
            "wait_before_sale",
            _("The unit was not yet with the customer: the record says %(day)s.") % {"day": sold.isoformat()},
        )
    if ticket is not None and wait.since < local_day(ticket.received_at):
        raise invalid("since", "wait_before_ticket", _("The ticket did not exist yet on this day."))
    if wait.promised_on is not None and not wait.since <= wait.promised_on <= today + FURTHEST:
        raise invalid(
            "promised_on", "promise_out_of_range", _("The promised day lies before the wait, or too far away.")
        )


def end_wait(wait_id: int, ended_on: date, *, actor: User | None, now: datetime) -> PartsWait:
    """The wait with its last day; clocks that stood still for parts run again. Ended once, it never changes.

    Refuses with 404 wait_not_found, 403, 409 wrong_state, 422 day_in_future, ended_before_begun.
    """
    with transaction.atomic():
        row = _lock_wait(wait_id, actor)
        if row.ended_on == ended_on and row.state == "ended":
            return row
        require(END, actor, row.state)
        if ended_on > local_day(now):
            raise invalid("ended_on", "day_in_future", _("This day lies in the future."))
        if ended_on < row.since:
            raise invalid("ended_on", "ended_before_begun", _("The wait began after this day."))
        _end(row, ended_on, actor)
        if row.ticket is not None:
            _resume(row, actor, now)
            tell(row.ticket, END, actor=actor, now=now, data={"wait": row.pk, "cause": row.cause})
        _keep_rights(row, now)
    return row


def strike_wait(wait_id: int, reason: str, *, actor: User | None, now: datetime) -> LogStrike:
    """The strike through a wait that was recorded by mistake; an open one ends with it.

    Refuses with 404 wait_not_found, 403, 409 wrong_state, 422 reason_missing, reason_too_long.
    """
    reason = checked_reason(reason)
    with transaction.atomic():
        row = _lock_wait(wait_id, actor)
        require(STRIKE, actor, row.state)
        if row.ended_on is None:
            _end(row, max(row.since, local_day(now)), actor)
            _resume(row, actor, now)
        strike = LogStrike.objects.create(wait=row, reason=reason, struck_by=actor, struck_at=now)
        if row.ticket is not None:
            tell(row.ticket, STRIKE, actor=actor, now=now, note=reason, data={"wait": row.pk, "cause": row.cause})
        _keep_rights(row, now)
    return strike


def begin_wait_for_parts(ticket: Ticket, *, at: datetime, actor: User | None, until: datetime | None = None) -> None:
    """Opens the wait of a repair whose clocks stand still for parts, or whose visit found a part missing; once."""
    if ticket.kind != TicketKind.REPAIR:
        return
    since = local_day(at)
    promised = local_day(until) if until is not None else None
    row = PartsWait(
        ticket=ticket,
        cause=PartsWait.Cause.NO_PARTS,
        source=PartsWait.Source.CLOCK,
        since=since,
        promised_on=promised if promised is not None and promised >= since else None,
        opened_by=actor,
        opened_at=at,
    )
    PartsWait.objects.bulk_create([row], ignore_conflicts=True)
    if ticket.appliance_id is not None:
        keep_rights(ticket.appliance_id, now=at)


def end_waits(ticket: Ticket, *, at: datetime, actor: User | None, causes: tuple[str, ...] = ()) -> int:
    """How many open waits of the ticket (of `causes`, or all) ended on the day of `at`."""
    rows = PartsWait.objects.filter(ticket=ticket, ended_on=None).select_for_update(no_key=True, of=("self",))
    if causes:
        rows = rows.filter(cause__in=causes)
    found = list(rows)
    for row in found:
        _end(row, max(row.since, local_day(at)), actor)
    if found and ticket.appliance_id is not None:
        keep_rights(ticket.appliance_id, now=at)
    return len(found)


def _lock_wait(wait_id: int, actor: User | None) -> PartsWait:
    found = PartsWait.objects.all() if actor is None else waits_for(actor)
    known = found.filter(pk=wait_id).first()
    if known is None:
        raise ActionError("wait_not_found", _("There is no such wait."), status=OUT_OF_SCOPE)
    # The ticket first, as every action locks it first.
    if known.ticket_id is not None:
        lock_ticket(known.ticket_id, actor)
    rows = PartsWait.objects.select_related("ticket").select_for_update(of=("self",))
    return rows.get(pk=wait_id)


def _end(row: PartsWait, day: date, actor: User | None) -> None:
    row.ended_on, row.ended_by = day, actor
    row.save(update_fields=["ended_on", "ended_by"])


def _resume(row: PartsWait, actor: User | None, now: datetime) -> None:
    if row.ticket is None or row.cause != PartsWait.Cause.NO_PARTS:
        return
    try:
        resume_clocks(row.ticket, at=now, actor=actor, reason=PauseReason.WAITING_FOR_PARTS)
    except ActionError as refusal:
        # The clocks never stood still for it.
        if refusal.code != "nothing_to_resume":
            raise


def _keep_rights(row: PartsWait, now: datetime) -> None:
    appliance_id = row.appliance_id if row.ticket is None else row.ticket.appliance_id
    if appliance_id is not None:
        keep_rights(appliance_id, now=now)
