"""The technician's today and tomorrow as his phone keeps them: everything a visit needs without a network."""

from datetime import datetime
from typing import Any

from servicedesk.people.models import User
from servicedesk.people.wording import in_language
from servicedesk.tickets.models import TicketEvent, TicketKind
from visits.access import technician_of
from visits.appointments import next_value
from visits.entries.gathering import OCCASIONS, Gathered, certificates_on, gather
from visits.entries.positions import consents
from visits.entries.self_check import self_check_of
from visits.fees import PAID, Expectation, expected_by
from visits.inspection import checks_for
from visits.measures import plain_number
from visits.models import ChecklistGroup, ChecklistItem, ChecklistVersion, Visit
from visits.selectors import day_of, local_day
from visits.sheets.selectors import guarantee_after
from warranty.models import Decision
from warranty.rules.storage import StorageError, decision_from_json
from warranty.wording import headline_of


def field_day(user: User, now: datetime) -> dict[str, Any]:
    """The snapshot of the signed-in technician, made at `now`. Raises Http404 where an account has no technician."""
    technician = technician_of(user)
    gathered = gather(technician, now)
    return {
        "made_at": now,
        "user": {"id": user.pk, "name": user.name},
        "device_hint": user.employee_no,
        "consent": {"position": consents(technician)},
        "self_check": self_check_of(technician, now),
        "visits": [_visit(gathered, visit, now) for visit in gathered.visits],
    }


def _visit(gathered: Gathered, visit: Visit, now: datetime) -> dict[str, Any]:
    ticket = visit.ticket
    at = day_of(visit, max(now, visit.assignment.span.lower))
    code = ticket.category.code if ticket.category is not None else ""
    decision = gathered.decisions.get(ticket.pk)
    return {
        "id": visit.pk,
        "version": visit.row_version,
        "state": visit.state,
        "ticket": _ticket(visit),
        "span": {"start": visit.assignment.span.lower, "end": visit.assignment.span.upper},
        "times": {name: getattr(visit, name) for name in ("departed_at", "arrived_at", "started_at", "ended_at")},
        "appliance": _appliance(visit),
        "history": [
            {
                "date": local_day(one.received_at),
                "text": str(one.fault or one.description[:80] or one.get_kind_display()),
            }
            for one in gathered.history[ticket.pk]
        ],
        "promises": [
            {"at": one.made_at, "label": one.label, "text": one.text}
            for one in gathered.told.promises.get(ticket.pk, [])
        ],
        "contact": _contact(gathered.told.last_call(ticket.pk, visit.technician.user_id)),
        "parts_likely": _parts(gathered, visit),
        "guarantee": None if decision is None else {"verdict": headline_of([], decision.headline), "until": None},
        "after_repair": _after_repair(visit, at),
        "expected_fee": _expected(decision),
        **_lists(gathered, visit, now),
        **_done(gathered, visit),
        "inspection_checks": [
            {"code": one.code, "label": str(one.label), "reading": one.reading} for one in checks_for(code)
        ],
        "faults": [{"code": one.code, "text": str(one)} for one in gathered.faults.get(ticket.category_id or 0, [])],
        "certificates": certificates_on(gathered, visit, now),
        "price_list": _prices(gathered, at),
        "others": [{"id": one.pk, "name": str(one)} for one in gathered.others[ticket.pk]],
        "next_seq": gathered.highest.get(visit.pk, {}),
    }


def _ticket(visit: Visit) -> dict[str, Any]:
    ticket, place = visit.ticket, visit.ticket.address
    return {
        "number": ticket.number,
        "kind": ticket.kind,
        "kind_text": ticket.get_kind_display(),
        "state": ticket.state,
        "description": ticket.description,
        "symptom": str(ticket.fault) if ticket.fault is not None else "",
        "contact_name": ticket.contact_name,
        "phone": str(ticket.contact_phone or ticket.contact_phone_raw),
        "address": place.text if place is not None else "",
        "district": place.district if place is not None else "",
        "lat": place.lat if place is not None else None,
        "lon": place.lon if place is not None else None,
        "promised_from": ticket.promised_from,
        "promised_until": ticket.promised_until,
        "requested_from": ticket.requested_from,
        "requested_until": ticket.requested_until,
        "answers": ticket.answers,
        "priority": ticket.priority,
    }


def _appliance(visit: Visit) -> dict[str, Any] | None:
    one = visit.ticket.appliance
    if one is None:
        return None
    return {
        "id": one.pk,
        "name": str(one),
        "serial": one.serial,
        "bought_on": one.invoice_date or one.delivery_date,
        "category": one.category.code,
        "model": one.model.code if one.model is not None else "",
    }


