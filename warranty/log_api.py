"""The repair log, its proofs and the waits over the API."""

import base64
import binascii
from io import BytesIO
from typing import Any
from uuid import UUID

from rest_framework import serializers

from servicedesk.api.endpoint import Call, Endpoint, operation
from servicedesk.api.fields import Body, Choice, Day, Text
from servicedesk.api.parsers import LIMIT_WITH_PICTURE
from servicedesk.api.shapes import Shown
from servicedesk.pictures import not_a_photo
from servicedesk.tickets.models import Ticket
from warranty.access import READERS, appliance_or_404, repair_or_404, wait_or_404
from warranty.models import PartsWait, ProofPhoto, RepairRecord
from warranty.proofs import add_proof
from warranty.repair_log import RepairElsewhere, Sheet, close_repair, record_elsewhere, strike_repair
from warranty.rights import job_of
from warranty.selectors import repairs_of, waits_of
from warranty.waits import NewWait, end_wait, open_wait, strike_wait

READ, WRITE = "warranty:read", "warranty:write"
# A picture of ten megabytes in base64.
LONGEST_PICTURE = 14_000_000


class RepairOut(Shown):
    """A line of the repair log; `counts` says whether the rules count it."""

    id = serializers.IntegerField()
    source = serializers.ChoiceField(RepairRecord.Source.values)  # type: ignore[assignment]
    repairer = serializers.CharField()
    kind = serializers.ChoiceField(RepairRecord.Kind.values)
    handed_over_on = serializers.DateField()
    returned_on = serializers.DateField(allow_null=True)
    fault_group = serializers.CharField()
    work = serializers.CharField()
    proofs = serializers.IntegerField(source="proofs.count")
    struck = serializers.CharField(source="strike.reason", allow_null=True, default=None)
    counts = serializers.BooleanField()


class WaitOut(Shown):
    """Days on which a repair waited; without `ended_on` it goes on."""

    id = serializers.IntegerField()
    ticket = serializers.CharField(source="ticket.number", allow_null=True, default=None)
    cause = serializers.ChoiceField(PartsWait.Cause.values)
    part = serializers.CharField()
    since = serializers.DateField()
    promised_on = serializers.DateField(allow_null=True)
    ended_on = serializers.DateField(allow_null=True)
    struck = serializers.CharField(source="strike.reason", allow_null=True, default=None)


class ProofOut(Shown):
    """A proof; its picture is read in the pages, by those who may read the guarantee."""

    token = serializers.UUIDField()
    kind = serializers.ChoiceField(ProofPhoto.Kind.values)
    sha256 = serializers.CharField()
    note = serializers.CharField()
    uploaded_at = serializers.DateTimeField()


class StrikeOut(Shown):
    """The strike through a wrong line."""

    reason = serializers.CharField()
    struck_at = serializers.DateTimeField()


class PictureBody(Body):
    """A picture: JPEG, PNG or WebP of at most ten megabytes, in base64."""

    token = serializers.UUIDField(help_text="A random name; sent again it gives the picture already there.")
    content = Text(max_length=LONGEST_PICTURE, trim_whitespace=False)


class NewRepairBody(Body):
    """A repair done elsewhere; without a proof it is kept as told by the customer and does not count."""

    repairer = Text(max_length=80)
    kind = Choice(RepairRecord.Kind.values)
    handed_over_on = Day()
    returned_on = Day(required=False, allow_null=True, default=None)
    fault_group = serializers.SlugField(required=False, default="", allow_blank=True, max_length=40)
    work = Text(required=False, default="", allow_blank=True, max_length=500)
    proof = PictureBody(required=False, allow_null=True, default=None)


class ProofBody(PictureBody):
    """What the picture shows."""

    kind = Choice(ProofPhoto.Kind.values)
    note = Text(required=False, default="", allow_blank=True, max_length=200)


class ReturnBody(Body):
    """The day the unit came back."""

    returned_on = Day()


class StrikeBody(Body):
    """Why the line is wrong."""

    reason = Text(max_length=200)


class NewWaitBody(Body):
    """What the repair waits for; it is kept with the ticket in hand, where there is one."""

    cause = Choice(PartsWait.Cause.values)
    since = Day()
    part = Text(required=False, default="", allow_blank=True, max_length=120)
    promised_on = Day(required=False, allow_null=True, default=None)


