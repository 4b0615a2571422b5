"""The technician's phone over the API: what he did, his day, his self-check, his consent."""

from typing import Any

from servicedesk.api.endpoint import Call, Endpoint, operation
from servicedesk.api.parsers import LIMIT_WITH_PICTURE
from servicedesk.people.models import Role
from visits.entries import day_shapes, shapes
from visits.entries.access import phone_visit_or_404, review_or_404
from visits.entries.day import field_day
from visits.entries.positions import give_consent
from visits.entries.reviewing import keep_as_record, take_over
from visits.entries.self_check import record_self_check
from visits.entries.services import take_entry

READ, WRITE = "visits:read", "visits:write"
TECHNICIAN = frozenset({Role.TECHNICIAN})


class PhoneEndpoint(Endpoint):
    """An address the technician's app speaks to."""

    tag = "visits"


class Entries(PhoneEndpoint):
    """The entries of a visit."""

    longest_body = LIMIT_WITH_PICTURE

    @operation("send_entry", WRITE, shapes.EntryOut, roles=TECHNICIAN, body=shapes.EntryBody, find=phone_visit_or_404)
    def post(self, call: Call) -> Any:
        """Takes in one thing done on the phone; kept whatever becomes of it, done once, in the phone's order."""
        taken = take_entry(call.found.pk, call.given, actor=call.user, now=call.now)
        later = [shapes.verdict_of(one) for one in taken.freed]
        return {**shapes.verdict_of(taken.entry), "applied": later, "visit": taken.visit}


class TakeOverLateWork(PhoneEndpoint):
    """Work sent late, taken over."""

    @operation("take_over_late_work", WRITE, shapes.EvidenceOut, body=shapes.LateWorkBody, find=review_or_404)
    def post(self, call: Call) -> Any:
        """Puts answers, photos and signature of work sent late on the visit as evidence."""
        return take_over(call.found.pk, call.given["reason"], actor=call.user, now=call.now)


class KeepLateWork(PhoneEndpoint):
    """Work sent late, kept."""

    @operation("keep_late_work", WRITE, shapes.KeptOut, body=shapes.LateWorkBody, find=review_or_404)
    def post(self, call: Call) -> Any:
        """Leaves work sent late beside the visit as a record."""
        return {"kept": keep_as_record(call.found.pk, call.given["reason"], actor=call.user, now=call.now)}


class FieldDay(PhoneEndpoint):
    """The technician's day."""

    @operation("read_field_day", READ, day_shapes.FieldDayOut, roles=TECHNICIAN)
    def get(self, call: Call) -> Any:
        """Reads today and tomorrow with everything the visits need without a network."""
        return field_day(call.user, call.now)


class FieldSelfCheck(PhoneEndpoint):
    """The self-check."""

    @operation("record_self_check", WRITE, shapes.SelfCheckOut, roles=TECHNICIAN, body=shapes.SelfCheckBody)
    def post(self, call: Call) -> Any:
        """Records the self-check of a day; a repeat gives the first one."""
        return record_self_check(call.user, call.given, now=call.now)


class FieldConsent(PhoneEndpoint):
    """The consent to positions."""

    @operation("give_phone_consent", WRITE, shapes.PhoneConsentOut, roles=TECHNICIAN, body=shapes.PhoneConsentBody)
    def post(self, call: Call) -> Any:
        """Gives or withdraws the consent; withdrawn, the positions kept so far are deleted."""
        return give_consent(call.user, position=call.given["position"], now=call.now)
