"""On-site work and aftercare: visits with their checklist, proofs and outcome, and the callbacks that follow."""

from visits.models.aftercare import Callback, CallbackAttempt, SurveyResponse
from visits.models.calling import CallRules, CallWish, QualitySample, SamplingRules
from visits.models.care import CareCall, CareEvent, CarePlan, DailyRun, DelightStory, UnitCustody
from visits.models.checklist import Answer, ChecklistGroup, ChecklistItem, ChecklistTemplate, ChecklistVersion
from visits.models.entries import KeptPicture, PhoneConsent, SelfCheck, VisitEntry, VisitPosition
from visits.models.followups import FollowUp, FollowUpKind
from visits.models.mismatches import Mismatch
from visits.models.proofs import Charge, Inspection, Photo, PriceItem, PriceList, Signature
from visits.models.sheets import ServiceRecord
from visits.models.visit import AbortReason, Visit, VisitEvent, VisitState

__all__ = [
    "AbortReason",
    "Answer",
    "CallRules",
    "CallWish",
    "Callback",
    "CallbackAttempt",
    "CareCall",
    "CareEvent",
    "CarePlan",
    "Charge",
    "ChecklistGroup",
    "ChecklistItem",
    "ChecklistTemplate",
    "ChecklistVersion",
    "DailyRun",
    "DelightStory",
    "FollowUp",
    "FollowUpKind",
    "Inspection",
    "KeptPicture",
    "Mismatch",
    "PhoneConsent",
    "Photo",
    "PriceItem",
    "PriceList",
    "QualitySample",
    "SamplingRules",
    "SelfCheck",
    "ServiceRecord",
    "Signature",
    "SurveyResponse",
    "UnitCustody",
    "Visit",
    "VisitEntry",
    "VisitEvent",
    "VisitPosition",
    "VisitState",
]
