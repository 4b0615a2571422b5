"""Units in our hands, what is done beyond the order, and the stories told of it."""

from typing import Any

from rest_framework import serializers

from servicedesk.api.endpoint import Call, Endpoint, operation
from servicedesk.api.fields import Body, Choice, Text
from servicedesk.api.shapes import Shown
from servicedesk.api.tickets import ticket_action
from visits.access import story_or_404
from visits.care.services import record_care_event
from visits.custody.services import UnitSeen, record_pickup, record_return
from visits.models import CareEvent, DelightStory, UnitCustody
from visits.stories.services import Telling, approve_story, propose_story, publish_story

WRITE = "visits:write"


class UnitOut(Shown):
    """A customer's product in our hands."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(UnitCustody.State.values)
    picked_up_at = serializers.DateTimeField()
    condition = serializers.CharField()
    accessories = serializers.CharField(allow_blank=True)
    returned_at = serializers.DateTimeField(allow_null=True)
    return_condition = serializers.CharField(allow_blank=True)


class CareEventOut(Shown):
    """What was done beyond the order."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(CareEvent.Kind.values)
    note = serializers.CharField()
    at = serializers.DateTimeField()


class DelightStoryOut(Shown):
    """A story told without names."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    text = serializers.CharField()
    beyond = serializers.CharField()
    state = serializers.ChoiceField(DelightStory.State.values)


class UnitBody(Body):
    """What both sides saw, and who signed."""

    condition = Text(max_length=300)
    accessories = Text(required=False, default="", allow_blank=True, max_length=300)
    signed_name = Text(required=False, default="", allow_blank=True, max_length=60)


class CareEventBody(Body):
    """What was done."""

    kind = Choice(CareEvent.Kind.values)
    note = Text(max_length=300)


class TellingBody(Body):
    """The story, and what in it was beyond duty."""

    title = Text(max_length=80)
    text = Text(max_length=2000)
    beyond = Text(max_length=300)


class RecordPickup(Endpoint):
    """A unit comes to us."""

    tag = "visits"

    @ticket_action("record_pickup", UnitOut, scope=WRITE, body=UnitBody, status=201)
    def post(self, call: Call) -> Any:
        """Records that a unit was picked up; the ticket stays open until it is returned."""
        return record_pickup(call.found.pk, UnitSeen(**call.given), actor=call.user, now=call.now)


class RecordReturn(Endpoint):
    """A unit goes home."""

    tag = "visits"

    @ticket_action("record_return", UnitOut, scope=WRITE, body=UnitBody)
    def post(self, call: Call) -> Any:
        """Records that the unit is back with its owner."""
        return record_return(call.found.pk, UnitSeen(**call.given), actor=call.user, now=call.now)


class RecordCareEvent(Endpoint):
    """Something beyond the order."""

    tag = "tickets"

    @ticket_action("record_care_event", CareEventOut, body=CareEventBody, status=201)
    def post(self, call: Call) -> Any:
        """Records a visit, gift or greeting beyond the order."""
        return record_care_event(call.found.pk, call.given["kind"], call.given["note"], actor=call.user, now=call.now)


class ProposeStory(Endpoint):
    """A story begins."""

    tag = "stories"

    @ticket_action("propose_story", DelightStoryOut, body=TellingBody, status=201)
    def post(self, call: Call) -> Any:
        """Proposes a story without names; refused where the customer can be told from it."""
        return propose_story(call.found.pk, Telling(**call.given), actor=call.user, now=call.now)


class ApproveStory(Endpoint):
    """Four eyes."""

    tag = "stories"

    @operation("approve_story", "tickets:write", DelightStoryOut, find=story_or_404)
    def post(self, call: Call) -> Any:
        """Approves a story; never its author himself."""
        return approve_story(call.found.pk, actor=call.user, now=call.now)


class PublishStory(Endpoint):
    """A story for all."""

    tag = "stories"

    @operation("publish_story", "tickets:write", DelightStoryOut, find=story_or_404)
    def post(self, call: Call) -> Any:
        """Publishes a story; needs the customer's living consent to tell it."""
        return publish_story(call.found.pk, actor=call.user, now=call.now)
