"""The actions of a visit. Each is one function with the five beats of docs/architecture.md."""

from visits.services.base import DeviceTime
from visits.services.charges import ChargeLine, add_charge, remove_charge
from visits.services.checklist import CheckResult, Findings, Heard, ItemAnswer, answer_item, record_inspection
from visits.services.ending import Report, abort_visit, complete_visit, record_outcome
from visits.services.planning import call_off_visit, plan_visit
from visits.services.proofs import SignedSheet, add_kept_photo, add_photo, sign
from visits.services.steps import arrive, depart, start_work

__all__ = [
    "ChargeLine",
    "CheckResult",
    "DeviceTime",
    "Findings",
    "Heard",
    "ItemAnswer",
    "Report",
    "SignedSheet",
    "abort_visit",
    "add_charge",
    "add_kept_photo",
    "add_photo",
    "answer_item",
    "arrive",
    "call_off_visit",
    "complete_visit",
    "depart",
    "plan_visit",
    "record_inspection",
    "record_outcome",
    "remove_charge",
    "sign",
    "start_work",
]
