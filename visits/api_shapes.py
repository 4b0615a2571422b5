"""What is sent to the endpoints of visits and callbacks, and what they answer."""

from typing import Any

from rest_framework import serializers

from servicedesk.api.fields import Body, Choice, Moment, Number, Text, YesNo
from servicedesk.api.shapes import PersonOut, Shown
from visits.models import Answer, Callback, CallbackAttempt, VisitState
from visits.services.ending import CHOOSABLE_REASONS
from visits.services.outcomes import OF_VISITS

# A picture of ten megabytes in base64.
LONGEST_PICTURE = 14_000_000

NEXT_WINDOW = "Where somebody has to come again: day and hours in local time, like `2026-11-25/8-10`."


class VisitOut(Shown):
    """A visit. `version` may be named in `If-Match` where the outcome is recorded or the visit completed."""

    id = serializers.IntegerField()
    version = serializers.IntegerField(source="row_version")
    ticket = serializers.CharField(source="ticket.number")
    technician = PersonOut(source="technician.user")
    state = serializers.ChoiceField(VisitState.values)
    span_start = serializers.DateTimeField(source="assignment.span.lower")
    span_end = serializers.DateTimeField(source="assignment.span.upper")
    next_from = serializers.DateTimeField(allow_null=True)
    next_until = serializers.DateTimeField(allow_null=True)
    departed_at = serializers.DateTimeField(allow_null=True)
    arrived_at = serializers.DateTimeField(allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.CharField(allow_blank=True)
    confirmed_fault = serializers.CharField(source="confirmed_fault.code", allow_null=True, default=None)
    finding = serializers.CharField(allow_blank=True)
    work = serializers.CharField(allow_blank=True)
    abort_reason = serializers.CharField(allow_blank=True)


class OptionOut(Shown):
    """An answer of a choice."""

    code = serializers.CharField()
    zh = serializers.CharField()
    en = serializers.CharField()
    fails = serializers.BooleanField(help_text="Whether the norm is not kept with it.")


class ItemOut(Shown):
    """An item of the checklist with its latest answer and what it still lacks."""

    code = serializers.CharField(source="item.code")
    text = serializers.CharField(source="item.__str__")
    group = serializers.CharField(source="item.group")
    proof = serializers.CharField(source="item.proof", help_text="The kind of proof it asks for.")
    unit = serializers.CharField(source="item.unit", help_text="Of a number.")
    least = serializers.DecimalField(source="item.least", max_digits=10, decimal_places=3, allow_null=True)
    most = serializers.DecimalField(source="item.most", max_digits=10, decimal_places=3, allow_null=True)
    low = serializers.DecimalField(
        source="item.low", max_digits=10, decimal_places=3, allow_null=True, help_text="The norm is kept from here on."
    )
    high = serializers.DecimalField(source="item.high", max_digits=10, decimal_places=3, allow_null=True)
    options = OptionOut(source="item.choices", many=True, help_text="Of a choice.")
    answer = serializers.CharField(source="answer.value", allow_null=True, default=None)
    kept = serializers.BooleanField(allow_null=True)
    lack = serializers.CharField(allow_blank=True)


class ItemAnswerOut(Shown):
    """An answer to an item."""

    item = serializers.CharField(source="item.code")
    value = serializers.ChoiceField(Answer.Value.values)
    proof = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()


class InspectionOut(Shown):
    """The inspection of the product."""

    checks = serializers.ListField(child=serializers.DictField())
    remark = serializers.CharField(allow_blank=True)
    others_asked = serializers.BooleanField()
    others = serializers.ListField(child=serializers.DictField())
    recorded_at = serializers.DateTimeField()


class PhotoOut(Shown):
    """A photo, made anew without its location data."""

    token = serializers.UUIDField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    taken_at = serializers.DateTimeField()


class SignatureOut(Shown):
    """The customer's signature and opinion."""

    opinion = serializers.CharField()
    drawn = serializers.SerializerMethodField()
    signed_at = serializers.DateTimeField()

    def get_drawn(self, signature: Any) -> bool:
        """Whether it was drawn; else the name was typed."""
        return signature.image is not None


class ChargeOut(Shown):
    """A line of the bill; `fen` is what is to be paid for it."""

    id = serializers.IntegerField()
    item = serializers.CharField(source="item.code")
    name = serializers.CharField(source="item.__str__")
    quantity = serializers.IntegerField()
    fen = serializers.IntegerField()
    free_reason = serializers.CharField(allow_blank=True)


class DoneOut(Shown):
    """That it is so."""

    done = serializers.BooleanField()


class CallbackOut(Shown):
    """A call owed to a customer."""

    id = serializers.IntegerField()
    version = serializers.IntegerField(source="row_version")
    ticket = serializers.CharField(source="ticket.number")
    kind = serializers.ChoiceField(Callback.Kind.values)
    reasons = serializers.ListField(child=serializers.DictField(), help_text="Why a quality call was chosen.")
    state = serializers.ChoiceField(Callback.State.values)
    not_before = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    claimed_by = PersonOut(allow_null=True)
    claimed_until = serializers.DateTimeField(allow_null=True)
    result = serializers.CharField(allow_blank=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class CallbackPageOut(Shown):
    """A page of callbacks."""

    items = CallbackOut(many=True)
    next = serializers.CharField(allow_null=True)


class AttemptOut(Shown):
    """A call that was made."""

    id = serializers.IntegerField()
    callback_id = serializers.IntegerField()
    outcome = serializers.ChoiceField(CallbackAttempt.Outcome.values)
    at = serializers.DateTimeField()
    later_at = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField(allow_blank=True)


class HandBody(Body):
    """Beside every step: the device's own time, and why somebody else than the technician acts."""

    device_at = Moment(required=False, allow_null=True, default=None)
    on_behalf = Text(required=False, default="", allow_blank=True, max_length=300, help_text="A supervisor's reason.")


class OfficeHandBody(Body):
    """Why somebody else than the technician acts."""

    on_behalf = Text(required=False, default="", allow_blank=True, max_length=300, help_text="A supervisor's reason.")


class AnswerItemBody(HandBody):
    """What is said about an item of the checklist."""

    code = Text(max_length=8)
    value = Choice(Answer.Value.values)
    proof = Text(required=False, default="", allow_blank=True, max_length=300)
    note = Text(required=False, default="", allow_blank=True, max_length=300)


class CheckBody(Body):
    """One check of the inspection."""

    code = Text(max_length=40)
    ok = YesNo()
    reading = Text(required=False, default="", allow_blank=True, max_length=20)


class HeardBody(Body):
    """What was said about another appliance of the customer's at home."""

    appliance = Number(help_text="Its id.")
    kind = Choice(["repair", "maintenance", "install"], help_text="What it asks for.")
    words = Text(max_length=300)


class InspectionBody(HandBody):
    """What the inspection showed."""

    checks = serializers.ListField(child=CheckBody(), max_length=40)
    remark = Text(required=False, default="", allow_blank=True, max_length=500)
    others_asked = YesNo(required=False, default=False)
    others = serializers.ListField(child=HeardBody(), required=False, default=list, max_length=40)


class PhotoBody(HandBody):
    """A picture: JPEG, PNG or WebP of at most ten megabytes, in base64."""

    token = serializers.UUIDField(help_text="A random name; sent again it gives the photo already there.")
    content = Text(max_length=LONGEST_PICTURE, trim_whitespace=False)
    item = Text(
        required=False, default="", allow_blank=True, max_length=8, help_text="The item of the checklist it proves."
    )


class SignBody(HandBody):
    """The customer's opinion, and a drawing (PNG data URL) or the name as it was typed."""

    opinion = Text(max_length=500)
    drawing = Text(required=False, default="", allow_blank=True, max_length=800_000)
    typed_name = Text(required=False, default="", allow_blank=True, max_length=60)


class ChargeBody(OfficeHandBody):
    """An item of the price list in force, and why it is free where it is."""

    item = Text(max_length=20)
    quantity = Number(required=False, default=1, min_value=1, max_value=20)
    free_reason = Text(required=False, default="", allow_blank=True, max_length=200)


class OutcomeBody(HandBody):
    """How the work ended."""

    outcome = Choice([one.value for one in OF_VISITS])
    confirmed_fault = Text(
        required=False, allow_null=True, default=None, max_length=40, help_text="Code of a symptom."
    )
    finding = Text(required=False, default="", allow_blank=True, max_length=500)
    work = Text(required=False, default="", allow_blank=True, max_length=1000)
    next_window = Text(required=False, default="", allow_blank=True, max_length=16, help_text=NEXT_WINDOW)


class AbortBody(HandBody):
    """Why the visit is broken off."""

    reason = Choice([str(reason) for reason in CHOOSABLE_REASONS])
    note = Text(required=False, default="", allow_blank=True, max_length=300)


class ScheduleBody(Body):
    """Which call, and not before when."""

    kind = Choice(Callback.Kind.values)
    not_before = Moment(required=False, allow_null=True, default=None)


class SaidBody(Body):
    """An answer to a question of the script."""

    code = Text(max_length=30)
    answer = Text(max_length=20)


class AttemptBody(Body):
    """How the call went and, where the customer was reached, what was said."""

    outcome = Choice(CallbackAttempt.Outcome.values)
    note = Text(required=False, default="", allow_blank=True, max_length=300)
    later_at = Moment(required=False, allow_null=True, default=None)
    result = Choice(Callback.Result.values, required=False)
    score = Number(required=False, min_value=1, max_value=5)
    answers = serializers.ListField(child=SaidBody(), required=False, max_length=20)
    opinion = Text(required=False, default="", allow_blank=True, max_length=2000)
