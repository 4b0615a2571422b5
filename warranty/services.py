"""The actions of the guarantee: record a verdict, add a line to the repair log, note the return of an open repair."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import Appliance
from servicedesk.errors import ActionError, invalid
from servicedesk.people.models import User
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require, require_role
from warranty.access import lock_appliance
from warranty.facts_builder import Question
from warranty.models import Decision, RepairRecord
from warranty.rules.storage import as_json
from warranty.selectors import Reading, is_same, latest_decision, reading_of

RECORD = "record_verdict"
LONGEST_WORK = 500


def decide_for(
    appliance_id: int,
    question: Question | None = None,
    *,
    ticket: Ticket | None = None,
    actor: User | None,
    now: datetime,
    shown: str = "",
) -> Decision:
    """The verdict on the appliance as of `now`, stored with its facts, and a line in the story of the ticket.

    The same verdict asked for again (double click, back button) is the row already there. Refuses with 404 what is out
    of scope, 403 role_not_allowed, 422 what_if_not_recorded for a supposition, 409 appliance_of_other_ticket, 409
    verdict_changed where `shown` is the mark of another verdict than the one that holds now.
    """
    if question is not None and question.is_what_if:
        raise invalid("more_failed_repairs", "what_if_not_recorded", _("A supposition is never recorded."))
    with transaction.atomic():
        if ticket is not None:
            ticket = lock_ticket(ticket.pk, actor)
            require(RECORD, actor, ticket.state)
            _refuse_other_appliance(ticket, appliance_id)
        else:
            require_role(RECORD, actor)
        # A ticket in hand has already shown that its appliance is in scope; two askers wait here and get one row.
        appliance = lock_appliance(appliance_id, None if ticket is not None else actor)
        reading = reading_of(appliance, question, ticket=ticket, now=now)
        _refuse_unread(reading, shown)
        decision, new = _store(reading, actor, now)
        if new and ticket is not None:
            data = {"decision": decision.pk, "headline": decision.headline, "codes": list(reading.verdict.codes)}
            tell(ticket, RECORD, actor=actor, now=now, data=data)
    return decision


def _refuse_other_appliance(ticket: Ticket, appliance_id: int) -> None:
    if ticket.appliance_id != appliance_id:
        raise ActionError("appliance_of_other_ticket", _("This ticket is about another appliance."))


def _refuse_unread(reading: Reading, shown: str) -> None:
    if shown and shown != reading.mark:
        raise ActionError(
            "verdict_changed", _("The verdict has changed since it was shown. Read it again before you record it.")
        )


def _store(reading: Reading, actor: User | None, now: datetime) -> tuple[Decision, bool]:
    """The row of the verdict, and whether it is a new one."""
    last, ticket = latest_decision(reading.appliance), reading.ticket
    if last is not None and last.ticket_id == (ticket.pk if ticket else None) and is_same(last, reading):
        return last, False
    row = Decision.objects.create(
        appliance=reading.appliance,
        ticket=ticket,
        as_of=reading.verdict.as_of,
        edition=reading.verdict.edition,
        facts=as_json(reading.facts),
        outcome=as_json(reading.verdict),
        headline=reading.verdict.headline,
        decided_by=actor,
        decided_at=now,
    )
    return row, True


def record_repair(
    appliance: Appliance,
    *,
    ticket: Ticket | None,
    kind: str,
    handed_over_on: date,
    returned_on: date | None,
    fault_group: str = "",
    work: str = "",
) -> RepairRecord:
    """The new line of the repair log; with `returned_on` it is closed and can never be changed again.

    Called by the end of a visit and by the admin site, which have checked who may. Refuses with 422 an unknown kind,
    days in the wrong order, too long a text, the ticket of another appliance.
    """
    if kind not in RepairRecord.Kind.values:
        raise invalid("kind", "repair_kind_unknown", _("Choose how the repair was closed."))
    if returned_on is not None and returned_on < handed_over_on:
        raise invalid("returned_on", "returned_before_handed", _("The return lies before the hand-over."))
    if len(work) > LONGEST_WORK:
        raise invalid("work", "work_too_long", _("What was done is too long."))
    if ticket is not None and ticket.appliance_id != appliance.pk:
        raise invalid("ticket", "appliance_of_other_ticket", _("This ticket is about another appliance."))
    return RepairRecord.objects.create(
        appliance=appliance,
        ticket=ticket,
        kind=kind,
        handed_over_on=handed_over_on,
        returned_on=returned_on,
        fault_group=fault_group,
        work=work,
    )
