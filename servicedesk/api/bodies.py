"""What is sent to the service desk's endpoints."""

from rest_framework import serializers

from servicedesk.api.fields import Body, Choice, Day, Moment, Number, Text, YesNo, identity
from servicedesk.catalogue.models import Appliance
from servicedesk.people.models import CustomerKind
from servicedesk.sla.models import PauseReason
from servicedesk.tickets.models import IntakeChannel, TicketException, TicketKind, TicketState
from servicedesk.tickets.selectors import VIEWS
from servicedesk.tickets.services.ending import CANCEL_REASONS
from servicedesk.tickets.services.pauses import LONGEST_PROOF

LIMIT = 25
MOST = 100


class CursorQuery(Body):
    """Which page of a list."""

    cursor = Text(required=False, default="", allow_blank=True, max_length=600, help_text="As a page gave it.")


class TicketListQuery(CursorQuery):
    """Which tickets: those of a saved view that fit all filters."""

    view = Choice(VIEWS, required=False, default="open")
    state = Choice(TicketState.values, required=False)
    kind = Choice(TicketKind.values, required=False)
    outlet = Text(required=False, default="", max_length=20, help_text="Code of an outlet.")
    priority = serializers.IntegerField(required=False, min_value=1, max_value=3)
    text = Text(required=False, default="", max_length=60, help_text="Name, pinyin, end of a number, ticket number.")
    limit = serializers.IntegerField(required=False, default=LIMIT, min_value=1, max_value=MOST)


class AnswerBody(Body):
    """A question of the intake and what was said."""

    question = Text(max_length=200)
    answer = Text(max_length=200)


class Requested(Body):
    """What both opening and editing may say."""

    contact_name = Text(required=False, allow_blank=True, max_length=60)
    contact_phone = Text(required=False, allow_blank=True, max_length=60, help_text="As it was heard.")
    address_id = identity(required=False, allow_null=True)
    category = Text(required=False, allow_null=True, max_length=40, help_text="Code of a product category.")
    appliance_id = identity(required=False, allow_null=True)
    symptom = Text(required=False, allow_null=True, max_length=40, help_text="Code of a symptom of the category.")
    description = Text(required=False, allow_blank=True, max_length=2000)
    requested_from = Moment(required=False, allow_null=True)
    requested_until = Moment(required=False, allow_null=True)


class OpenTicketBody(Requested):
    """A request of a customer."""

    kind = Choice(TicketKind.values)
    channel = Choice(IntakeChannel.values)
    customer_id = identity()
    answers = serializers.ListField(child=AnswerBody(), required=False, max_length=20)
    priority = Number(required=False, min_value=1, max_value=3, help_text="1 is the most urgent.")
    read_back = YesNo(required=False, default=False, help_text="The summary was read back to the customer.")
    received_at = Moment(required=False, help_text="Where it came in before it was sent here.")
    window_key = serializers.UUIDField(
        required=False, help_text="The requested window is promised: the key a place was held under, or a new one."
    )
    parent = Text(  # type: ignore[assignment]
        required=False, max_length=14, help_text="Number of the ticket it follows on."
    )


class EditTicketBody(Requested):
    """The fields to change; what is not named stays."""


class ContactBody(Body):
    """A call to the customer."""

    reached = YesNo()
    note = Text(required=False, default="", allow_blank=True, max_length=500)


class SendBody(Body):
    """Which outlet."""

    outlet = Text(max_length=20, help_text="Code of an active outlet.")
    note = Text(required=False, default="", allow_blank=True, max_length=500)


class ReasonBody(Body):
    """A reason."""

    reason = Text(max_length=300)


class NoteBody(Body):
    """A note that may be left out."""

    note = Text(required=False, default="", allow_blank=True, max_length=500)


class PauseBody(Body):
    """Why the clocks stand still, and until when as far as that is known."""

    reason = Choice(PauseReason.values)
    note = Text(required=False, default="", allow_blank=True, max_length=200)
    proof = Text(required=False, default="", allow_blank=True, max_length=LONGEST_PROOF)
    expected_end_at = Moment(required=False, allow_null=True, default=None)


class CancelBody(Body):
    """Why the ticket is cancelled."""

    reason = Choice(list(CANCEL_REASONS))
    note = Text(required=False, default="", allow_blank=True, max_length=500)


class WriteNoteBody(Body):
    """A note."""

    note = Text(max_length=2000)


class PraiseBody(Body):
    """What the customer said."""

    text = Text(max_length=2000)
    channel = Choice(IntakeChannel.values)


class ExceptionBody(Body):
    """The rule and why it is departed from."""

    rule = Choice(TicketException.Rule.values)
    reason = Text(max_length=300)


class PlaceBody(Body):
    """An address as it was told."""

    detail = Text(max_length=200)
    district = Text(required=False, default="", allow_blank=True, max_length=60)
    city = Text(required=False, default="", allow_blank=True, max_length=40)
    province = Text(required=False, default="", allow_blank=True, max_length=40)


class CustomerBody(Body):
    """A new customer."""

    name = Text(max_length=60)
    kind = Choice(CustomerKind.values, required=False, default=CustomerKind.PERSON)
    phone = Text(required=False, default="", allow_blank=True, max_length=60)
    place = PlaceBody(required=False, allow_null=True, default=None)


class PhoneBody(Body):
    """A number as it was heard."""

    phone = Text(max_length=60)


class ApplianceBody(Body):
    """An appliance at home."""

    category = Text(max_length=40, help_text="Code of a product category.")
    serial = Text(required=False, default="", allow_blank=True, max_length=60)
    address_id = identity(required=False, allow_null=True, default=None)


class ApplianceFactsBody(Body):
    """The facts of the purchase; what is not named stays."""

    serial = Text(required=False, allow_blank=True, max_length=60)
    price_fen = Number(required=False, allow_null=True, min_value=0, max_value=9_999_999_999)
    invoice_status = Choice(Appliance.Invoice.values, required=False)
    invoice_date = Day(required=False, allow_null=True)
    delivery_date = Day(required=False, allow_null=True)
    install_date = Day(required=False, allow_null=True)


class SearchQuery(Body):
    """What a caller says: the end of a number (four digits or more), a name, pinyin, words of an address."""

    q = Text(max_length=60)


class DayQuery(Body):
    """A day."""

    day = Day(required=False)


class NoticeQuery(CursorQuery):
    """Which notices."""

    view = Choice(["unread", "read"], required=False, default="unread")
