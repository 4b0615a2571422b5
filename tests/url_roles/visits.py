"""Routes of the technician's pages and of what the office sees of a visit."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from dispatch.models import Assignment
from dispatch.services import assign_technician
from servicedesk import clock
from servicedesk.pictures import Picture, store
from tests.make_visits import jpeg
from tests.url_roles import Row
from visits.models import ChecklistItem, Photo, ServiceRecord, Signature
from visits.services import arrive, depart
from visits.sheets.freezing import Reason, Why, freeze
from visits.sheets.selectors import current_content

TECHNICIAN = frozenset({"technician"})
HANDS = frozenset({"technician", "supervisor"})
READERS = frozenset({"technician", "supervisor", "manager", "auditor"})


def of_visit(world: Any) -> dict[str, Any]:
    return {"visit_id": world.visit.pk}


def of_offer(world: Any) -> dict[str, Any]:
    """A job offered to the technician under test."""
    offered = Assignment.objects.filter(ticket=world.fresh_ticket, technician=world.technician).first()
    if offered is None:
        now = clock.now()
        start = now + timedelta(hours=4)
        end = start + timedelta(hours=1)
        offered = assign_technician(
            world.fresh_ticket.pk, world.technician, start, end, actor=None, now=now, override_reason="test"
        )
    return {"assignment_id": offered.pk}


def of_item(world: Any) -> dict[str, Any]:
    """An item of the checklist, which begins at the door."""
    world.visit.refresh_from_db()
    if world.visit.state == "planned":
        for step in (depart, arrive):
            step(world.visit.pk, actor=world.technician.user, now=clock.now())
        world.visit.refresh_from_db()
    item = ChecklistItem.objects.get(version=world.visit.checklist_id, code="5.2")
    return {**of_visit(world), "item_id": item.pk}


def of_photo(world: Any) -> dict[str, Any]:
    photo = Photo.objects.filter(visit=world.visit).first()
    if photo is None:
        photo = Photo.objects.create(visit=world.visit, token=uuid4(), width=64, height=48, taken_at=clock.now())
        store(str(photo.token), Picture(jpeg(), 64, 48))
    return {"token": photo.token}


def of_signature(world: Any) -> dict[str, Any]:
    fields = {"image": b"\x89PNG", "opinion": "好", "signed_at": clock.now()}
    Signature.objects.get_or_create(visit=world.visit, defaults=fields)
    return of_visit(world)


def of_sheet(world: Any) -> dict[str, Any]:
    """A sheet of the visit, written down as at its end."""
    sheet = ServiceRecord.objects.filter(visit=world.visit).first()
    if sheet is None:
        content = current_content(world.visit.pk, clock.now())
        sheet = freeze(world.visit, content, Why(Reason.UNSIGNED), actor=None, now=clock.now())
    return {**of_visit(world), "version": sheet.version}


def of_correction(world: Any) -> dict[str, Any]:
    of_sheet(world)
    return of_visit(world)


def reading(**more: Any) -> Row:
    return Row(of_visit, allowed=READERS, scoped=True, **more)


ROWS = {
    "visit_today": Row(allowed=TECHNICIAN),
    "offer_accept": Row(of_offer, method="post", allowed=TECHNICIAN, scoped=True),
    "offer_refuse": Row(of_offer, allowed=TECHNICIAN, scoped=True),
    "visit_detail": reading(),
    "visit_step": Row(lambda world: {**of_visit(world), "step": "depart"}, method="post", allowed=HANDS, scoped=True),
    "visit_contact": Row(of_visit, method="post", allowed=HANDS, scoped=True),
    "visit_on_behalf": Row(of_visit, allowed=frozenset({"supervisor"}), scoped=True),
    "visit_checklist": reading(),
    "visit_answer": Row(of_item, method="post", allowed=HANDS, scoped=True),
    "visit_inspection": reading(),
    "visit_photos": reading(),
    "visit_charges": reading(),
    "charge_remove": Row(lambda world: {**of_visit(world), "charge_id": 1}, method="post", allowed=HANDS, scoped=True),
    "visit_sign": reading(),
    "signature_file": Row(of_signature, scoped=True),
    "visit_outcome": reading(),
    "visit_complete": reading(),
    "visit_abort": reading(),
    "visit_sheet": Row(of_visit, scoped=True),
    "visit_sheet_version": Row(of_sheet, scoped=True),
    "visit_sheet_pdf": Row(of_sheet, scoped=True),
    "visit_sheet_correct": Row(of_correction, allowed=frozenset({"supervisor", "manager"}), scoped=True),
    "photo_file": Row(of_photo, scoped=True),
    "phone_app": Row(allowed=TECHNICIAN),
    "phone_scan": Row(allowed=TECHNICIAN),
    "phone_worker": Row(public=True),
    "phone_manifest": Row(public=True),
    "visit_panel": Row(lambda world: {"number": world.ticket.number}, scoped=True),
}
