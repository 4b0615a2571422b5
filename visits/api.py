"""Visits over the API: the steps, proofs and end of a visit, as the technician's pages record them."""

import base64
import binascii
from io import BytesIO
from typing import Any

from rest_framework import serializers

from servicedesk.access import ticket_or_404
from servicedesk.api.endpoint import Call, Endpoint, operation
from servicedesk.api.fields import Body, Choice
from servicedesk.api.parsers import LIMIT_WITH_PICTURE
from servicedesk.api.references import symptom_named
from servicedesk.people.models import Role
from servicedesk.pictures import not_a_photo
from visits import api_shapes as shapes
from visits import services
from visits.access import VISIT_READERS, visit_or_404, visits_for
from visits.models import Charge
from visits.selectors import charges_of, standing_of

READ, WRITE = "visits:read", "visits:write"
READERS = frozenset(VISIT_READERS)


class VisitsQuery(Body):
    """Which visits."""

    state = Choice(["living", "all"], required=False, default="living")
    limit = serializers.IntegerField(required=False, default=25, min_value=1, max_value=100)


class VisitEndpoint(Endpoint):
    """An address below a visit."""

    tag = "visits"


class Visits(VisitEndpoint):
    """The visits the user may know of; a technician's own."""

    @operation("list_visits", READ, shapes.VisitOut, roles=READERS, query=VisitsQuery, many=True)
    def get(self, call: Call) -> list[Any]:
        """Lists visits, the newest first."""
        rows = visits_for(call.user).select_related("ticket", "technician__user", "assignment", "confirmed_fault")
        if call.asked["state"] == "living":
            rows = rows.exclude(state__in=["completed", "aborted"])
        return list(rows.order_by("-id")[: call.asked["limit"]])


class OneVisit(VisitEndpoint):
    """One visit."""

    @operation("read_visit", READ, shapes.VisitOut, roles=READERS, find=visit_or_404)
    def get(self, call: Call) -> Any:
        """Reads a visit."""
        return call.found


class Checklist(VisitEndpoint):
    """The checklist of a visit."""

    @operation("read_checklist", READ, shapes.ItemOut, roles=READERS, find=visit_or_404, many=True)
    def get(self, call: Call) -> list[Any]:
        """Reads the checklist as it stands: answers, and what still lacks; empty before the arrival."""
        return standing_of(call.found, call.now).lines


class Depart(VisitEndpoint):
    """The way to the customer."""

    @operation("depart", WRITE, shapes.VisitOut, body=shapes.HandBody, find=visit_or_404)
    def post(self, call: Call) -> Any:
        """The technician is on his way."""
        return services.depart(call.found.pk, actor=call.user, now=call.now, **call.given)


class Arrive(VisitEndpoint):
    """The door."""

    @operation("arrive", WRITE, shapes.VisitOut, body=shapes.HandBody, find=visit_or_404)
    def post(self, call: Call) -> Any:
        """The technician is at the door; the arrival clock stops, the checklist in force is the visit's."""
        return services.arrive(call.found.pk, actor=call.user, now=call.now, **call.given)


class StartWork(VisitEndpoint):
    """The work."""

    @operation("start_work", WRITE, shapes.VisitOut, body=shapes.HandBody, find=visit_or_404)
    def post(self, call: Call) -> Any:
        """The work begins."""
        return services.start_work(call.found.pk, actor=call.user, now=call.now, **call.given)


class AnswerItem(VisitEndpoint):
    """An item of the checklist."""

    @operation("answer_item", WRITE, shapes.ItemAnswerOut, body=shapes.AnswerItemBody, find=visit_or_404)
    def post(self, call: Call) -> Any:
        """Answers an item; the newest answer counts, earlier ones stay."""
        given = call.given
        said = services.ItemAnswer(given["code"], given["value"], given["proof"], given["note"])
        return services.answer_item(call.found.pk, said, actor=call.user, now=call.now, **_hand(call))


class RecordInspection(VisitEndpoint):
    """The one-stop inspection."""

    @operation("record_inspection", WRITE, shapes.InspectionOut, body=shapes.InspectionBody, find=visit_or_404)
    def post(self, call: Call) -> Any:
        """Records the inspection; recorded again it replaces what was noted."""
        given = call.given
        checks = [services.CheckResult(**one) for one in given["checks"]]
        others = [services.Heard(**one) for one in given["others"]]
        findings = services.Findings(checks, given["remark"], given["others_asked"], others)
        return services.record_inspection(call.found.pk, findings, actor=call.user, now=call.now, **_hand(call))


