"""The guarantee over the API: what holds now, what would hold if, and the verdicts that are kept."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from servicedesk.access import ticket_or_404
from servicedesk.api.endpoint import Call, Endpoint, operation
from servicedesk.api.fields import Body, Choice, Day, Number, Text, YesNo
from servicedesk.api.references import named
from servicedesk.api.shapes import Shown
from servicedesk.errors import ActionError, invalid
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from warranty.access import READERS, RECORDERS, appliance_or_404, decision_or_404
from warranty.facts_builder import Question, local_day
from warranty.forms import parts_of
from warranty.rules.facts import FaultType, Remedy
from warranty.rules.storage import as_json
from warranty.selectors import Reading, reading_of, the_edition
from warranty.services import decide_for
from warranty.wording import headline_of
from warranty.wording.answers import SCOPES

READ, WRITE = "warranty:read", "warranty:write"
# Fraud is judged by a person with the evidence in hand, never by a field.
FAULTS = [kind.value for kind in FaultType if kind is not FaultType.FRAUD]


class VerdictOut(Shown):
    """The verdict as of a day; `verdict` holds every term, ground and step by name."""

    headline = serializers.CharField()
    words = serializers.CharField(help_text="The headline in the language of the request.")
    as_of = serializers.DateField()
    edition = serializers.CharField(help_text="The edition of the law's figures.")
    mark = serializers.CharField(help_text="Send it with record_verdict, so that no other verdict is recorded.")
    entitlements = serializers.ListField(child=serializers.CharField(), help_text="Codes of the rights open now.")
    missing = serializers.ListField(child=serializers.CharField(), help_text="Facts that have to be asked for.")
    facts = serializers.DictField()
    verdict = serializers.DictField()


class DecisionOut(Shown):
    """A verdict as it was given; it never changes."""

    id = serializers.IntegerField()
    appliance_id = serializers.IntegerField()
    ticket = serializers.CharField(source="ticket.number", allow_null=True, default=None)
    headline = serializers.CharField()
    as_of = serializers.DateField()
    edition = serializers.CharField()
    decided_at = serializers.DateTimeField()
    facts = serializers.DictField()
    verdict = serializers.DictField(source="outcome")


class QuestionBody(Body):
    """What is asked beside the record; the empty question reads the record as it stands."""

    ticket = Text(required=False, max_length=14, help_text="Number of the ticket the question belongs to.")
    fault_type = Choice(FAULTS, required=False, default=FaultType.PERFORMANCE.value)
    fault_on = Day(required=False, allow_null=True, default=None, help_text="Where an earlier day is documented.")
    main_part = Text(required=False, default="", allow_blank=True, max_length=40)
    cause_disputed = YesNo(required=False, default=False)
    same_model_in_stock = YesNo(required=False, allow_null=True, default=None)
    asked = Choice([one.value for one in Remedy], required=False, default=Remedy.REPAIR.value)
    living_use = YesNo(required=False, default=False)
    scope = Choice([code for code in SCOPES if code], required=False, help_text="Local law, else by the address.")


class WhatIfBody(QuestionBody):
    """A supposition may be added; its answer is never recorded."""

    more_failed_repairs = Number(required=False, default=0, min_value=0, max_value=1)


class RecordVerdictBody(QuestionBody):
    """The question, and the mark of the verdict that was read."""

    mark = Text(required=False, default="", allow_blank=True, max_length=16)


def _reading(call: Call, question: Question | None, ticket: Ticket | None) -> dict[str, Any]:
    found: Reading = reading_of(call.found, question, ticket=ticket, now=call.now)
    return {
        "headline": found.verdict.headline,
        "words": headline_of(found.verdict.codes, found.verdict.headline),
        "as_of": found.verdict.as_of,
        "edition": found.verdict.edition,
        "mark": found.mark,
        "entitlements": list(found.verdict.codes),
        "missing": list(found.missing),
        "facts": as_json(found.facts),
        "verdict": as_json(found.verdict),
    }


def _question(call: Call) -> Question:
    given, today = call.given, local_day(call.now)
    if given["fault_on"] is not None and given["fault_on"] > today:
        raise invalid("fault_on", "day_in_future", _("This day lies in the future."))
    parts = {code for code, _name in parts_of(call.found, the_edition(), today)}
    if given["main_part"]:
        named("main_part", lambda: given["main_part"] if given["main_part"] in parts else None)
    return Question(
        fault_type=FaultType(given["fault_type"]),
        fault_on=given["fault_on"],
        main_part=given["main_part"],
        cause_disputed=given["cause_disputed"],
        same_model_in_stock=given["same_model_in_stock"],
        asked=Remedy(given["asked"]),
        living_use=given["living_use"],
        scope=given.get("scope", ""),
        more_failed_repairs=given.get("more_failed_repairs", 0),
    )


def _ticket(call: Call) -> Ticket | None:
    number = call.given.get("ticket")
    if not number:
        return None
    user: User = call.user
    ticket = named("ticket", lambda: ticket_or_404(user, number))
    if ticket.appliance_id != call.found.pk:
        raise ActionError("appliance_of_other_ticket", _("This ticket is about another appliance."))
    return ticket


class Verdict(Endpoint):
    """The guarantee of an appliance."""

    tag = "warranty"

    @operation("read_verdict", READ, VerdictOut, roles=frozenset(READERS), find=appliance_or_404)
    def get(self, call: Call) -> dict[str, Any]:
        """Reads what is open to the customer now, computed from the record; nothing is stored."""
        return _reading(call, None, None)


class WhatIf(Endpoint):
    """A question beside the record."""

    tag = "warranty"

    @operation("ask_what_if", READ, VerdictOut, roles=frozenset(RECORDERS), body=WhatIfBody, find=appliance_or_404)
    def post(self, call: Call) -> dict[str, Any]:
        """Answers what would be open under what is asked; nothing is stored."""
        return _reading(call, _question(call), _ticket(call))


class RecordVerdict(Endpoint):
    """A verdict that is kept."""

    tag = "warranty"

    @operation("record_verdict", WRITE, DecisionOut, body=RecordVerdictBody, status=201, find=appliance_or_404)
    def post(self, call: Call) -> Any:
        """Records the verdict with its facts; the same one asked for again is the one already there."""
        return decide_for(
            call.found.pk,
            _question(call),
            ticket=_ticket(call),
            actor=call.user,
            now=call.now,
            shown=call.given["mark"],
        )


class OneDecision(Endpoint):
    """A verdict as it was given."""

    tag = "warranty"

    @operation("read_decision", READ, DecisionOut, roles=frozenset(READERS), find=decision_or_404)
    def get(self, call: Call) -> Any:
        """Reads a recorded verdict."""
        return call.found