def _parts(gathered: Gathered, visit: Visit) -> list[dict[str, str]]:
    names = {item.code: str(item) for _prices, items in gathered.prices for item in items}
    why = str(visit.ticket.fault) if visit.ticket.fault is not None else ""
    codes = gathered.parts.get(visit.ticket.fault_id or 0, [])
    return [{"code": code, "name": names.get(code, code), "why": why} for code in codes]


def _expected(decision: Decision | None) -> dict[str, Any] | None:
    """What the verdict says of the price: free, and travel with it, or by the list; None where nothing is expected."""
    expected = Expectation()
    if decision is not None:
        try:
            expected = expected_by(decision_from_json(decision.outcome), None)
        except StorageError:
            return None
    if not expected.answer:
        return None
    return {"free": expected.is_free, "travel_free": expected.travel_free, "paid": expected.answer == PAID}


def _contact(call: TicketEvent | None) -> dict[str, Any] | None:
    """The call before the visit, wherever it was recorded."""
    return None if call is None else {"reached": bool(call.data.get("reached")), "note": call.note, "at": call.at}


def _after_repair(visit: Visit, at: datetime) -> dict[str, Any] | None:
    """The guarantee a repair would carry that is finished on the day of the visit; None for other kinds."""
    if visit.ticket.kind != TicketKind.REPAIR:
        return None
    found = guarantee_after(local_day(at))
    return None if found is None else {"until": found.until, "days": found.days}


def _lists(gathered: Gathered, visit: Visit, now: datetime) -> dict[str, Any]:
    """The checklist of each occasion, the one fixed at the door where the visit has one, and its safety notes."""
    at = day_of(visit, max(now, visit.assignment.span.lower))
    fixed = gathered.versions.get(visit.checklist_id or 0)
    lists: dict[str, ChecklistVersion | None] = {
        occasion: gathered.version_for(visit, occasion, at) for occasion in OCCASIONS
    }
    if fixed is not None:
        lists[fixed.template.occasion] = fixed
    first = lists[OCCASIONS[0]]
    safety = [] if first is None else gathered.items[first.pk]
    return {
        "checklists": {occasion: _checklist(gathered, version) for occasion, version in lists.items()},
        "safety": [one.text for one in safety if one.group == ChecklistGroup.SAFETY and not one.not_applicable],
    }


def _checklist(gathered: Gathered, version: ChecklistVersion | None) -> dict[str, Any] | None:
    if version is None:
        return None
    items = [_item(one) for one in gathered.items[version.pk]]
    return {"id": version.pk, "name": str(version.template), "version": version.version, "items": items}


def _item(row: ChecklistItem) -> dict[str, Any]:
    limits = ("low", "high", "least", "most")
    same = ("code", "group", "text", "proof", "required", "not_applicable", "excused", "unit")
    return {
        **{name: getattr(row, name) for name in same},
        "group_text": row.get_group_display(),
        "shown_when": row.shown_when or None,
        "required_when": row.required_when or None,
        **{name: _number(getattr(row, name)) for name in limits},
        "options": [
            {"code": one.code, "text": in_language(one.zh, one.en), "fails": one.fails} for one in row.choices
        ],
    }


def _number(value: Any) -> str | None:
    return None if value is None else plain_number(value)


def _done(gathered: Gathered, visit: Visit) -> dict[str, Any]:
    """What is recorded already."""
    answers = gathered.answers.get(visit.pk, {})
    inspection, signature = getattr(visit, "inspection", None), getattr(visit, "signature", None)
    return {
        "answers": {code: {"value": one.value, "proof": one.proof, "note": one.note} for code, one in answers.items()},
        "inspection": None
        if inspection is None
        else {name: getattr(inspection, name) for name in ("checks", "remark", "others_asked", "others")},
        "charges": [
            {
                "item": one.item.code,
                "name": str(one.item),
                "quantity": one.quantity,
                "fen": one.fen,
                "free_reason": one.free_reason,
            }
            for one in gathered.charges.get(visit.pk, [])
        ],
        "photos": [{"token": one.token, "item": one.item} for one in gathered.photos.get(visit.pk, [])],
        "signature": None if signature is None else {"signed_at": signature.signed_at, "opinion": signature.opinion},
        "outcome": visit.outcome,
        "confirmed_fault": visit.confirmed_fault.code if visit.confirmed_fault is not None else None,
        "finding": visit.finding,
        "work": visit.work,
        "next_window": next_value(visit.next_from, visit.next_until),
    }


def _prices(gathered: Gathered, at: datetime) -> dict[str, Any] | None:
    found = gathered.prices_on(local_day(at))
    if found is None:
        return None
    prices, items = found
    lines = [{"code": one.code, "kind": one.kind, "name": str(one), "fen": one.fen} for one in items]
    return {"version": prices.version, "items": lines}
