"""What the technician's day looks like to his phone."""

from rest_framework import serializers

from servicedesk.api.shapes import Shown
from visits.models import VisitState


class ConsentNowOut(Shown):
    """Whether steps may carry a position."""

    position = serializers.BooleanField()


class CheckLineOut(Shown):
    """A line of the self-check."""

    code = serializers.CharField()
    group = serializers.CharField()
    text = serializers.CharField()


class SelfCheckListOut(Shown):
    """The self-check of today."""

    day = serializers.DateField()
    done_at = serializers.DateTimeField(allow_null=True)
    items = CheckLineOut(many=True)


class FieldUserOut(Shown):
    """The signed-in technician."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class FieldVisitOut(Shown):
    """A visit with everything it needs without a network (docs/entries.md lists the parts)."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(VisitState.values)
    ticket = serializers.DictField()
    span = serializers.DictField(child=serializers.DateTimeField())
    times = serializers.DictField(child=serializers.DateTimeField(allow_null=True))
    appliance = serializers.DictField(allow_null=True)
    history = serializers.ListField(child=serializers.DictField())
    promises = serializers.ListField(child=serializers.DictField())
    contact = serializers.DictField(allow_null=True)
    parts_likely = serializers.ListField(child=serializers.DictField())
    safety = serializers.ListField(child=serializers.CharField())
    guarantee = serializers.DictField(allow_null=True)
    after_repair = serializers.DictField(
        allow_null=True, help_text="The guarantee a repair finished on the day carries: until, days."
    )
    expected_fee = serializers.DictField(allow_null=True)
    checklists = serializers.DictField(help_text="By occasion: id, name, version, items.")
    answers = serializers.DictField(child=serializers.DictField())
    inspection = serializers.DictField(allow_null=True)
    inspection_checks = serializers.ListField(child=serializers.DictField())
    charges = serializers.ListField(child=serializers.DictField())
    photos = serializers.ListField(child=serializers.DictField())
    signature = serializers.DictField(allow_null=True)
    outcome = serializers.CharField(allow_blank=True)
    confirmed_fault = serializers.CharField(allow_null=True)
    finding = serializers.CharField(allow_blank=True)
    work = serializers.CharField(allow_blank=True)
    next_window = serializers.CharField(allow_blank=True)
    faults = serializers.ListField(child=serializers.DictField())
    certificates = serializers.ListField(child=serializers.CharField())
    price_list = serializers.DictField(allow_null=True)
    others = serializers.ListField(child=serializers.DictField())
    next_seq = serializers.DictField(child=serializers.IntegerField(), help_text="The highest number by device.")


class FieldDayOut(Shown):
    """The technician's today and tomorrow."""

    made_at = serializers.DateTimeField()
    user = FieldUserOut()
    device_hint = serializers.CharField()
    consent = ConsentNowOut()
    self_check = SelfCheckListOut()
    visits = FieldVisitOut(many=True)
