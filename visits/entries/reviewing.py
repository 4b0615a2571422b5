"""Work that came too late: the office is told, looks at it, and takes it over as evidence or keeps it as a record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import ActionError, require_text
from servicedesk.notify.services import notify
from servicedesk.people.models import Role, User
from servicedesk.pictures import clean_signature
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.story import tell
from servicedesk.tickets.transitions import require
from visits.models import (
    Answer,
    ChecklistItem,
    ChecklistTemplate,
    KeptPicture,
    Photo,
    Signature,
    Visit,
    VisitEntry,
)
from visits.selectors import checklist_for

LATE_WORK = "late_work"
LONGEST_REASON = 300
Decision = VisitEntry.Decision


def ask_for_review(visit: Visit, now: datetime) -> None:
    """Tells the dispatchers of the outlet, and writes it into the story, once for all the late work of a visit."""
    if VisitEntry.objects.filter(visit=visit, state=VisitEntry.State.REVIEW, decision="").exists():
        return
    ticket = visit.ticket
    line = tell(ticket, "send_late_work", actor=None, now=now, data=_about(visit))
    planners = User.objects.filter(role=Role.DISPATCHER, outlets=ticket.outlet_id)
    values = {"visit": visit.pk}
    notify(f"{LATE_WORK}:{line.pk}", planners, LATE_WORK, ticket=ticket, values=values)


def _about(visit: Visit, **more: Any) -> dict[str, Any]:
    return {"visit": visit.pk, "technician": visit.technician_id, **more}


@dataclass(frozen=True)
class Evidence:
    """What was taken over onto the visit: how many answers and photos, and whether a signature."""

    answers: int
    photos: int
    signed: bool


def take_over(visit_id: int, reason: str, *, actor: User | None, now: datetime) -> Evidence:
    """Attaches the late work to the visit as evidence: answers, photos, signature, and a line in the story.

    The visit stays as it ended and the ticket where it is; what still has to be done there is a person's to decide.
    Refuses with 409 already_decided, with 422 a missing reason.
    """
    with transaction.atomic():
        visit, entries = _undecided(visit_id, "take_over_late_work", reason, actor)
        found = Evidence(_answers(visit, entries), _photos(visit, entries), _signature(visit, entries))
        _close(entries, Decision.TAKEN_OVER, reason, actor, now)
        told = _about(visit, entries=len(entries), answers=found.answers, photos=found.photos, signed=found.signed)
        tell(visit.ticket, "take_over_late_work", actor=actor, now=now, note=reason.strip(), data=told)
    return found


def keep_as_record(visit_id: int, reason: str, *, actor: User | None, now: datetime) -> int:
    """How many entries stay as they are, beside the visit, with the reason why nothing is made of them.

    Refuses as `take_over` does.
    """
    with transaction.atomic():
        visit, entries = _undecided(visit_id, "keep_late_work", reason, actor)
        _close(entries, Decision.KEPT, reason, actor, now)
        told = _about(visit, entries=len(entries))
        tell(visit.ticket, "keep_late_work", actor=actor, now=now, note=reason.strip(), data=told)
    return len(entries)


def _undecided(visit_id: int, action: str, reason: str, actor: User | None) -> tuple[Visit, list[VisitEntry]]:
    words = _("Say why, so that the technician and others can follow.")
    require_text("reason", reason.strip(), LONGEST_REASON, missing=words)
    ticket: Ticket = lock_ticket(Visit.objects.values_list("ticket_id", flat=True).get(pk=visit_id), actor)
    visit = Visit.objects.select_for_update(of=("self",)).select_related("technician").get(pk=visit_id)
    visit.ticket = ticket
    require(action, actor, visit.state)
    held = VisitEntry.objects.filter(visit=visit, state=VisitEntry.State.REVIEW, decision="")
    entries = list(held.select_related("actor").order_by("counted_at", "device", "seq"))
    if not entries:
        raise ActionError("already_decided", _("Somebody has decided on this work already."))
    return visit, entries


def _close(entries: Sequence[VisitEntry], decision: str, reason: str, actor: User | None, now: datetime) -> None:
    held = VisitEntry.objects.filter(pk__in=[one.pk for one in entries])
    held.update(decision=decision, decided_by=actor, decided_at=now, decision_note=reason.strip())


def _answers(visit: Visit, entries: Sequence[VisitEntry]) -> int:
    """Keeps what was answered, by the checklist of the visit, else by the one that would have been its."""
    said = [one for one in entries if one.action == "answer_item"]
    if not said:
        return 0
    version = visit.checklist_id
    if version is None:
        found = checklist_for(
            visit.ticket, ChecklistTemplate.Occasion.ON_SITE, said[0].counted_at or said[0].received_at
        )
        version = found.pk if found is not None else None
    items = {item.code: item for item in ChecklistItem.objects.filter(version=version, not_applicable=False)}
    rows = [
        Answer(
            visit=visit,
            item=items[one.data["code"]],
            value=one.data["value"],
            proof=one.data["proof"],
            note=one.data["note"],
            at=one.counted_at or one.received_at,
            device_at=one.happened_at,
            actor=one.actor,
        )
        for one in said
        if one.data["code"] in items
    ]
    return len(Answer.objects.bulk_create(rows))


def _photos(visit: Visit, entries: Sequence[VisitEntry]) -> int:
    sent = {one.data["token"]: one for one in entries if one.action == "add_photo"}
    known = {str(token) for token in Photo.objects.filter(token__in=sent).values_list("token", flat=True)}
    rows = [
        Photo(
            visit=visit,
            token=kept.token,
            item=sent[str(kept.token)].data["item"],
            width=kept.width,
            height=kept.height,
            taken_at=sent[str(kept.token)].counted_at or kept.kept_at,
            taken_by=sent[str(kept.token)].actor,
        )
        for kept in KeptPicture.objects.filter(token__in=sent, visit=visit)
        if str(kept.token) not in known
    ]
    return len(Photo.objects.bulk_create(rows))


def _signature(visit: Visit, entries: Sequence[VisitEntry]) -> bool:
    signed = next((one for one in entries if one.action == "sign"), None)
    if signed is None or Signature.objects.filter(visit=visit).exists():
        return False
    said = signed.data
    try:
        image = clean_signature(said["drawing"])
    except ActionError:
        image = None
    if image is None and not said["typed_name"]:
        return False
    Signature.objects.create(
        visit=visit,
        image=image,
        strokes=said.get("strokes"),
        typed_name=said["typed_name"],
        opinion=said["opinion"],
        signed_at=signed.counted_at or signed.received_at,
    )
    return True
