"""How a visit ends: outcome, completion with its effects on the ticket, or broken off."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dispatch.services import assignment_done, note_conduct, release_assignment
from servicedesk.catalogue.models import FaultCode
from servicedesk.errors import ActionError, invalid
from servicedesk.people.models import User
from servicedesk.sla.models import ClockKind, PauseReason
from servicedesk.sla.services import pause_clocks, stop_clock
from servicedesk.tickets.locking import move
from servicedesk.tickets.models import Outcome, Ticket, TicketFacts, TicketState
from visits.aftercare.services import note_fee_mismatches, note_sheet_mismatches, schedule_callback
from visits.appointments import RETURNING, ask_for_next, check_next, next_value, read_next
from visits.followups.services import make_follow_ups
from visits.models import AbortReason, Callback, ChecklistTemplate, Visit, VisitState
from visits.selectors import Standing, checklist_for, day_of, payable_fen, standing_of
from visits.services.base import DeviceClock, Hand, check_version, lock_visit, note_step, save, tell_step
from visits.services.outcomes import FINAL, MENDED, OF_VISITS, fault_group_of
from visits.services.repairs import log_repair
from visits.sheets.freezing import settle_sheet
from visits.transitions import UNFINISHED
from warranty.waits import begin_wait_for_parts

# A technician's choice; "called off" is written by the system alone.
CHOOSABLE_REASONS = tuple(reason for reason in AbortReason if reason != AbortReason.CALLED_OFF)
WORKED_ON = frozenset({TicketState.OPEN, TicketState.IN_SERVICE})
LONGEST_FINDING = 500
LONGEST_WORK = 1000


@dataclass(frozen=True)
class Report:
    """What the technician reports: outcome, fault confirmed, what he found and did, and when somebody comes again.

    `next_window` as in `appointments.read_next`; only an outcome that needs another visit keeps it.
    """

    outcome: str
    confirmed_fault: FaultCode | None = None
    finding: str = ""
    work: str = ""
    next_window: str = ""


def record_outcome(
    visit_id: int,
    report: Report,
    *,
    actor: User | None,
    now: datetime,
    device_at: DeviceClock = None,
    on_behalf: str = "",
    expected_version: int | None = None,
) -> Visit:
    """The visit with its outcome; it may be changed until the visit is completed.

    Taking the product away switches to the pick-up checklist that was in force on arrival; answers are kept. Refuses
    with 422 an unknown outcome, a fault of another kind of product, a missing finding or work, an appointment
    that is unknown or over, with 409 edited_meanwhile where somebody else saved since `expected_version`.
    """
    hand = Hand(actor, now, device_at, on_behalf)
    finding, work = report.finding.strip(), report.work.strip()
    _check_report(report, finding, work)
    again = read_next(report.next_window) if report.outcome in RETURNING else (None, None)
    with transaction.atomic():
        visit = lock_visit(visit_id, "record_outcome", hand)
        new = {
            "outcome": report.outcome,
            "confirmed_fault": report.confirmed_fault,
            "finding": finding,
            "work": work,
            "next_from": again[0],
            "next_until": again[1],
        }
        if all(getattr(visit, name) == value for name, value in new.items()):
            return visit
        check_version(visit, expected_version)
        _check_fault(visit, report.confirmed_fault)
        check_next(again[1], now)
        for name, value in new.items():
            setattr(visit, name, value)
        _switch_checklist(visit, _occasion(report.outcome), now)
        save(visit, *new, "checklist")
        note_step(visit, "record_outcome", hand, outcome=report.outcome)
    return visit


def _switch_checklist(visit: Visit, occasion: str, now: datetime) -> None:
    """Only what was done at the door decides: a visit keeps its version as long as its occasion stays."""
    if visit.checklist is None or visit.checklist.template.occasion != occasion:
        visit.checklist = checklist_for(visit.ticket, occasion, day_of(visit, now))


def _occasion(outcome: str) -> str:
    taken = outcome == Outcome.TAKEN_TO_WORKSHOP
    return ChecklistTemplate.Occasion.PICK_UP if taken else ChecklistTemplate.Occasion.ON_SITE


def _check_report(report: Report, finding: str, work: str) -> None:
    if report.outcome not in OF_VISITS:
        raise invalid("outcome", "outcome_unknown", _("Choose how the visit ended."))
    if not finding:
        raise invalid("finding", "finding_missing", _("Write down what was found."))
    if len(finding) > LONGEST_FINDING:
        raise invalid("finding", "finding_too_long", _("What was found is too long."))
    if report.outcome in MENDED and not work:
        raise invalid("work", "work_missing", _("Write down what was done."))
    if len(work) > LONGEST_WORK:
        raise invalid("work", "work_too_long", _("What was done is too long."))


def _check_fault(visit: Visit, fault: FaultCode | None) -> None:
    category = visit.ticket.category_id
    if fault is not None and category is not None and fault.category_id != category:
        raise invalid(
            "confirmed_fault", "fault_of_other_category", _("This fault belongs to another kind of product.")
        )


def complete_visit(
    visit_id: int,
    *,
    actor: User | None,
    now: datetime,
    device_at: DeviceClock = None,
    on_behalf: str = "",
    expected_version: int | None = None,
) -> Visit:
    """The completed visit, with the effects of its outcome on ticket, clocks, facts, repair log and callback.

    Refuses with 409 outcome_missing, with 409 checklist_incomplete and the list of what is missing in its detail (what
    an outcome needs: `completion.is_asked`), with 409 edited_meanwhile.
    """
    hand = Hand(actor, now, device_at, on_behalf)
    with transaction.atomic():
        visit = lock_visit(visit_id, "complete_visit", hand)
        check_version(visit, expected_version)
        standing = standing_of(visit, now)
        _refuse_incomplete(visit, standing)
        visit.state, visit.ended_at = VisitState.COMPLETED, now
        save(visit, "state", "ended_at")
        # Before the repair is logged: the verdict on the sheet is the one this visit was made under.
        settle_sheet(visit, actor=actor, now=now)
        assignment_done(_assignment(visit), now)
        _write_facts(visit, standing, now)
        before = visit.ticket.state
        _effects(visit, hand)
        score = standing.score
        note_conduct(visit.ticket, visit.technician, score.failing, now=now)
        note_step(visit, "complete_visit", hand, kept=score.kept, counted=score.counted, failing=list(score.failing))
        told: dict[str, Any] = {"outcome": visit.outcome, "failing": list(score.failing)}
        if visit.next_from is not None:
            told["next"] = next_value(visit.next_from, visit.next_until)
        tell_step(visit, "complete_visit", hand, from_state=before, **told)
        if visit.outcome in FINAL:
            kind = Callback.Kind.COMPLETION
            schedule_callback(visit.ticket_id, kind, visit=visit, actor=None, now=now)
        make_follow_ups(visit, standing.lines, now=now)
        note_sheet_mismatches(visit, now=now)
        note_fee_mismatches(visit, now=now)
    return visit


def _assignment(visit: Visit) -> Any:
    visit.assignment.ticket = visit.ticket
    visit.assignment.technician = visit.technician
    return visit.assignment


def _refuse_incomplete(visit: Visit, standing: Standing) -> None:
    if not visit.outcome:
        raise ActionError("outcome_missing", _("Record how the visit ended first."))
    if not standing.lines:
        raise ActionError("checklist_unavailable", _("No checklist is in force. Ask an administrator to load one."))
    if standing.missing:
        raise ActionError(
            "checklist_incomplete",
            _("The visit cannot be completed yet: the checklist has gaps."),
            detail={"missing": [asdict(one) for one in standing.missing]},
        )


def _write_facts(visit: Visit, standing: Standing, now: datetime) -> None:
    facts = TicketFacts.objects.get(ticket=visit.ticket_id)
    facts.outcome = visit.outcome
    facts.technician = visit.technician.user
    facts.fault_group = fault_group_of(visit)
    facts.charges_fen = payable_fen(visit__ticket=visit.ticket_id)
    # One failing visit fails the ticket's conduct for good.
    facts.checklist_passed = facts.checklist_passed is not False and bool(standing.score.passed)
    if visit.outcome in FINAL:
        facts.completed_at = now
    facts.save()


def _effects(visit: Visit, hand: Hand) -> None:
    ticket = visit.ticket
    if visit.outcome in FINAL:
        move(ticket, TicketState.AWAITING_CALLBACK)
        stop_clock(ticket, ClockKind.FIX, at=hand.now, actor=hand.actor)
        log_repair(visit, hand.now)
    elif visit.outcome == Outcome.NEEDS_PART:
        move(ticket, TicketState.OPEN)
        _pause_for_parts(visit, hand)
    elif visit.outcome == Outcome.NEEDS_ANOTHER_VISIT:
        move(ticket, TicketState.OPEN)
    if visit.next_from is not None and visit.next_until is not None:
        ask_for_next(ticket, visit.next_from, visit.next_until, actor=hand.actor, now=hand.now)


def end_by_remedy(ticket: Ticket, *, actor: User | None, now: datetime) -> None:
    """Ends the work on a ticket whose unit was exchanged or paid back, without a visit: the customer is called next.

    A visit that is planned or running ends it by itself. Called inside the transaction of the last step.
    """
    if ticket.state not in WORKED_ON or Visit.objects.filter(ticket=ticket, state__in=UNFINISHED).exists():
        return
    move(ticket, TicketState.AWAITING_CALLBACK)
    stop_clock(ticket, ClockKind.FIX, at=now, actor=actor)
    schedule_callback(ticket.pk, Callback.Kind.COMPLETION, actor=None, now=now)


def _pause_for_parts(visit: Visit, hand: Hand) -> None:
    try:
        pause_clocks(visit.ticket, PauseReason.WAITING_FOR_PARTS, at=hand.now, actor=hand.actor)
    except ActionError as refusal:
        # A policy may let no clock wait for parts; the visit is over all the same.
        if refusal.code != "nothing_to_pause":
            raise
        begin_wait_for_parts(visit.ticket, at=hand.now, actor=hand.actor)


def abort_visit(
    visit_id: int,
    reason: str,
    *,
    actor: User | None,
    now: datetime,
    note: str = "",
    device_at: DeviceClock = None,
    on_behalf: str = "",
) -> Visit:
    """The visit, broken off without blame; the ticket is open again and its clocks run on.

    Refuses with 422 an unknown reason.
    """
    if reason not in CHOOSABLE_REASONS:
        raise invalid("reason", "reason_unknown", _("Choose why the visit is broken off."))
    hand = Hand(actor, now, device_at, on_behalf)
    with transaction.atomic():
        visit = lock_visit(visit_id, "abort_visit", hand)
        visit.state, visit.abort_reason, visit.ended_at = VisitState.ABORTED, reason, now
        if visit.arrived_at is not None and visit.started_at is None:
            visit.checklist = checklist_for(visit.ticket, ChecklistTemplate.Occasion.NO_ENTRY, visit.arrived_at)
        save(visit, "state", "abort_reason", "ended_at", "checklist")
        before = visit.ticket.state
        release_assignment(_assignment(visit), reason, actor=actor, now=now)
        move(visit.ticket, TicketState.OPEN)
        note_step(visit, "abort_visit", hand, reason=reason)
        tell_step(visit, "abort_visit", hand, from_state=before, note=note, reason=reason)
    return visit
