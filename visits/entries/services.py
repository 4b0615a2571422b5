"""Taking in what a phone sends: stored first, then applied in the phone's order, each entry once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.errors import OUT_OF_SCOPE, ActionError, invalid
from servicedesk.people.models import User
from servicedesk.pictures import kept_with_its_row, store
from servicedesk.sla.models import SlaSegment
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.models import Ticket, TicketState
from visits.entries import timing
from visits.entries.actions import ALREADY, Act, FieldsClashError, leave_behind, perform, was_taken
from visits.entries.positions import STEPS, allowed_position, distance_m, is_on_shift, keep_position
from visits.entries.receiving import Prepared, prepare, printable
from visits.entries.reviewing import ask_for_review
from visits.models import AbortReason, KeptPicture, Photo, Visit, VisitEntry, VisitEvent
from visits.services.base import DeviceTime

State = VisitEntry.State
LONGEST_MESSAGE = 500
REVIEW_WORDS = {
    "called_off": _("The visit was called off meanwhile. Nothing is lost: the office looks at what you did."),
    "ticket_cancelled": _("The ticket was cancelled meanwhile. Nothing is lost: the office looks at what you did."),
    "not_yours": _("The job is another's meanwhile. Nothing is lost: the office looks at what you did."),
    "ended_by_another": _("Somebody else ended the visit. Nothing is lost: the office looks at what you did."),
}
GONE = frozenset({"ticket_not_found", "visit_not_found"})


@dataclass(frozen=True)
class Taken:
    """An entry as it stands, the later ones it freed, and the visit."""

    entry: VisitEntry
    freed: list[VisitEntry]
    visit: Visit


def take_entry(visit_id: int, given: dict[str, Any], *, actor: User, now: datetime) -> Taken:
    """The entry as it stands after it was stored and, where its turn has come, applied with those that waited for it.

    A repeat gives what was stored. Refuses with 422 entry_reused another content under the same id, with 409
    seq_taken another id under the same number, with 413 what is too long.
    """
    earlier = VisitEntry.objects.filter(pk=given["id"]).first()
    prepared = prepare(given, visit_id)
    if earlier is not None:
        return Taken(_same(earlier, prepared), [], earlier.visit)
    token = str(prepared.data.get("token", ""))
    with kept_with_its_row(token, lambda: _has_row(token)) if prepared.picture else transaction.atomic():
        return _take(visit_id, given, prepared, actor, now)


def _has_row(token: str) -> bool:
    return KeptPicture.objects.filter(token=token).exists() or Photo.objects.filter(token=token).exists()


def _take(visit_id: int, given: dict[str, Any], prepared: Prepared, actor: User, now: datetime) -> Taken:
    with transaction.atomic():
        visit = _locked(visit_id)
        earlier = VisitEntry.objects.filter(pk=given["id"]).first()
        if earlier is not None:
            return Taken(_same(earlier, prepared), [], visit)
        entry = _stored(visit, given, prepared, actor, now)
        freed = _settle(visit, entry.device, now)
        own = next((one for one in freed if one.pk == entry.pk), entry)
        visit.refresh_from_db()
        return Taken(own, [one for one in freed if one.pk != entry.pk], visit)


def _locked(visit_id: int) -> Visit:
    """The visit with everything the actions read; locks in the order of every action: the ticket first."""
    ticket_id = Visit.objects.values_list("ticket_id", flat=True).get(pk=visit_id)
    lock_ticket(ticket_id, None)
    related = ("ticket__address", "ticket__category", "ticket__appliance__model", "technician__user", "assignment")
    visits = Visit.objects.select_for_update(of=("self",)).select_related(*related, "confirmed_fault")
    return visits.get(pk=visit_id)


def _same(entry: VisitEntry, prepared: Prepared) -> VisitEntry:
    if entry.fingerprint != prepared.fingerprint:
        raise invalid("id", "entry_reused", _("This id was used for another entry."))
    return entry


def _stored(visit: Visit, given: dict[str, Any], prepared: Prepared, actor: User, now: datetime) -> VisitEntry:
    taken = VisitEntry.objects.filter(visit=visit, device=given["device"], seq=given["seq"])
    if taken.exists():
        raise ActionError("seq_taken", _("This number of the device was used for another entry."), field="seq")
    names = ("id", "device", "seq", "action", "happened_at", "sent_at")
    entry = VisitEntry(
        visit=visit,
        actor=actor,
        received_at=now,
        data=prepared.data,
        base=printable(given["base"]),
        fingerprint=prepared.fingerprint,
        target=prepared.target,
        corrects=prepared.corrects,
        position=allowed_position(visit, given),
        **{name: given[name] for name in names},
    )
    refusal = prepared.refusal or _keep_picture(visit, prepared, now)
    if refusal is not None:
        _mark(entry, State.REFUSED, refusal)
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError:
        # The same id on another visit, in this very moment.
        raise invalid("id", "entry_reused", _("This id was used for another entry.")) from None
    return entry


def _keep_picture(visit: Visit, prepared: Prepared, now: datetime) -> dict[str, Any] | None:
    """Stores the picture under its token; a refusal where the token names a picture of another visit."""
    picture = prepared.picture
    if picture is None:
        return None
    token, size = prepared.data["token"], {"width": picture.width, "height": picture.height}
    photo = Photo.objects.filter(token=token).first()
    if photo is not None and photo.visit_id != visit.pk:
        return _other_visits_photo()
    kept, made = KeptPicture.objects.get_or_create(token=token, defaults={"visit": visit, "kept_at": now, **size})
    if kept.visit_id != visit.pk:
        return _other_visits_photo()
    if made and photo is None:
        store(str(token), picture)
    return None


def _other_visits_photo() -> dict[str, Any]:
    words = _("Open the form again and choose the photo once more.")
    return invalid("photo", "photo_of_other_visit", words).as_dict()


def _settle(visit: Visit, device: Any, now: datetime) -> list[VisitEntry]:
    """The entries of the device whose turn has come, applied one after another."""
    of_device = VisitEntry.objects.filter(visit=visit, device=device)
    states = dict(of_device.values_list("seq", "state"))
    done: list[VisitEntry] = []
    seq = 1
    while seq in states:
        if states[seq] == State.WAITING:
            entry = of_device.select_related("actor").get(seq=seq)
            _apply(visit, entry, now)
            done.append(entry)
        seq += 1
    return done


def _apply(visit: Visit, entry: VisitEntry, now: datetime) -> None:
    """Lets an entry take effect, or says why it does not; it is settled afterwards."""
    visit.refresh_from_db()
    visit.ticket.refresh_from_db()
    _decide(visit, entry, now)
    entry.position = None
    if entry.state == State.APPLIED:
        leave_behind(entry)
    if entry.state == State.REVIEW:
        ask_for_review(visit, now)
    entry.save()


def _decide(visit: Visit, entry: VisitEntry, now: datetime) -> None:
    act, position = _act_of(visit, entry)
    entry.counted_at, entry.marks = act.at, list(act.device.facts["marks"])
    code = _why_review(visit, entry)
    if code:
        _mark(entry, State.REVIEW, {"code": code, "message": REVIEW_WORDS[code]})
        return
    if was_taken(visit, entry.action):
        _mark(entry, State.APPLIED, {"code": ALREADY})
        return
    try:
        with transaction.atomic():
            code = perform(act)
            if position is not None:
                keep_position(visit, entry.action, position, now)
    except FieldsClashError as clash:
        words = _("Somebody else changed this meanwhile. Choose which holds.")
        fields = [one.as_dict() for one in clash.clashes]
        _mark(entry, State.CONFLICT, {"code": "changed_meanwhile", "message": words, "detail": {"fields": fields}})
    except ActionError as refusal:
        if refusal.status == OUT_OF_SCOPE and refusal.code in GONE:
            _mark(entry, State.REVIEW, {"code": "not_yours", "message": REVIEW_WORDS["not_yours"]})
        else:
            _mark(entry, State.REFUSED, refusal.as_dict())
    else:
        _mark(entry, State.APPLIED, {"code": code})


def _mark(entry: VisitEntry, state: str, said: dict[str, Any]) -> None:
    entry.state = state
    entry.code, entry.field = str(said.get("code", "")), str(said.get("field", ""))
    entry.message = str(said.get("message", ""))[:LONGEST_MESSAGE]
    entry.detail = said.get("detail", {})


def _why_review(visit: Visit, entry: VisitEntry) -> str:
    """Why the entry cannot take effect although nothing is wrong with it; empty where it can."""
    if visit.ticket.state == TicketState.CANCELLED:
        return "ticket_cancelled"
    if visit.abort_reason == AbortReason.CALLED_OFF:
        return "called_off"
    if not Ticket.objects.visible_to(entry.actor).filter(pk=visit.ticket_id).exists():
        return "not_yours"
    if visit.is_living or was_taken(visit, entry.action) or _ended_by(visit, entry):
        return ""
    return "ended_by_another"


def _ended_by(visit: Visit, entry: VisitEntry) -> bool:
    """Whether this device ended the visit itself: what comes after is out of order, and the phone may be told so."""
    ends = ("complete_visit", "abort_visit")
    own = VisitEntry.objects.filter(visit=visit, device=entry.device, action__in=ends, state=State.APPLIED, code="")
    return own.filter(seq__lt=entry.seq).exists()


def _act_of(visit: Visit, entry: VisitEntry) -> tuple[Act, dict[str, Any] | None]:
    """The entry at the instant that counts, and its position where it may be kept."""
    told = timing.Told(entry.happened_at, entry.sent_at, entry.received_at)
    counted = timing.count(told, _floors(visit))
    marks = list(counted.marks)
    facts: dict[str, Any] = {
        "skew_s": round(counted.skew.total_seconds()),
        "sent_at": entry.sent_at.isoformat(),
        "received_at": entry.received_at.isoformat(),
    }
    position = entry.position if entry.action in STEPS and is_on_shift(visit, counted.at) else None
    metres = distance_m(visit, position) if position is not None else None
    if metres is not None and position is not None:
        facts["distance_m"] = round(metres)
        if entry.action == "arrive" and timing.is_far(metres, position["accuracy_m"]):
            marks.append(timing.FAR)
    facts["marks"] = marks
    return Act(visit, entry, counted.at, DeviceTime(entry.happened_at, facts)), position


def _floors(visit: Visit) -> list[datetime]:
    """What came before by our own books: the last step of the visit, the last line of the open clocks, the accepted
    job.
    """
    step = VisitEvent.objects.filter(visit=visit).order_by("-at").values_list("at", flat=True).first()
    lines = SlaSegment.objects.filter(clock__ticket=visit.ticket_id, clock__stopped_at=None)
    line = lines.order_by("-at").values_list("at", flat=True).first()
    return [moment for moment in (step, line, visit.assignment.answered_at) if moment is not None]
