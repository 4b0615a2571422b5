"""The compensation guide over the API: an answer as a line of a ticket's story."""

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from servicedesk.api.endpoint import Call, Endpoint
from servicedesk.api.shapes import Shown
from servicedesk.api.tickets import ticket_action
from warranty.assess_api import body_of, value_of
from warranty.compensation import record_compensation_answer
from warranty.facts_builder import local_day
from warranty.rules.claims.claim import Claim, claim_problems
from warranty.selectors import the_edition
from warranty.wording.claims import PROBLEMS


class CompensationOut(Shown):
    """The answer of the guide as it stands in the story; the sum is yuan, null where none can be said."""

    topic = serializers.CharField(source="data.topic")
    codes = serializers.ListField(child=serializers.CharField(), source="data.codes")
    amount = serializers.CharField(source="data.amount", allow_null=True)
    edition = serializers.CharField(source="data.edition", help_text="The edition of the law's figures.")
    as_of = serializers.DateField(source="data.as_of")


class RecordCompensation(Endpoint):
    """What the customer is owed beside the guarantee."""

    tag = "warranty"

    @ticket_action(
        "record_compensation_answer", CompensationOut, scope="warranty:write", body=body_of(Claim), status=201
    )
    def post(self, call: Call) -> Any:
        """Answers a claim by the law of its day and keeps the answer in the story; sent twice it is one line."""
        claim: Claim = value_of(Claim, dict(call.given))
        wrong = claim_problems(claim, the_edition(), local_day(call.now))
        if wrong:
            raise serializers.ValidationError(
                {name: [ErrorDetail(str(PROBLEMS[code]), code=code)] for name, code in reversed(wrong)}
            )
        return record_compensation_answer(call.found.pk, claim, actor=call.user, now=call.now)