class AddPhoto(VisitEndpoint):
    """A photo."""

    longest_body = LIMIT_WITH_PICTURE

    @operation("add_photo", WRITE, shapes.PhotoOut, body=shapes.PhotoBody, find=visit_or_404, status=201)
    def post(self, call: Call) -> Any:
        """Adds a photo; its token makes a repeat harmless."""
        try:
            content = base64.b64decode(call.given["content"], validate=True)
        except (binascii.Error, ValueError):
            raise not_a_photo() from None
        token, item = call.given["token"], call.given["item"]
        hand = {"actor": call.user, "now": call.now, **_hand(call)}
        return services.add_photo(call.found.pk, BytesIO(content), token, item=item, **hand)


class Sign(VisitEndpoint):
    """The record sheet."""

    longest_body = 1024 * 1024

    @operation("sign", WRITE, shapes.SignatureOut, body=shapes.SignBody, find=visit_or_404, status=201)
    def post(self, call: Call) -> Any:
        """Records the customer's signature and opinion; it cannot be changed afterwards."""
        given = call.given
        sheet = services.SignedSheet(given["opinion"], given["drawing"], given["typed_name"])
        return services.sign(call.found.pk, sheet, actor=call.user, now=call.now, **_hand(call))


class AddCharge(VisitEndpoint):
    """The bill."""

    @operation("list_charges", READ, shapes.ChargeOut, roles=READERS, find=visit_or_404, many=True)
    def get(self, call: Call) -> list[Any]:
        """Lists what is to be paid, in fen."""
        return list(charges_of(call.found))

    @operation("add_charge", WRITE, shapes.ChargeOut, body=shapes.ChargeBody, find=visit_or_404, status=201)
    def post(self, call: Call) -> Any:
        """Charges an item of the price list in force; charging it again replaces its line."""
        given = call.given
        line = services.ChargeLine(given["item"], given["quantity"], given["free_reason"])
        charge = services.add_charge(call.found.pk, line, actor=call.user, now=call.now, on_behalf=given["on_behalf"])
        return Charge.objects.select_related("item").get(pk=charge.pk)


class RemoveCharge(VisitEndpoint):
    """A line of the bill."""

    @operation(
        "remove_charge",
        WRITE,
        shapes.DoneOut,
        body=shapes.OfficeHandBody,
        find=lambda user, visit_id, charge_id: (visit_or_404(user, visit_id), charge_id),
    )
    def post(self, call: Call) -> Any:
        """Takes a line off again; one that is gone already does no harm."""
        visit, charge_id = call.found
        services.remove_charge(visit.pk, charge_id, actor=call.user, now=call.now, on_behalf=call.given["on_behalf"])
        return {"done": True}


class RecordOutcome(VisitEndpoint):
    """The outcome."""

    @operation(
        "record_outcome",
        WRITE,
        shapes.VisitOut,
        body=shapes.OutcomeBody,
        find=visit_or_404,
        checks_version=True,
    )
    def post(self, call: Call) -> Any:
        """Records how the work ended; it may be changed until the visit is completed."""
        given, category = call.given, call.found.ticket.category
        fault = None if given["confirmed_fault"] is None else symptom_named(category, given["confirmed_fault"])
        report = services.Report(given["outcome"], fault, given["finding"], given["work"], given["next_window"])
        return services.record_outcome(
            call.found.pk, report, actor=call.user, now=call.now, expected_version=call.version, **_hand(call)
        )


class CompleteVisit(VisitEndpoint):
    """The end of a visit."""

    @operation("complete_visit", WRITE, shapes.VisitOut, body=shapes.HandBody, find=visit_or_404, checks_version=True)
    def post(self, call: Call) -> Any:
        """Completes the visit; refused while the checklist has gaps, the detail lists them."""
        return services.complete_visit(
            call.found.pk, actor=call.user, now=call.now, expected_version=call.version, **call.given
        )


class AbortVisit(VisitEndpoint):
    """A visit broken off."""

    @operation("abort_visit", WRITE, shapes.VisitOut, body=shapes.AbortBody, find=visit_or_404)
    def post(self, call: Call) -> Any:
        """Breaks the visit off without blame; the ticket is open again."""
        given = dict(call.given)
        reason = given.pop("reason")
        return services.abort_visit(call.found.pk, reason, actor=call.user, now=call.now, **given)


class TicketVisits(VisitEndpoint):
    """The visits of a ticket."""

    @operation(
        "list_ticket_visits",
        READ,
        shapes.VisitOut,
        roles=READERS | {Role.AGENT, Role.DISPATCHER},
        find=ticket_or_404,
        many=True,
    )
    def get(self, call: Call) -> list[Any]:
        """Lists the visits of a ticket, the newest first."""
        rows = visits_for(call.user).filter(ticket=call.found)
        related = ("ticket", "technician__user", "assignment", "confirmed_fault")
        return list(rows.select_related(*related).order_by("-id"))


def _hand(call: Call) -> dict[str, Any]:
    return {"device_at": call.given["device_at"], "on_behalf": call.given["on_behalf"]}
