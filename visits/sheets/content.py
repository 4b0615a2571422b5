"""What a service record sheet says, as plain values that can be frozen, compared and hashed. No query is made here.

Master data stand in both languages (`{"zh": …, "en": …}`), so that a sheet reads the same in ten years whatever is
renamed; states stand as codes. What people wrote stands as they wrote it.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import translation

from visits.fees import PAID, Expectation
from visits.measures import option_named
from visits.models import Charge, ChecklistItem, Inspection, Signature, Visit
from visits.selectors import Line, Standing

FORM = 1
LANGUAGES = (("zh", "zh-hans"), ("en", "en"))
# The parts of a sheet for which the customer signs; what else is on it (photos counted, times) is no promise of his.
SIGNED_FOR = ("appliance", "fault", "work", "charges", "guarantee", "next", "inspection")
CHECKS = "checks"
Content = dict[str, Any]


@dataclass(frozen=True)
class Guarantee:
    """Until when the repair is guaranteed, by which rule."""

    until: date
    days: int
    norm: str
    article: str


@dataclass(frozen=True)
class Facts:
    """Everything a sheet is made of, already read."""

    visit: Visit
    visit_no: int
    phone: str
    standing: Standing
    charges: Sequence[Charge]
    price_list: str
    expected: Expectation
    rule: Mapping[str, str]
    guarantee: Guarantee | None
    guarantee_rule: Mapping[str, str]
    inspection: Inspection | None
    signature: Signature | None
    certificate: str
    photos: int


def both(words: Callable[[], str]) -> dict[str, str]:
    """The words in both languages."""
    said = {}
    for key, language in LANGUAGES:
        with translation.override(language):
            said[key] = words()
    return said


def named(thing: Any) -> dict[str, str] | None:
    """The names of a row of master data; None for none."""
    return None if thing is None else {"zh": thing.name_zh, "en": thing.name_en}


def hash_of(content: Content) -> str:
    """SHA-256 over the content in one spelling: keys in order, no spaces, UTF-8."""
    spelled = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(spelled.encode()).hexdigest()


def content_of(facts: Facts) -> Content:
    """The sheet as it reads by these facts; `sheet_part` is added when it is written down."""
    visit = facts.visit
    ticket = visit.ticket
    return {
        "form": FORM,
        "ticket": {
            "number": ticket.number,
            "kind": ticket.kind,
            "received_at": _moment(ticket.received_at),
            "visit_no": facts.visit_no,
        },
        "customer": {
            "name": ticket.customer.name,
            "contact": ticket.contact_name,
            "phone": facts.phone,
            "address": ticket.address.text if ticket.address else "",
            "place": f"{ticket.address.city}{ticket.address.district}" if ticket.address else "",
        },
        "outlet": _outlet(ticket),
        "appliance": _appliance(ticket),
        "fault": {
            "reported": named(ticket.fault),
            "in_words": ticket.description,
            "confirmed": named(visit.confirmed_fault),
        },
        "work": {"outcome": visit.outcome, "finding": visit.finding, "work": visit.work, "remark": ""},
        "charges": _charges(facts),
        "guarantee": _guarantee(facts),
        "next": _next(visit),
        "checks": _checks(facts.standing),
        "inspection": _inspection(facts.inspection),
        "times": {
            name: _moment(getattr(visit, name)) for name in ("departed_at", "arrived_at", "started_at", "ended_at")
        },
        "technician": {"name": visit.technician.user.name, "certificate": facts.certificate},
        "photos": facts.photos,
        "signature": _signature(facts.signature),
    }


def sheet_part(number: str, reason: str, made_at: datetime, note: str, replaced: Any, parts: Sequence[str]) -> Content:
    """What a sheet says of itself; `replaced` is the sheet whose place it takes, `parts` what differs from it."""
    before = {"number": replaced.number, "hash": replaced.content_hash} if replaced else None
    return {
        "number": number,
        "reason": reason,
        "note": note,
        "parts": list(parts),
        "made_at": _moment(made_at),
        "replaces": before,
    }


def differences(signed: Content, now: Content) -> list[str]:
    """The parts in which the sheet would no longer be what the customer signed for.

    An item that was open at the signature and was kept afterwards is none; one that was not kept is.
    """
    parts = [name for name in SIGNED_FOR if signed[name] != now[name]]
    before = {item["code"]: item["kept"] for item in signed[CHECKS]["items"]}
    after = {item["code"]: item["kept"] for item in now[CHECKS]["items"]}
    worse = any(before.get(code) is None and kept is False for code, kept in after.items())
    turned = any(kept is not None and after.get(code) != kept for code, kept in before.items())
    return [*parts, CHECKS] if worse or turned else parts


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _outlet(ticket: Any) -> Content | None:
    if ticket.outlet is None:
        return None
    return {"name": named(ticket.outlet), "phone": ticket.outlet.phone, "address": ticket.outlet.address}


def _appliance(ticket: Any) -> Content:
    one = ticket.appliance
    if one is None:
        return {"category": named(ticket.category), "known": False}
    return {
        "known": True,
        "category": named(one.category),
        "model": str(one.model) if one.model else "",
        "serial": one.serial,
        "invoice": one.invoice_status,
        "channel": one.sales_channel,
        "price": None if one.price is None else str(one.price),
        "invoice_date": _day(one.invoice_date),
        "delivery_date": _day(one.delivery_date),
        "install_date": _day(one.install_date),
    }


def _charges(facts: Facts) -> Content:
    expected = facts.expected
    return {
        "price_list": facts.price_list,
        "lines": [
            {
                "code": charge.item.code,
                "kind": charge.item.kind,
                "name": named(charge.item),
                "quantity": charge.quantity,
                "listed_fen": charge.item.fen * charge.quantity,
                "fen": charge.fen,
                "free_reason": charge.free_reason,
                "class": class_of(charge, expected),
            }
            for charge in facts.charges
        ],
        "payable_fen": sum(charge.fen for charge in facts.charges),
        "answer": expected.answer,
        "rule": dict(facts.rule) or None,
    }


def class_of(charge: Charge, expected: Expectation) -> str:
    """Why a line costs what it costs: three guarantees, the maker's promise, goodwill, or paid."""
    if charge.fen:
        return "paid"
    listed = charge.item.fen * charge.quantity
    if expected.answer and expected.answer != PAID and expected.fen(charge.item.kind, listed) == 0:
        return "promise" if expected.answer == "promise_repair" else "guarantee"
    return "goodwill" if charge.free_reason else "paid"


