"""Correcting a sheet after the visit: never the old one, always a new one that names it."""

from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import FaultCode
from servicedesk.errors import ActionError, invalid, require_text
from servicedesk.people.models import User
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.transitions import require
from visits.access import visits_for
from visits.models import ServiceRecord, Visit
from visits.services.base import Hand, not_found, note_step, save, tell_step
from visits.services.ending import LONGEST_FINDING, LONGEST_WORK
from visits.sheets.content import Content, named
from visits.sheets.freezing import Reason, Why, freeze
from visits.sheets.selectors import current_sheet

LONGEST_REASON = 300
LONGEST_REMARK = 500


@dataclass(frozen=True)
class Correction:
    """What the sheet shall say instead of what it says."""

    finding: str
    work: str
    confirmed_fault: FaultCode | None = None
    remark: str = ""


def correct_sheet(
    visit_id: int, correction: Correction, reason: str, *, actor: User | None, now: datetime, version: int
) -> ServiceRecord:
    """The corrected sheet of a completed visit; `version` is that of the sheet that was read.

    The visit says the same from then on; the repair log keeps what was closed. Refuses with 404 what is out of scope,
    403 the role, 409 wrong_state before the visit is completed, 409 sheet_replaced where another sheet holds by now,
    409 nothing_corrected, 422 a missing reason, finding or work, a text too long, a fault of another product.
    """
    reason, said = reason.strip(), _stripped(correction)
    missing = _("Say why the sheet is corrected.")
    require_text("reason", reason, LONGEST_REASON, missing=missing)
    _check(said)
    with transaction.atomic():
        visit = _lock(visit_id, actor)
        last = _last(visit, version)
        content = _corrected(visit, last, said)
        for name in ("finding", "work", "confirmed_fault"):
            setattr(visit, name, getattr(said, name))
        save(visit, "finding", "work", "confirmed_fault")
        sheet = freeze(visit, content, Why(Reason.CORRECTED, reason), actor=actor, now=now)
        hand = Hand(actor, now)
        note_step(visit, "correct_sheet", hand, sheet=sheet.pk, version=sheet.version)
        tell_step(
            visit,
            "correct_sheet",
            hand,
            from_state=visit.ticket.state,
            note=reason,
            number=sheet.number,
            replaces=last.number,
        )
    return sheet


def _stripped(said: Correction) -> Correction:
    return Correction(said.finding.strip(), said.work.strip(), said.confirmed_fault, said.remark.strip())


def _check(said: Correction) -> None:
    require_text("finding", said.finding, LONGEST_FINDING, missing=_("Write down what was found."))
    if len(said.work) > LONGEST_WORK:
        raise invalid("work", "work_too_long", _("What was done is too long."))
    if len(said.remark) > LONGEST_REMARK:
        raise invalid("remark", "remark_too_long", _("The remark is too long."))


def _lock(visit_id: int, actor: User | None) -> Visit:
    """The visit with its ticket, both locked. What is out of the actor's scope does not exist."""
    seen = Visit.objects.all() if actor is None else visits_for(actor)
    ticket_id = seen.filter(pk=visit_id).values_list("ticket_id", flat=True).first()
    if ticket_id is None:
        raise not_found()
    ticket = lock_ticket(ticket_id, actor)
    visits = Visit.objects.select_for_update(of=("self",)).select_related("technician__user", "confirmed_fault")
    visit = visits.get(pk=visit_id)
    visit.ticket = ticket
    require("correct_sheet", actor, visit.state)
    return visit


def _last(visit: Visit, version: int) -> ServiceRecord:
    last = current_sheet(visit)
    if last is None:
        raise ActionError("sheet_missing", _("This visit has no record sheet that could be corrected."))
    if last.version != version:
        words = _("Another sheet has taken the place of this one. Look at it before you correct it.")
        raise ActionError("sheet_replaced", words, detail={"version": last.version, "number": last.number})
    return last


def _corrected(visit: Visit, last: ServiceRecord, said: Correction) -> Content:
    """The old content with the corrected words: what is known of person and appliance today is not looked at."""
    if said.confirmed_fault is not None and said.confirmed_fault.category_id != visit.ticket.category_id:
        words = _("This fault belongs to another kind of product.")
        raise invalid("confirmed_fault", "fault_of_other_category", words)
    content: Content = deepcopy(last.content)
    content.pop("sheet")
    before = deepcopy(content)
    content["work"] |= {"finding": said.finding, "work": said.work, "remark": said.remark}
    content["fault"]["confirmed"] = named(said.confirmed_fault)
    if content == before:
        raise ActionError("nothing_corrected", _("Nothing is different from the sheet that holds."))
    return content