class EndBody(Body):
    """The last day of the wait."""

    ended_on = Day()


def _picture(content: str) -> BytesIO:
    try:
        return BytesIO(base64.b64decode(content, validate=True))
    except (binascii.Error, ValueError):
        raise not_a_photo() from None


class LogEndpoint(Endpoint):
    """An address of the repair log."""

    tag = "warranty"


class Repairs(LogEndpoint):
    """The repair log of an appliance."""

    longest_body = LIMIT_WITH_PICTURE

    @operation("list_repairs", READ, RepairOut, roles=frozenset(READERS), find=appliance_or_404, many=True)
    def get(self, call: Call) -> list[RepairRecord]:
        """Lists the repairs in the order of hand-over, struck and unproven ones too."""
        return repairs_of(call.found)

    @operation("record_repair", WRITE, RepairOut, body=NewRepairBody, find=appliance_or_404, status=201)
    def post(self, call: Call) -> RepairRecord:
        """Records a repair done elsewhere; the same line sent again is the one already there."""
        given = dict(call.given)
        proof = given.pop("proof")
        sheet = Sheet(_picture(proof["content"]), UUID(str(proof["token"]))) if proof else None
        return record_elsewhere(call.found.pk, RepairElsewhere(**given), sheet, actor=call.user, now=call.now)


class CloseRepair(LogEndpoint):
    """The end of a repair done elsewhere."""

    @operation("close_repair", WRITE, RepairOut, body=ReturnBody, find=repair_or_404)
    def post(self, call: Call) -> RepairRecord:
        """Records the return; once closed the line never changes."""
        return close_repair(call.found.pk, call.given["returned_on"], actor=call.user, now=call.now)


class StrikeRepair(LogEndpoint):
    """A wrong line."""

    @operation("strike_repair", WRITE, StrikeOut, body=StrikeBody, find=repair_or_404, status=201)
    def post(self, call: Call) -> Any:
        """Strikes a line out: it stays readable and no longer counts."""
        return strike_repair(call.found.pk, call.given["reason"], actor=call.user, now=call.now)


class Proofs(LogEndpoint):
    """Proofs of an appliance."""

    longest_body = LIMIT_WITH_PICTURE

    @operation("add_proof", WRITE, ProofOut, body=ProofBody, find=appliance_or_404, status=201)
    def post(self, call: Call) -> ProofPhoto:
        """Adds a proof about the appliance; its token makes a repeat harmless."""
        given = call.given
        return add_proof(
            call.found.pk,
            _picture(given["content"]),
            kind=given["kind"],
            token=given["token"],
            note=given["note"],
            actor=call.user,
            now=call.now,
        )


class Waits(LogEndpoint):
    """The waits of an appliance."""

    @operation("list_waits", READ, WaitOut, roles=frozenset(READERS), find=appliance_or_404, many=True)
    def get(self, call: Call) -> list[PartsWait]:
        """Lists the waits, oldest first, struck ones too."""
        return list(waits_of(call.found))

    @operation("open_wait", WRITE, WaitOut, body=NewWaitBody, find=appliance_or_404, status=201)
    def post(self, call: Call) -> PartsWait:
        """Records a wait; clocks stand still for missing parts where a policy allows it."""
        job = job_of(call.found)
        seen = job is not None and Ticket.objects.visible_to(call.user).filter(pk=job.pk).exists()
        wait = NewWait(**call.given)
        return open_wait(call.found.pk, wait, ticket=job if seen else None, actor=call.user, now=call.now)


class EndWait(LogEndpoint):
    """The end of a wait."""

    @operation("end_wait", WRITE, WaitOut, body=EndBody, find=wait_or_404)
    def post(self, call: Call) -> PartsWait:
        """Ends a wait; clocks that stood still for it run again."""
        return end_wait(call.found.pk, call.given["ended_on"], actor=call.user, now=call.now)


class StrikeWait(LogEndpoint):
    """A wait recorded by mistake."""

    @operation("strike_wait", WRITE, StrikeOut, body=StrikeBody, find=wait_or_404, status=201)
    def post(self, call: Call) -> Any:
        """Strikes a wait out: it stays readable and no longer counts."""
        return strike_wait(call.found.pk, call.given["reason"], actor=call.user, now=call.now)
