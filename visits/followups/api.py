"""What visits leave to be done, over the API."""

from typing import Any

from rest_framework import serializers

from servicedesk.api.bodies import CursorQuery
from servicedesk.api.cursors import read_cursor, write_cursor
from servicedesk.api.endpoint import Call, Endpoint, operation
from servicedesk.api.fields import Body, Choice, Text, YesNo
from servicedesk.api.shapes import PersonOut, Shown
from visits.followups.access import READERS, follow_up_or_404
from visits.followups.selectors import PAGE, VIEWS, follow_up_rows
from visits.followups.services import end_follow_up, reopen_follow_up
from visits.models import FollowUp, FollowUpKind

READ, WRITE = "visits:read", "visits:write"


class FollowUpOut(Shown):
    """Something a visit left to be done."""

    id = serializers.IntegerField()
    version = serializers.IntegerField(source="row_version")
    ticket = serializers.CharField(source="visit.ticket.number")
    visit_id = serializers.IntegerField()
    found_by = serializers.ChoiceField(FollowUp.Source.values, source="source")
    code = serializers.CharField(allow_blank=True, help_text="Of the checklist's item or of the inspection's check.")
    appliance_id = serializers.IntegerField(allow_null=True)
    kind = serializers.ChoiceField(FollowUpKind.values)
    text = serializers.CharField(allow_blank=True)
    made_at = serializers.DateTimeField()
    follow_on = serializers.CharField(source="ticket.number", allow_null=True, default=None)
    state = serializers.ChoiceField(FollowUp.State.values)
    note = serializers.CharField(allow_blank=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_by = PersonOut(allow_null=True)


class FollowUpPageOut(Shown):
    """A page of follow-ups."""

    items = FollowUpOut(many=True)
    next = serializers.CharField(allow_null=True)


class FollowUpQuery(CursorQuery):
    """Which follow-ups."""

    state = Choice([str(state) for state in VIEWS], required=False, default="open")
    mine = YesNo(required=False, default=False)


class EndFollowUpBody(Body):
    """How it ended; a reason is needed where it is not needed any more."""

    state = Choice(["done", "dropped"])
    note = Text(required=False, default="", allow_blank=True, max_length=300)


class FollowUpEndpoint(Endpoint):
    """An address below the follow-ups."""

    tag = "visits"


class FollowUps(FollowUpEndpoint):
    """The follow-ups."""

    @operation("list_follow_ups", READ, FollowUpPageOut, roles=READERS, query=FollowUpQuery)
    def get(self, call: Call) -> dict[str, Any]:
        """Lists the follow-ups in a state, 40 a page; those to be done oldest first."""
        asked = call.asked
        start = int(read_cursor(asked["cursor"], asked).get("after", "0"))
        rows = follow_up_rows(call.user, asked["state"], start, mine=asked["mine"])
        key = str(start + PAGE) if len(rows) > PAGE else ""
        return {"items": [row.follow_up for row in rows[:PAGE]], "next": write_cursor(key, "after", asked)}


class OneFollowUp(FollowUpEndpoint):
    """One follow-up."""

    @operation("read_follow_up", READ, FollowUpOut, roles=READERS, find=follow_up_or_404)
    def get(self, call: Call) -> Any:
        """Reads a follow-up."""
        return call.found


class EndFollowUp(FollowUpEndpoint):
    """The end of a follow-up."""

    @operation("end_follow_up", WRITE, FollowUpOut, body=EndFollowUpBody, find=follow_up_or_404, checks_version=True)
    def post(self, call: Call) -> Any:
        """Says that it is done or not needed."""
        given = call.given
        return end_follow_up(
            call.found.pk,
            given["state"],
            actor=call.user,
            now=call.now,
            note=given["note"],
            expected_version=call.version,
        )


class ReopenFollowUp(FollowUpEndpoint):
    """An end taken back."""

    @operation("reopen_follow_up", WRITE, FollowUpOut, find=follow_up_or_404, checks_version=True)
    def post(self, call: Call) -> Any:
        """Takes an end back; it is to be done again."""
        return reopen_follow_up(call.found.pk, actor=call.user, now=call.now, expected_version=call.version)
