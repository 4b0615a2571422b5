"""Mismatches over the API, and how a customer wants to be reached."""

from datetime import time
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from servicedesk.api.bodies import CursorQuery
from servicedesk.api.cursors import read_cursor, write_cursor
from servicedesk.api.endpoint import Call, Endpoint, operation
from servicedesk.api.fields import Body, Choice, Text
from servicedesk.api.shapes import PersonOut, Shown
from servicedesk.api.tickets import ticket_action
from servicedesk.errors import invalid
from visits.aftercare.access import MISMATCH_READERS, mismatch_or_404
from visits.aftercare.reviews import PAGE, VIEWS, reviews_of
from visits.aftercare.services import Wish, decide_mismatch, record_call_wish, reopen_mismatch
from visits.models import CallWish, Mismatch

READ, WRITE = "callbacks:read", "callbacks:write"
STATES = [str(state) for state in VIEWS]


class MismatchOut(Shown):
    """Two records of a visit that cannot both be right."""

    id = serializers.IntegerField()
    version = serializers.IntegerField(source="row_version")
    ticket = serializers.CharField(source="ticket.number")
    visit_id = serializers.IntegerField()
    technician = PersonOut(source="technician.user")
    code = serializers.CharField()
    sides = serializers.DictField(help_text="What checklist, callback and signed sheet say: codes, fen, instants.")
    found_at = serializers.DateTimeField()
    state = serializers.ChoiceField(Mismatch.State.values)
    reason = serializers.CharField(allow_blank=True)
    decided_by = PersonOut(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)


class MismatchPageOut(Shown):
    """A page of mismatches."""

    items = MismatchOut(many=True)
    next = serializers.CharField(allow_null=True)


class CallWishOut(Shown):
    """How a customer wants to be reached."""

    contact = serializers.ChoiceField(CallWish.Contact.values)
    earliest = serializers.TimeField(allow_null=True)
    latest = serializers.TimeField(allow_null=True)
    language = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()


class MismatchQuery(CursorQuery):
    """Which mismatches."""

    state = Choice(STATES, required=False, default="open")


class DecisionBody(Body):
    """What it turned out to be, and why."""

    state = Choice(["confirmed", "explained"])
    reason = Text(required=False, default="", allow_blank=True, max_length=500)


class CallWishBody(Body):
    """How the customer wants to be reached; hours as HH:MM in the zone of his outlet."""

    contact = Choice(CallWish.Contact.values)
    earliest = Text(required=False, default="", allow_blank=True, max_length=5)
    latest = Text(required=False, default="", allow_blank=True, max_length=5)
    language = Text(required=False, default="", allow_blank=True, max_length=30)
    note = Text(required=False, default="", allow_blank=True, max_length=300)


class MismatchEndpoint(Endpoint):
    """An address below the mismatches."""

    tag = "callbacks"


class Mismatches(MismatchEndpoint):
    """The mismatches."""

    @operation("list_mismatches", READ, MismatchPageOut, roles=MISMATCH_READERS, query=MismatchQuery)
    def get(self, call: Call) -> dict[str, Any]:
        """Lists the mismatches in a state, 40 a page; those to review oldest first."""
        asked = call.asked
        start = int(read_cursor(asked["cursor"], asked).get("after", "0"))
        rows = reviews_of(call.user, asked["state"], call.now, start)
        key = str(start + PAGE) if len(rows) > PAGE else ""
        return {"items": [row.mismatch for row in rows[:PAGE]], "next": write_cursor(key, "after", asked)}


class OneMismatch(MismatchEndpoint):
    """One mismatch."""

    @operation("read_mismatch", READ, MismatchOut, roles=MISMATCH_READERS, find=mismatch_or_404)
    def get(self, call: Call) -> Any:
        """Reads a mismatch."""
        return call.found


class DecideMismatch(MismatchEndpoint):
    """A decision."""

    @operation("decide_mismatch", WRITE, MismatchOut, body=DecisionBody, find=mismatch_or_404, checks_version=True)
    def post(self, call: Call) -> Any:
        """Confirms or explains a mismatch; never the person it is about."""
        given = call.given
        return decide_mismatch(
            call.found.pk,
            given["state"],
            actor=call.user,
            now=call.now,
            reason=given["reason"],
            expected_version=call.version,
        )


class ReopenMismatch(MismatchEndpoint):
    """A decision taken back."""

    @operation("reopen_mismatch", WRITE, MismatchOut, find=mismatch_or_404, checks_version=True)
    def post(self, call: Call) -> Any:
        """Takes a decision back; the mismatch is reviewed again."""
        return reopen_mismatch(call.found.pk, actor=call.user, now=call.now, expected_version=call.version)


class RecordCallWish(Endpoint):
    """How a customer wants to be reached."""

    @ticket_action("record_call_wish", CallWishOut, body=CallWishBody, status=201)
    def post(self, call: Call) -> Any:
        """Records the customer's wish; it holds for all his tickets."""
        given = call.given
        wish = Wish(
            given["contact"],
            _time_of("earliest", given["earliest"]),
            _time_of("latest", given["latest"]),
            given["language"],
            given["note"],
        )
        return record_call_wish(call.found.pk, wish, actor=call.user, now=call.now)


def _time_of(field: str, text: str) -> time | None:
    if not text:
        return None
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise invalid(field, "time_unreadable", _("Give a time as HH:MM.")) from error
