"""What each action of an entry does: the service the pages call, field by field where two may have written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from servicedesk.api.references import symptom_named
from servicedesk.catalogue.models import ProductModel
from servicedesk.catalogue.selectors import clean_serial
from servicedesk.catalogue.services import edit_appliance
from servicedesk.errors import ActionError, invalid
from servicedesk.tickets.services import record_contact
from visits import services
from visits.appointments import RETURNING, next_value
from visits.entries.merging import Clash, merge
from visits.measures import number_from
from visits.models import Answer, Charge, ChecklistItem, KeptPicture, Signature, Visit, VisitEntry, VisitState
from visits.selectors import latest_answers
from visits.services.base import DeviceTime

ALREADY = "already"
# Actions about one thing inside the visit: the field of `data` that names it.
TARGETS = {"answer_item": "code", "add_charge": "item", "remove_charge": "item"}
NO_CHARGE: Mapping[str, Any] = {"quantity": 0, "free_reason": ""}
NO_ANSWER: Mapping[str, Any] = {"value": "", "proof": "", "note": ""}
NO_REPORT: Mapping[str, Any] = {"outcome": "", "confirmed_fault": None, "finding": "", "work": "", "next_window": ""}
DERIVED = frozenset({ChecklistItem.Proof.NUMBER.value, ChecklistItem.Proof.CHOICE.value})


class FieldsClashError(Exception):
    """Somebody else changed the same fields to other values; nothing was changed."""

    def __init__(self, clashes: list[Clash]) -> None:
        super().__init__("clash")
        self.clashes = clashes


@dataclass(frozen=True)
class Act:
    """An entry about to take effect on its visit at the instant that counts."""

    visit: Visit
    entry: VisitEntry
    at: datetime
    device: DeviceTime

    @property
    def data(self) -> dict[str, Any]:
        """What the entry says."""
        found: dict[str, Any] = self.entry.data
        return found

    @property
    def hand(self) -> dict[str, Any]:
        """The keyword arguments of a step."""
        return {"actor": self.entry.actor, "now": self.at, "device_at": self.device}

    def seen(self, nothing: Mapping[str, Any]) -> dict[str, Any]:
        """What the phone saw before; where it does not say, what it wrote there itself, else `nothing`."""
        return {**nothing, **self._base()}

    def _base(self) -> Mapping[str, Any]:
        if self.entry.base is not None:
            return {name: value for name, value in self.entry.base.items() if isinstance(value, str | int | None)}
        own = VisitEntry.objects.filter(
            visit=self.visit,
            device=self.entry.device,
            action=self.entry.action,
            target=self.entry.target,
            state=VisitEntry.State.APPLIED,
            seq__lt=self.entry.seq,
        )
        last = own.order_by("-seq").first()
        return last.data if last is not None else {}


def merged(base: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> dict[str, Any]:
    """The values to write. Raises FieldsClashError where both sides changed a field."""
    values, clashes = merge(base, theirs, mine)
    if clashes:
        raise FieldsClashError(clashes)
    return values


def perform(act: Act) -> str:
    """Does it: empty, or `already` where it had been done before. Raises ActionError, FieldsClashError."""
    return _DOING[act.entry.action](act)


def was_taken(visit: Visit, action: str) -> bool:
    """Whether this very step of the visit was taken before, by whomever."""
    taken = {
        "depart": visit.departed_at is not None,
        "arrive": visit.arrived_at is not None,
        "start_work": visit.started_at is not None,
        "complete_visit": visit.state == VisitState.COMPLETED,
        "abort_visit": visit.state == VisitState.ABORTED,
    }
    return taken.get(action, False)


def _depart(act: Act) -> str:
    services.depart(act.visit.pk, **act.hand)
    return ""


def _arrive(act: Act) -> str:
    services.arrive(act.visit.pk, **act.hand)
    return ""


def _start_work(act: Act) -> str:
    services.start_work(act.visit.pk, **act.hand)
    return ""


def _record_contact(act: Act) -> str:
    said = {"reached": act.data["reached"], "note": act.data["note"]}
    record_contact(act.visit.ticket_id, actor=act.entry.actor, now=act.at, **said)
    return ""


def _answer_item(act: Act) -> str:
    item = ChecklistItem.objects.filter(version=act.visit.checklist_id, code=act.data["code"]).first()
    kind = item.proof if item is not None else ""
    last = latest_answers(act.visit).get(act.data["code"])
    theirs = NO_ANSWER if last is None else _said(kind, last.value, last.proof, last.note)
    mine = _said(kind, act.data["value"], act.data["proof"], act.data["note"])
    seen = {name: str(value) for name, value in act.seen(NO_ANSWER).items() if name in NO_ANSWER}
    said = merged(_said(kind, **seen), theirs, mine)
    value = said["value"] or Answer.Value.DONE
    services.answer_item(
        act.visit.pk, services.ItemAnswer(act.data["code"], value, said["proof"], said["note"]), **act.hand
    )
    return ""


def _said(kind: str, value: str, proof: str, note: str) -> dict[str, Any]:
    """An answer as two sides compare it: of a number and a choice the proof alone says whether the norm was kept."""
    proof, note = proof.strip(), note.strip()
    if kind in DERIVED and proof:
        number = number_from(proof) if kind == ChecklistItem.Proof.NUMBER else None
        return {"value": "", "proof": proof if number is None else str(number), "note": note}
    return {"value": value, "proof": proof, "note": note}


def _record_inspection(act: Act) -> str:
    checks = [services.CheckResult(**one) for one in act.data["checks"]]
    heard = [services.Heard(**one) for one in act.data["others"]]
    findings = services.Findings(checks, act.data["remark"], act.data["others_asked"], heard)
    services.record_inspection(act.visit.pk, findings, **act.hand)
    return ""


def _add_photo(act: Act) -> str:
    kept = KeptPicture.objects.get(token=act.data["token"])
    _photo, made = services.add_kept_photo(act.visit.pk, kept, item=act.data["item"], **act.hand)
    return "" if made else ALREADY


def _add_charge(act: Act) -> str:
    line = Charge.objects.filter(visit=act.visit, item__code=act.data["item"]).first()
    theirs = NO_CHARGE if line is None else {"quantity": line.quantity, "free_reason": line.free_reason}
    mine = {"quantity": act.data["quantity"], "free_reason": act.data["free_reason"].strip()}
    wanted = merged(act.seen(NO_CHARGE), theirs, mine)
    if wanted == theirs:
        return ALREADY
    services.add_charge(
        act.visit.pk,
        services.ChargeLine(act.data["item"], wanted["quantity"], wanted["free_reason"]),
        actor=act.entry.actor,
        now=act.at,
    )
    return ""


def _remove_charge(act: Act) -> str:
    line = Charge.objects.filter(visit=act.visit, item__code=act.data["item"]).first()
    if line is None:
        return ALREADY
    services.remove_charge(act.visit.pk, line.pk, actor=act.entry.actor, now=act.at)
    return ""


def _sign(act: Act) -> str:
    said = act.data
    sheet = services.SignedSheet(said["opinion"], said["drawing"], said["typed_name"], said.get("strokes", []))
    services.sign(act.visit.pk, sheet, **act.hand)
    return ""


def _record_outcome(act: Act) -> str:
    visit = act.visit
    fault = visit.confirmed_fault.code if visit.confirmed_fault is not None else None
    theirs = {"outcome": visit.outcome, "confirmed_fault": fault, "finding": visit.finding, "work": visit.work}
    theirs["next_window"] = next_value(visit.next_from, visit.next_until)
    mine = {name: act.data[name] for name in NO_REPORT}
    if mine["outcome"] not in RETURNING:
        mine["next_window"] = ""
    mine |= {name: mine[name].strip() for name in ("finding", "work")}
    wanted = merged(act.seen(NO_REPORT), theirs, mine)
    code = wanted["confirmed_fault"]
    found = None if code is None else symptom_named(visit.ticket.category, code)
    report = services.Report(wanted["outcome"], found, wanted["finding"], wanted["work"], wanted["next_window"])
    services.record_outcome(visit.pk, report, **act.hand)
    return ""


def _complete(act: Act) -> str:
    _refuse_open_conflicts(act.entry)
    services.complete_visit(act.visit.pk, **act.hand)
    return ""


def _refuse_open_conflicts(entry: VisitEntry) -> None:
    """A visit does not end over the head of the one who still has to choose between two values."""
    mine = list(VisitEntry.objects.filter(visit=entry.visit_id, device=entry.device, seq__lt=entry.seq))
    settled = {(one.action, one.target): one.seq for one in mine if one.state == VisitEntry.State.APPLIED}
    still = [
        str(one.pk)
        for one in mine
        if one.state == VisitEntry.State.CONFLICT and settled.get((one.action, one.target), 0) < one.seq
    ]
    if still:
        words = _("Choose first between what you and somebody else recorded.")
        raise ActionError("conflict_open", words, detail={"entries": still})


def _abort(act: Act) -> str:
    services.abort_visit(act.visit.pk, act.data["reason"], note=act.data["note"], **act.hand)
    return ""


def _name_appliance(act: Act) -> str:
    appliance = act.visit.ticket.appliance
    if appliance is None:
        raise invalid("serial", "appliance_unknown", _("The ticket names no appliance yet; the office adds it."))
    stands = {"serial": appliance.serial, "model": appliance.model.code if appliance.model is not None else ""}
    given = {"serial": clean_serial(act.data["serial"]), "model": act.data["model"]}
    mine = {name: value for name, value in given.items() if value}
    wanted = merged(act.seen({"serial": "", "model": ""}), {name: stands[name] for name in mine}, mine)
    changes: dict[str, Any] = {name: value for name, value in wanted.items() if value != stands[name]}
    if not changes:
        return ALREADY
    if "model" in changes:
        changes["model"] = _model_named(appliance.category_id, changes["model"])
    edit_appliance(appliance.pk, changes, actor=None, now=act.at)
    return ""


def _model_named(category_id: int, code: str) -> ProductModel:
    model = ProductModel.objects.filter(category=category_id, code=code).first()
    if model is None:
        raise invalid("model", "model_unknown", _("This model is not known here."))
    return model


_DOING: Mapping[str, Callable[[Act], str]] = {
    "depart": _depart,
    "arrive": _arrive,
    "start_work": _start_work,
    "record_contact": _record_contact,
    "answer_item": _answer_item,
    "record_inspection": _record_inspection,
    "add_photo": _add_photo,
    "add_charge": _add_charge,
    "remove_charge": _remove_charge,
    "sign": _sign,
    "record_outcome": _record_outcome,
    "complete_visit": _complete,
    "abort_visit": _abort,
    "name_appliance": _name_appliance,
}


def leave_behind(entry: VisitEntry) -> None:
    """Takes out of an applied entry what now stands in its own place: the signature's drawing, strokes and words."""
    if entry.action == "sign" and Signature.objects.filter(visit=entry.visit_id).exists():
        entry.data = {}
