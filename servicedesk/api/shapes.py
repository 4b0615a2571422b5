"""What the service desk's answers look like. Phones are masked always, addresses for those who may not read them."""

from typing import Any

from rest_framework import serializers

from servicedesk.access import may_read_contact
from servicedesk.templatetags.moments import masked_phone
from servicedesk.tickets.models import IntakeChannel, TicketKind, TicketState


class Shown(serializers.Serializer[Any]):
    """An answer; `reader` in the context is who reads it."""


class PersonOut(Shown):
    """A member of staff."""

    employee_no = serializers.CharField()
    name = serializers.CharField()


class OutletOut(Shown):
    """A service outlet."""

    code = serializers.CharField()
    name = serializers.CharField(source="__str__")
    phone = serializers.CharField(allow_blank=True)
    is_active = serializers.BooleanField()


class NamedOut(Shown):
    """Something of the catalogue: its stable code, and its name in the language of the request."""

    code = serializers.CharField()
    name = serializers.CharField(source="__str__")


class ModelOut(Shown):
    """A model as printed on the type plate."""

    brand = serializers.CharField()
    code = serializers.CharField()


class CustomerBriefOut(Shown):
    """Who a ticket is for."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class TicketRowOut(Shown):
    """A ticket in a list."""

    number = serializers.CharField()
    version = serializers.IntegerField(source="row_version")
    kind = serializers.ChoiceField(TicketKind.values)
    channel = serializers.ChoiceField(IntakeChannel.values)
    priority = serializers.IntegerField(help_text="1 is the most urgent.")
    state = serializers.ChoiceField(TicketState.values)
    received_at = serializers.DateTimeField()
    next_due_at = serializers.DateTimeField(
        source="next_due", allow_null=True, help_text="When the next of the running clocks is due."
    )
    customer = CustomerBriefOut()
    owner = PersonOut()
    outlet = serializers.CharField(source="outlet.code", allow_null=True, default=None)
    category = serializers.CharField(source="category.code", allow_null=True, default=None)
    technicians = serializers.SerializerMethodField()

    def get_technicians(self, ticket: Any) -> list[str]:
        """Employee numbers of those assigned."""
        return [part.user.employee_no for part in ticket.workers]


class TicketPageOut(Shown):
    """A page of tickets; `next` and `previous` are cursors, null at an end."""

    items = TicketRowOut(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class HandoverOut(Shown):
    """The last hand-over to an outlet."""

    outlet = serializers.CharField(source="outlet.code")
    state = serializers.CharField()
    sent_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)


class AnswerOut(Shown):
    """A question of the intake and what was said."""

    question = serializers.CharField()
    answer = serializers.CharField()


class TicketOut(Shown):
    """One ticket. Its `version` is what `If-Match` names when it is changed."""

    number = serializers.CharField()
    version = serializers.IntegerField(source="row_version")
    kind = serializers.ChoiceField(TicketKind.values)
    channel = serializers.ChoiceField(IntakeChannel.values)
    priority = serializers.IntegerField()
    state = serializers.ChoiceField(TicketState.values)
    owner = PersonOut()
    outlet = serializers.CharField(source="outlet.code", allow_null=True, default=None)
    handover = HandoverOut(allow_null=True)
    customer = CustomerBriefOut()
    contact_name = serializers.CharField(allow_blank=True)
    contact_phone = serializers.SerializerMethodField()
    address_id = serializers.IntegerField(allow_null=True)
    address = serializers.SerializerMethodField()
    category = serializers.CharField(source="category.code", allow_null=True, default=None)
    appliance_id = serializers.IntegerField(allow_null=True)
    symptom = serializers.CharField(source="fault.code", allow_null=True, default=None)
    description = serializers.CharField(allow_blank=True)
    answers = AnswerOut(many=True)
    requested_from = serializers.DateTimeField(allow_null=True)
    requested_until = serializers.DateTimeField(allow_null=True)
    promised_from = serializers.DateTimeField(allow_null=True)
    promised_until = serializers.DateTimeField(allow_null=True)
    received_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)

    def get_contact_phone(self, ticket: Any) -> str:
        """The number to call, masked."""
        number = str(ticket.contact_phone) or ticket.contact_phone_raw
        return masked_phone(number) if number else ""

    def get_address(self, ticket: Any) -> str:
        """The place of service in one line; the district alone for who may not read it."""
        return address_text(ticket.address, self.context["reader"]) if ticket.address else ""


def address_text(address: Any, reader: Any) -> str:
    """The address, or its district where `reader` may not read more (docs/roles.md)."""
    return str(address.text) if may_read_contact(reader) else f"{address.district} ***"


class PhoneNumberOut(Shown):
    """A full number; the look is written down."""

    number = serializers.CharField(allow_blank=True)


class StoryLineOut(Shown):
    """A line of the story."""

    at = serializers.DateTimeField()
    action = serializers.CharField()
    actor = PersonOut(allow_null=True, help_text="Null is the system.")
    from_state = serializers.CharField(allow_blank=True)
    to_state = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    data = serializers.DictField(help_text="Ids, codes and numbers.")  # type: ignore[assignment]


class ClockOut(Shown):
    """A promise and how it stands as of now."""

    id = serializers.IntegerField(source="clock_id")
    kind = serializers.CharField()
    name = serializers.CharField(source="label")
    state = serializers.CharField()
    cycle = serializers.IntegerField()
    due_at = serializers.DateTimeField(allow_null=True)
    warn_at = serializers.DateTimeField(allow_null=True)
    stopped_at = serializers.DateTimeField(allow_null=True)
    target_minutes = serializers.FloatField()
    elapsed_minutes = serializers.FloatField(allow_null=True)
    minutes_left = serializers.FloatField(allow_null=True, help_text="Negative once it is overdue.")
    paused_reason = serializers.CharField(allow_blank=True)


class PauseOut(Shown):
    """A stretch in which the clock stood still."""

    reason = serializers.CharField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField(allow_blank=True)
    proof = serializers.CharField(allow_blank=True, help_text="What shows that the pause is true.")
    bearer = serializers.CharField(allow_blank=True, help_text="Who bears the time: customer or supplier.")
    expected_end_at = serializers.DateTimeField(allow_null=True)


class StretchOut(Shown):
    """A piece of the strip of time: whether and why it counts."""

    kind = serializers.CharField()
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()


class WhyOut(Shown):
    """Why a clock is due when it is."""

    clock = ClockOut()
    policy = serializers.CharField(help_text="The policy that was chosen.")
    criteria = serializers.ListField(child=serializers.CharField(), help_text="For which traits, strongest first.")
    pauses = PauseOut(many=True)
    strip = StretchOut(many=True)
    lines = serializers.ListField(child=serializers.CharField(), help_text="The arithmetic in words.")


class AddressOut(Shown):
    """A place of service."""

    id = serializers.IntegerField()
    text = serializers.SerializerMethodField()
    is_primary = serializers.BooleanField()

    def get_text(self, address: Any) -> str:
        """The address in one line; the district alone for who may not read it."""
        return address_text(address, self.context["reader"])


class PhoneOut(Shown):
    """A number of a customer, masked."""

    id = serializers.IntegerField()
    number = serializers.SerializerMethodField()
    is_primary = serializers.BooleanField()

    def get_number(self, phone: Any) -> str:
        """The number, masked."""
        return masked_phone(str(phone.number) or phone.raw)


class ApplianceOut(Shown):
    """An appliance at home. `price_fen` is what it cost, in fen."""

    id = serializers.IntegerField()
    category = serializers.CharField(source="category.code")
    model = serializers.CharField(source="model.code", allow_null=True, default=None)
    brand = serializers.CharField(source="model.brand", allow_null=True, default=None)
    serial = serializers.CharField(allow_blank=True)
    invoice_status = serializers.CharField()
    invoice_date = serializers.DateField(allow_null=True)
    delivery_date = serializers.DateField(allow_null=True)
    install_date = serializers.DateField(allow_null=True)
    price_fen = serializers.SerializerMethodField()

    def get_price_fen(self, appliance: Any) -> int | None:
        """The price in fen, null where it is not known."""
        return None if appliance.price is None else int(appliance.price * 100)


class CustomerOut(Shown):
    """A customer with numbers and places."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.CharField()
    grade = serializers.CharField()
    phones = PhoneOut(many=True, source="phones.all")
    addresses = AddressOut(many=True, source="addresses.all")


class SymptomOut(Shown):
    """A symptom with its priority (1 is the most urgent), usual minutes of work and questions."""

    code = serializers.CharField()
    name = serializers.CharField(source="__str__")
    group = serializers.CharField()
    priority = serializers.IntegerField()
    minutes = serializers.IntegerField()
    questions = serializers.ListField(child=serializers.CharField())


class NoticeOut(Shown):
    """A notice to the reader."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    text = serializers.CharField()
    ticket = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class NoticePageOut(Shown):
    """A page of notices."""

    items = NoticeOut(many=True)
    next = serializers.CharField(allow_null=True)