def _guarantee(facts: Facts) -> Content | None:
    found = facts.guarantee
    if found is None:
        return None
    return {
        "until": found.until.isoformat(),
        "days": found.days,
        "norm": found.norm,
        "article": found.article,
        "rule": dict(facts.guarantee_rule),
    }


def _next(visit: Visit) -> Content | None:
    if visit.next_from is None:
        return None
    return {"from": _moment(visit.next_from), "until": _moment(visit.next_until)}


def _checks(standing: Standing) -> Content:
    score = standing.score
    return {
        "items": [_item(line) for line in standing.lines],
        "kept": score.kept,
        "counted": score.counted,
        "failing": list(score.failing),
    }


def _item(line: Line) -> Content:
    row = line.item
    return {
        "code": row.code,
        "group": row.group,
        "text": {"zh": row.text_zh, "en": row.text_en},
        "kept": line.kept,
        "told": _told(line),
    }


def _told(line: Line) -> dict[str, str]:
    proof = line.answer.proof if line.answer is not None else ""
    option = option_named(line.item.choices, proof) if proof else None
    if option is not None:
        return {"zh": option.zh, "en": option.en}
    unit = line.item.unit if line.item.proof == ChecklistItem.Proof.NUMBER and proof else ""
    words = f"{proof} {unit}".strip()
    return {"zh": words, "en": words}


def _inspection(found: Inspection | None) -> Content | None:
    if found is None:
        return None
    return {"checks": found.checks, "remark": found.remark, "others_asked": found.others_asked}


def _signature(found: Signature | None) -> Content | None:
    if found is None:
        return None
    drawing = hashlib.sha256(bytes(found.image)).hexdigest() if found.image is not None else None
    return {
        "opinion": found.opinion,
        "typed_name": found.typed_name,
        "drawing_sha256": drawing,
        "signed_at": _moment(found.signed_at),
    }
