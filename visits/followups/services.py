"""Making follow-ups when a visit is completed, and ending them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import Appliance
from servicedesk.errors import OUT_OF_SCOPE, ActionError, invalid
from servicedesk.notify.services import notify
from servicedesk.people.models import User
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.models import IntakeChannel, Ticket, TicketKind
from servicedesk.tickets.services.intake import Intake, open_ticket
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require
from visits.followups.transitions import ENDED
from visits.followups.wording import told_of_item
from visits.models import FollowUp, FollowUpKind, Inspection, Visit
from visits.selectors import Line

LONGEST_NOTE = 300
LONGEST_TEXT = 300
Source, State = FollowUp.Source, FollowUp.State


@dataclass(frozen=True)
class Need:
    """Something to be done: where it was found, what it asks for, and for a ticket its kind and description."""

    source: str
    code: str
    kind: str
    text: str
    ticket_kind: str = ""
    description: str = ""
    appliance: Appliance | None = None


def make_follow_ups(visit: Visit, lines: Iterable[Line], *, now: datetime) -> list[FollowUp]:
    """What the completed visit leaves to be done, and its follow-on tickets, opened for the same owner.

    Called inside the transaction that completes the visit; called again it makes nothing twice. Each failing item does
    what its list says, each failing check of the inspection is a task, what was heard of another appliance a ticket.
    """
    needs = [*_of_items(lines), *_of_inspection(visit)]
    made = [one for one in (_make(visit, need, now) for need in needs) if one is not None]
    if made:
        ticket = visit.ticket
        tell(ticket, "make_follow_ups", actor=None, now=now, data={"visit": visit.pk, "made": len(made)})
        notify(f"follow_up:{visit.pk}", [ticket.owner], "follow_ups_made", ticket=ticket)
    return made


def _of_items(lines: Iterable[Line]) -> Iterator[Need]:
    for line in lines:
        item = line.item
        if line.kept is not False or not item.on_fail:
            continue
        note = line.answer.note if line.answer is not None else ""
        yield Need(Source.ITEM, item.code, item.on_fail, note, TicketKind.REPAIR, told_of_item(line))


def _of_inspection(visit: Visit) -> Iterator[Need]:
    found = Inspection.objects.filter(visit=visit).first()
    if found is None:
        return
    for check in found.checks:
        if not check["ok"]:
            yield Need(Source.INSPECTION, check["code"], FollowUpKind.TASK, check.get("reading", ""))
    others = Appliance.objects.in_bulk([one["appliance"] for one in found.others])
    for one in found.others:
        words, appliance = one["words"].strip(), others[one["appliance"]]
        yield Need(Source.OTHER, "", FollowUpKind.TICKET, words, one["kind"], words, appliance)


def _make(visit: Visit, need: Need, now: datetime) -> FollowUp | None:
    follow_up, made = FollowUp.objects.get_or_create(
        visit=visit,
        source=need.source,
        code=need.code,
        appliance=need.appliance,
        defaults={"kind": need.kind, "text": need.text[:LONGEST_TEXT], "made_at": now},
    )
    if not made:
        return None
    if need.kind == FollowUpKind.TICKET:
        # The ticket takes it from here; it has an owner and clocks of its own.
        follow_up.ticket = _open(visit, need, now)
        follow_up.state, follow_up.ended_at = State.DONE, now
        follow_up.save(update_fields=["ticket", "state", "ended_at"])
    return follow_up


def _open(visit: Visit, need: Need, now: datetime) -> Ticket:
    ticket = visit.ticket
    intake = Intake(
        kind=need.ticket_kind,
        channel=IntakeChannel.OUTLET,
        customer=ticket.customer,
        contact_name=ticket.contact_name,
        contact_phone=ticket.contact_phone_raw,
        address=ticket.address,
        appliance=need.appliance or ticket.appliance,
        category=None if need.appliance else ticket.category,
        description=need.description,
        owner=ticket.owner,
        parent=ticket,
        submission=_submission(visit, need),
    )
    return open_ticket(intake, actor=None, now=now)


def _submission(visit: Visit, need: Need) -> UUID:
    """The same for the same need of the same visit, so that its ticket is opened once."""
    appliance = need.appliance.pk if need.appliance else ""
    return uuid5(NAMESPACE_URL, f"follow-up:{visit.pk}:{need.source}:{need.code}:{appliance}")


def end_follow_up(
    follow_up_id: int,
    state: str,
    *,
    actor: User | None,
    now: datetime,
    note: str = "",
    expected_version: int | None = None,
) -> FollowUp:
    """The follow-up, done or not needed.

    Refuses with 404 out of scope, 403 for the role, 409 wrong_state what was ended before, 409 edited_meanwhile, with
    422 an unknown state, no reason why it is not needed, a note too long.
    """
    note = note.strip()
    if state not in ENDED:
        raise invalid("state", "state_unknown", _("Choose whether it is done or not needed."))
    if state == State.DROPPED and not note:
        raise invalid("note", "reason_missing", _("Say why it is not needed."))
    if len(note) > LONGEST_NOTE:
        raise invalid("note", "note_too_long", _("The note is too long."), longest=LONGEST_NOTE)
    with transaction.atomic():
        ticket, follow_up = _lock(follow_up_id, "end_follow_up", actor, expected_version)
        follow_up.state, follow_up.note = state, note
        follow_up.ended_at, follow_up.ended_by = now, actor
        _save(follow_up)
        data = {"follow_up": follow_up.pk, "state": state, "code": follow_up.code}
        tell(ticket, "end_follow_up", actor=actor, now=now, note=note, data=data)
    return follow_up


def reopen_follow_up(
    follow_up_id: int, *, actor: User | None, now: datetime, expected_version: int | None = None
) -> FollowUp:
    """The follow-up, to be done again. Refuses like `end_follow_up`, and with 409 what has become a ticket."""
    with transaction.atomic():
        ticket, follow_up = _lock(follow_up_id, "reopen_follow_up", actor, expected_version)
        if follow_up.ticket_id is not None:
            raise ActionError("has_ticket", _("This has become a ticket of its own; go on there."))
        follow_up.state, follow_up.note = State.OPEN, ""
        follow_up.ended_at = follow_up.ended_by = None
        _save(follow_up)
        data = {"follow_up": follow_up.pk, "code": follow_up.code}
        tell(ticket, "reopen_follow_up", actor=actor, now=now, data=data)
    return follow_up


def _lock(follow_up_id: int, action: str, actor: User | None, expected_version: int | None) -> tuple[Ticket, FollowUp]:
    of = FollowUp.objects.filter(pk=follow_up_id).values_list("visit__ticket_id", flat=True).first()
    if of is None:
        raise ActionError("follow_up_not_found", _("There is no such follow-up."), status=OUT_OF_SCOPE)
    ticket = lock_ticket(of, actor)
    follow_up = FollowUp.objects.select_for_update().get(pk=follow_up_id)
    require(action, actor, follow_up.state)
    if expected_version is not None and expected_version != follow_up.row_version:
        words = _("Somebody else has changed it in the meantime. Look at it again.")
        raise ActionError("edited_meanwhile", words, detail={"version": follow_up.row_version})
    return ticket, follow_up


def _save(follow_up: FollowUp) -> None:
    follow_up.row_version += 1
    follow_up.save(update_fields=["state", "note", "ended_at", "ended_by", "row_version"])
