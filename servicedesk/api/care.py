"""Consent, and the notes about a customer's health that it carries."""

from typing import Any

from rest_framework import serializers

from servicedesk.access import ticket_or_404
from servicedesk.api.endpoint import Call, Endpoint, operation
from servicedesk.api.fields import Body, Choice, Day, Text
from servicedesk.api.shapes import PersonOut, Shown
from servicedesk.api.tickets import ticket_action
from servicedesk.care.models import CareNote, Consent
from servicedesk.care.services import give_consent, read_care_notes, record_care_note, withdraw_consent

READ, WRITE = "customers:read", "customers:write"


class ConsentOut(Shown):
    """A customer's yes to one purpose."""

    purpose = serializers.ChoiceField(Consent.Purpose.values)
    how = serializers.ChoiceField(Consent.How.values)
    given_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class CareNoteOut(Shown):
    """What a customer told us about his health."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(CareNote.Kind.values)
    text = serializers.CharField()
    known_day = serializers.DateField(allow_null=True)
    recorded_by = PersonOut(allow_null=True)
    recorded_at = serializers.DateTimeField()


class KeptNoteOut(Shown):
    """That a note is kept; what it says is read with `read_care_notes` only."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(CareNote.Kind.values)


class PurposeBody(Body):
    """What for."""

    purpose = Choice(Consent.Purpose.values)


class ConsentBody(PurposeBody):
    """What for, and how the customer said yes."""

    how = Choice(Consent.How.values)


class CareNoteBody(Body):
    """What the customer told us."""

    kind = Choice(CareNote.Kind.values)
    text = Text(max_length=500)
    known_day = Day(required=False, allow_null=True, default=None)


class GiveConsent(Endpoint):
    """A customer's yes."""

    tag = "customers"

    @ticket_action("give_consent", ConsentOut, scope=WRITE, body=ConsentBody, status=201)
    def post(self, call: Call) -> Any:
        """Records the consent of the ticket's customer; the one that stands already is answered."""
        return give_consent(call.found.pk, call.given["purpose"], call.given["how"], actor=call.user, now=call.now)


class WithdrawConsent(Endpoint):
    """A customer's no."""

    tag = "customers"

    @ticket_action("withdraw_consent", ConsentOut, scope=WRITE, body=PurposeBody)
    def post(self, call: Call) -> Any:
        """Withdraws the consent; what was kept by it is erased."""
        return withdraw_consent(call.found.pk, call.given["purpose"], actor=call.user, now=call.now)


class RecordCareNote(Endpoint):
    """A note about health."""

    tag = "customers"

    @ticket_action("record_care_note", KeptNoteOut, scope=WRITE, body=CareNoteBody, status=201)
    def post(self, call: Call) -> Any:
        """Keeps a note about the customer's health, by his consent."""
        return record_care_note(call.found.pk, actor=call.user, now=call.now, **call.given)


class ReadCareNotes(Endpoint):
    """The notes about health."""

    tag = "customers"

    @operation("read_care_notes", READ, CareNoteOut, find=ticket_or_404, many=True)
    def post(self, call: Call) -> list[Any]:
        """Reads the notes; the look is written into the story, and so is no GET."""
        return read_care_notes(call.found.pk, actor=call.user, now=call.now)
