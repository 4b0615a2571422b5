"""The actions of aftercare. Each is one function with the five beats of docs/architecture.md."""

from visits.aftercare.services.attempts import CustomerAnswer, record_attempt
from visits.aftercare.services.claims import claim_callback, release_callback, take_incoming_call
from visits.aftercare.services.customer import ask_for_call, rate_service
from visits.aftercare.services.scheduling import cancel_callbacks, schedule_callback

__all__ = [
    "CustomerAnswer",
    "ask_for_call",
    "cancel_callbacks",
    "claim_callback",
    "rate_service",
    "record_attempt",
    "release_callback",
    "schedule_callback",
    "take_incoming_call",
]
