"""The actions of aftercare. Each is one function with the five beats of docs/architecture.md."""

from visits.aftercare.services.attempts import CustomerAnswer, record_attempt
from visits.aftercare.services.claims import claim_callback, release_callback, take_incoming_call
from visits.aftercare.services.customer import ask_for_call, rate_service
from visits.aftercare.services.mismatches import (
    decide_mismatch,
    note_fee_mismatches,
    note_sheet_mismatches,
    reopen_mismatch,
)
from visits.aftercare.services.scheduling import cancel_callbacks, schedule_callback
from visits.aftercare.services.wishes import Wish, record_call_wish

__all__ = [
    "CustomerAnswer",
    "Wish",
    "ask_for_call",
    "cancel_callbacks",
    "claim_callback",
    "decide_mismatch",
    "note_fee_mismatches",
    "note_sheet_mismatches",
    "rate_service",
    "record_attempt",
    "record_call_wish",
    "release_callback",
    "reopen_mismatch",
    "schedule_callback",
    "take_incoming_call",
]
