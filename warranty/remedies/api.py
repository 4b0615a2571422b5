"""Exchange and refund over the API: read them, choose, approve, carry out; and what is granted beside a verdict."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from servicedesk.access import ticket_or_404
from servicedesk.api.endpoint import Call, Endpoint, operation
from servicedesk.api.fields import Body, Choice, Day, Text, YesNo
from servicedesk.api.shapes import Shown
from servicedesk.api.tickets import ticket_action
from servicedesk.catalogue.models import ProductModel
from servicedesk.errors import invalid
from warranty.access import READERS, decision_or_404
from warranty.assess_api import Money
from warranty.models import DecisionOverride, RemedyCase, RemedyKind
from warranty.remedies.access import remedy_or_404
from warranty.remedies.carrying_out import NewUnit, OldUnit, Payment, record_exchange, record_old_unit, record_refund
from warranty.remedies.choosing import Choice as Chosen
from warranty.remedies.choosing import approve_remedy, choose_remedy, refuse_remedy, withdraw_remedy
from warranty.remedies.overriding import Grant, override_verdict

READ, WRITE = "warranty:read", "warranty:write"


class RemedyOut(Shown):
    """An exchange or refund with its steps; sums are yuan."""

    id = serializers.IntegerField()
    ticket = serializers.CharField(source="ticket.number")
    appliance_id = serializers.IntegerField()
    decision_id = serializers.IntegerField()
    kind = serializers.ChoiceField(RemedyKind.values)
    state = serializers.ChoiceField(RemedyCase.State.values)
    worth = serializers.DecimalField(10, 2)
    amount = serializers.DecimalField(10, 2, allow_null=True)
    choice_how = serializers.ChoiceField(RemedyCase.How.values)
    choice_words = serializers.CharField(allow_blank=True)
    chosen_at = serializers.DateTimeField()
    old_serial = serializers.CharField(source="appliance.serial", allow_blank=True)
    new_serial = serializers.CharField(source="new_appliance.serial", allow_null=True, default=None)
    handed_over_on = serializers.DateField(allow_null=True)
    old_back_on = serializers.DateField(allow_null=True)
    old_left_because = serializers.CharField(allow_blank=True)
    paid_on = serializers.DateField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    end_reason = serializers.CharField(allow_blank=True)


class OverrideOut(Shown):
    """What a person granted beside a verdict."""

    id = serializers.IntegerField()
    decision_id = serializers.IntegerField()
    grants = serializers.ChoiceField(DecisionOverride.Grants.values)
    worth = serializers.DecimalField(10, 2)
    amount = serializers.DecimalField(10, 2, allow_null=True)
    reason = serializers.CharField()
    evidence = serializers.CharField()
    at = serializers.DateTimeField()


class ChoiceBody(Body):
    """What the customer chose, and how he said so."""

    kind = Choice(RemedyKind.values)
    how = Choice(RemedyCase.How.values)
    words = Text(required=False, default="", allow_blank=True, max_length=300)
    same_model = YesNo(required=False, allow_null=True, default=None, help_text="Whether the same model can be had.")


class ApprovalBody(Body):
    """A word with it."""

    note = Text(required=False, default="", allow_blank=True, max_length=300)


class EndRemedyBody(Body):
    """Why."""

    reason = Text(max_length=300)


class NewUnitBody(Body):
    """The unit the customer gets."""

    serial = Text(max_length=60)
    handed_over_on = Day()
    model = Text(required=False, default="", allow_blank=True, max_length=60, help_text="Code of another model.")


class OldUnitBody(Body):
    """The unit that comes back, or why it stays."""

    back_on = Day(required=False, allow_null=True, default=None)
    serial = Text(required=False, default="", allow_blank=True, max_length=60)
    condition = Text(required=False, default="", allow_blank=True, max_length=300)
    left_because = Text(required=False, default="", allow_blank=True, max_length=300)


class RefundBody(Body):
    """The money."""

    paid_on = Day()
    how = Choice(RemedyCase.PaidHow.values)
    reference = Text(required=False, default="", allow_blank=True, max_length=60)


class OverrideBody(Body):
    """What is granted, why, and on what evidence; sums as decimal text."""

    grants = Choice(DecisionOverride.Grants.values)
    worth = Money(help_text="In yuan: what is paid back, or what unit or repair cost.")
    reason = Text(max_length=500)
    evidence = Text(max_length=500)


class Remedies(Endpoint):
    """The exchanges and refunds of a ticket."""

    tag = "warranty"

    @operation("list_remedies", READ, RemedyOut, roles=frozenset(READERS), find=ticket_or_404, many=True)
    def get(self, call: Call) -> Any:
        """Lists the exchanges and refunds of the ticket, the newest first."""
        rows = RemedyCase.objects.filter(ticket=call.found)
        return list(rows.select_related("ticket", "appliance", "new_appliance").order_by("-id"))


class ChooseRemedy(Endpoint):
    """The customer chooses."""

    tag = "warranty"

    @ticket_action("choose_remedy", RemedyOut, scope=WRITE, body=ChoiceBody, status=201)
    def post(self, call: Call) -> Any:
        """Records what the customer chose; the verdict of today is recorded with it."""
        return choose_remedy(call.found.pk, Chosen(**call.given), actor=call.user, now=call.now)


class ApproveRemedy(Endpoint):
    """Somebody else decides."""

    tag = "warranty"

    @operation("approve_remedy", WRITE, RemedyOut, body=ApprovalBody, find=remedy_or_404)
    def post(self, call: Call) -> Any:
        """Approves; the sum decides whose approval is enough."""
        return approve_remedy(call.found.pk, actor=call.user, now=call.now, note=call.given["note"])


class RefuseRemedy(Endpoint):
    """It is not approved."""

    tag = "warranty"

    @operation("refuse_remedy", WRITE, RemedyOut, body=EndRemedyBody, find=remedy_or_404)
    def post(self, call: Call) -> Any:
        """Refuses with a reason; the owner of the ticket is told."""
        return refuse_remedy(call.found.pk, call.given["reason"], actor=call.user, now=call.now)


class WithdrawRemedy(Endpoint):
    """The customer changed his mind."""

    tag = "warranty"

    @operation("withdraw_remedy", WRITE, RemedyOut, body=EndRemedyBody, find=remedy_or_404)
    def post(self, call: Call) -> Any:
        """Withdraws what was chosen, as long as nothing has changed hands."""
        return withdraw_remedy(call.found.pk, call.given["reason"], actor=call.user, now=call.now)


class RecordExchange(Endpoint):
    """The new unit."""

    tag = "warranty"

    @operation("record_exchange", WRITE, RemedyOut, body=NewUnitBody, find=remedy_or_404)
    def post(self, call: Call) -> Any:
        """Records the new unit; its terms begin anew."""
        given = call.given
        unit = NewUnit(given["serial"], given["handed_over_on"], _model(given["model"]))
        return record_exchange(call.found.pk, unit, actor=call.user, now=call.now)


def _model(code: str) -> ProductModel | None:
    if not code:
        return None
    model = ProductModel.objects.filter(code=code).order_by("pk").first()
    if model is None:
        raise invalid("model", "model_unknown", _("There is no such model."))
    return model


class RecordOldUnit(Endpoint):
    """The old unit."""

    tag = "warranty"

    @operation("record_old_unit", WRITE, RemedyOut, body=OldUnitBody, find=remedy_or_404)
    def post(self, call: Call) -> Any:
        """Records that the old unit is back, or why it stays with the customer."""
        return record_old_unit(call.found.pk, OldUnit(**call.given), actor=call.user, now=call.now)


class RecordRefund(Endpoint):
    """The money."""

    tag = "warranty"

    @operation("record_refund", WRITE, RemedyOut, body=RefundBody, find=remedy_or_404)
    def post(self, call: Call) -> Any:
        """Records that the sum on record was paid back."""
        return record_refund(call.found.pk, Payment(**call.given), actor=call.user, now=call.now)


class OverrideVerdict(Endpoint):
    """A person decides otherwise."""

    tag = "warranty"

    @operation("override_verdict", WRITE, OverrideOut, body=OverrideBody, status=201, find=decision_or_404)
    def post(self, call: Call) -> Any:
        """Grants something beside the newest verdict; the verdict stays as it was given."""
        given = call.given
        grant = Grant(given["grants"], given["worth"], given["reason"], given["evidence"])
        return override_verdict(call.found.pk, grant, actor=call.user, now=call.now)
