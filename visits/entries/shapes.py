"""What a phone sends as an entry, and what it is answered."""

from typing import Any

from rest_framework import serializers

from servicedesk.api.fields import Body, Choice, Day, Moment, Number, Text, YesNo
from servicedesk.api.shapes import Shown
from visits.api_shapes import LONGEST_PICTURE, NEXT_WINDOW, CheckBody, HeardBody
from visits.models import Answer, VisitEntry, VisitState
from visits.services.ending import CHOOSABLE_REASONS
from visits.services.outcomes import OF_VISITS

MOST_ENTRIES = 100_000


class ActionBody(Body):
    """What every action may carry: the refused entry it corrects."""

    corrects = serializers.UUIDField(required=False)


class ContactBody(ActionBody):
    """A call before the visit."""

    reached = YesNo()
    note = Text(required=False, default="", allow_blank=True, max_length=300)


class AnswerBody(ActionBody):
    """An answer to an item."""

    code = Text(max_length=8)
    value = Choice(Answer.Value.values)
    proof = Text(required=False, default="", allow_blank=True, max_length=300)
    note = Text(required=False, default="", allow_blank=True, max_length=300)


class FoundBody(ActionBody):
    """The inspection, and what was heard of the other appliances at home."""

    checks = serializers.ListField(child=CheckBody(), max_length=40)
    remark = Text(required=False, default="", allow_blank=True, max_length=500)
    others_asked = YesNo(required=False, default=False)
    others = serializers.ListField(child=HeardBody(), required=False, default=list, max_length=40)


class PictureBody(ActionBody):
    """A photo in base64, and the item it proves."""

    token = serializers.UUIDField()
    content = Text(max_length=LONGEST_PICTURE, trim_whitespace=False)
    item = Text(required=False, default="", allow_blank=True, max_length=8)


class LineBody(ActionBody):
    """A line of the bill."""

    item = Text(max_length=20)
    quantity = Number(required=False, default=1)
    free_reason = Text(required=False, default="", allow_blank=True, max_length=200)


class ItemBody(ActionBody):
    """An item of the price list."""

    item = Text(max_length=20)


class PointBody(Body):
    """A point of a stroke: where, when and how hard."""

    x = serializers.FloatField()
    y = serializers.FloatField()
    t = serializers.FloatField(required=False)
    p = serializers.FloatField(required=False)


class SheetBody(ActionBody):
    """The customer's signature and opinion."""

    opinion = Text(max_length=500)
    drawing = Text(required=False, default="", allow_blank=True, max_length=800_000)
    strokes = serializers.ListField(
        child=serializers.ListField(child=PointBody(), max_length=5000), required=False, max_length=500
    )
    typed_name = Text(required=False, default="", allow_blank=True, max_length=60)


class ReportBody(ActionBody):
    """How the work ended."""

    outcome = Choice([one.value for one in OF_VISITS])
    confirmed_fault = Text(required=False, allow_null=True, default=None, max_length=40)
    finding = Text(required=False, default="", allow_blank=True, max_length=500)
    work = Text(required=False, default="", allow_blank=True, max_length=1000)
    next_window = Text(required=False, default="", allow_blank=True, max_length=16, help_text=NEXT_WINDOW)


class EndBody(ActionBody):
    """Why the visit is broken off."""

    reason = Choice([str(reason) for reason in CHOOSABLE_REASONS])
    note = Text(required=False, default="", allow_blank=True, max_length=300)


class NameplateBody(ActionBody):
    """What the nameplate of the product says."""

    serial = Text(max_length=60)
    model = Text(required=False, default="", allow_blank=True, max_length=60)


ACTIONS: dict[str, type[ActionBody]] = {
    "depart": ActionBody,
    "arrive": ActionBody,
    "start_work": ActionBody,
    "record_contact": ContactBody,
    "answer_item": AnswerBody,
    "record_inspection": FoundBody,
    "add_photo": PictureBody,
    "add_charge": LineBody,
    "remove_charge": ItemBody,
    "sign": SheetBody,
    "record_outcome": ReportBody,
    "complete_visit": ActionBody,
    "abort_visit": EndBody,
    "name_appliance": NameplateBody,
}


class PositionBody(Body):
    """Where the phone was, in degrees, and how sure it is, in metres."""

    lat = serializers.FloatField(min_value=-90, max_value=90)
    lon = serializers.FloatField(min_value=-180, max_value=180)
    accuracy_m = serializers.FloatField(min_value=0, max_value=100_000)


class EntryBody(Body):
    """One thing done on the phone. `data` and `base` depend on the action (docs/entries.md)."""

    id = serializers.UUIDField(help_text="Made by the phone; sent again it changes nothing.")
    device = serializers.UUIDField(help_text="Of this installation.")
    seq = Number(min_value=1, max_value=MOST_ENTRIES, help_text="From 1 without gaps, by device and visit.")
    action = Choice(list(ACTIONS))
    data = serializers.DictField(required=False, default=dict)  # type: ignore[assignment]
    base = serializers.DictField(required=False, allow_null=True, default=None)
    happened_at = Moment(help_text="By the device's clock.")
    sent_at = Moment(help_text="By the device's clock.")
    position = PositionBody(required=False, allow_null=True, default=None)


class EntryVerdictOut(Shown):
    """What became of an entry."""

    id = serializers.UUIDField()
    seq = serializers.IntegerField()
    state = serializers.ChoiceField(VisitEntry.State.values)
    code = serializers.CharField(allow_blank=True)
    message = serializers.CharField(allow_blank=True)
    field = serializers.CharField(allow_blank=True)
    detail = serializers.DictField()


class VisitNowOut(Shown):
    """How the visit stands."""

    id = serializers.IntegerField()
    version = serializers.IntegerField(source="row_version")
    state = serializers.ChoiceField(VisitState.values)
    outcome = serializers.CharField(allow_blank=True)
    departed_at = serializers.DateTimeField(allow_null=True)
    arrived_at = serializers.DateTimeField(allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class EntryOut(EntryVerdictOut):
    """What became of an entry, of the later ones it freed, and of the visit."""

    applied = EntryVerdictOut(many=True)
    visit = VisitNowOut()


class LateWorkBody(Body):
    """Why the work is taken over or kept."""

    reason = Text(max_length=300)


class EvidenceOut(Shown):
    """What was taken over onto the visit."""

    answers = serializers.IntegerField()
    photos = serializers.IntegerField()
    signed = serializers.BooleanField()


class KeptOut(Shown):
    """How many entries are kept as a record."""

    kept = serializers.IntegerField()


class SelfCheckBody(Body):
    """The self-check of a day."""

    id = serializers.UUIDField()
    day = Day()
    items = serializers.DictField(child=YesNo())
    note = Text(required=False, default="", allow_blank=True, max_length=300)
    done_at = Moment()


class SelfCheckOut(Shown):
    """The self-check as it is kept."""

    id = serializers.UUIDField()
    day = serializers.DateField()
    items = serializers.DictField()
    note = serializers.CharField(allow_blank=True)
    done_at = serializers.DateTimeField()


class PhoneConsentBody(Body):
    """Whether steps may carry a position."""

    position = YesNo()


class PhoneConsentOut(Shown):
    """The consent as it stands."""

    position = serializers.BooleanField()
    at = serializers.DateTimeField()


def verdict_of(entry: VisitEntry) -> dict[str, Any]:
    """The verdict as plain values."""
    names = ("id", "seq", "state", "code", "message", "field", "detail")
    return {name: getattr(entry, name) for name in names}
