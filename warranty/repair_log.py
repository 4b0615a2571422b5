"""Repairs done elsewhere, written into the legal log by hand: with proof they count as our own do."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import Appliance
from servicedesk.errors import OUT_OF_SCOPE, ActionError, invalid
from servicedesk.people.models import User
from servicedesk.tickets.transitions import require
from warranty.access import appliances_for, lock_appliance
from warranty.facts_builder import first_unit, local_day
from warranty.models import LogStrike, ProofPhoto, RepairRecord
from warranty.proofs import add_proof
from warranty.rights import keep_rights

RECORD, CLOSE, STRIKE = "record_repair", "close_repair", "strike_repair"
LONGEST_NAME = 80
LONGEST_WORK = 500
LONGEST_REASON = 200


@dataclass(frozen=True, kw_only=True)
class RepairElsewhere:
    """What the customer or a sheet says of a repair by others; without `returned_on` the unit is still there."""

    repairer: str
    kind: str
    handed_over_on: date
    returned_on: date | None = None
    fault_group: str = ""
    work: str = ""


@dataclass(frozen=True)
class Sheet:
    """The picture that proves a repair, and the random name its form was given."""

    photo: BinaryIO | File[Any]
    token: UUID


def record_elsewhere(
    appliance_id: int, repair: RepairElsewhere, sheet: Sheet | None = None, *, actor: User | None, now: datetime
) -> RepairRecord:
    """The new line of the log; the same line sent again is the one already there. It counts once it has a proof:
    its sheet, or one added later (`warranty.proofs.add_proof` with this line). A bad picture leaves no line.

    Refuses with what refuses a proof, 404 appliance_not_found, 403 role_not_allowed, 422 repairer_missing,
    repairer_too_long, repair_kind_unknown, work_too_long, day_in_future, returned_before_handed, repair_before_sale,
    409 repair_overlaps.
    """
    repairer, work = repair.repairer.strip(), repair.work.strip()
    _refuse_bad_words(repair.kind, repairer, work)
    with transaction.atomic():
        appliance = lock_appliance(appliance_id, actor)
        require(RECORD, actor, "")
        _refuse_bad_days(appliance, repair.handed_over_on, repair.returned_on, local_day(now))
        same = RepairRecord.objects.filter(
            appliance=appliance,
            source=RepairRecord.Source.ELSEWHERE,
            strike=None,
            repairer=repairer,
            kind=repair.kind,
            handed_over_on=repair.handed_over_on,
            returned_on=repair.returned_on,
            work=work,
        ).first()
        row = same or _write(appliance, repair, repairer, work, (actor, now))
        if sheet is not None:
            kind = ProofPhoto.Kind.REPAIR_SHEET
            add_proof(appliance.pk, sheet.photo, kind=kind, token=sheet.token, repair=row, actor=actor, now=now)
        elif same is None:
            keep_rights(appliance.pk, now=now)
    return row


def _write(
    appliance: Appliance, repair: RepairElsewhere, repairer: str, work: str, by: tuple[User | None, datetime]
) -> RepairRecord:
    _refuse_overlap(appliance, repair.handed_over_on, repair.returned_on)
    return RepairRecord.objects.create(
        appliance=appliance,
        ticket=None,
        kind=repair.kind,
        handed_over_on=repair.handed_over_on,
        returned_on=repair.returned_on,
        fault_group=repair.fault_group,
        work=work,
        source=RepairRecord.Source.ELSEWHERE,
        repairer=repairer,
        recorded_by=by[0],
        recorded_at=by[1],
    )


def close_repair(repair_id: int, returned_on: date, *, actor: User | None, now: datetime) -> RepairRecord:
    """The line with its end; closed once, it never changes again.

    Refuses with 404 repair_not_found, 403, 409 wrong_state, repair_overlaps, 422 for the day.
    """
    with transaction.atomic():
        row = _lock_line(repair_id, actor)
        if row.returned_on == returned_on and row.state == "returned":
            return row
        require(CLOSE, actor, row.state)
        _refuse_bad_days(row.appliance, row.handed_over_on, returned_on, local_day(now))
        _refuse_overlap(row.appliance, row.handed_over_on, returned_on, but=row.pk)
        row.returned_on = returned_on
        row.save(update_fields=["returned_on"])
        keep_rights(row.appliance_id, now=now)
    return row


def strike_repair(repair_id: int, reason: str, *, actor: User | None, now: datetime) -> LogStrike:
    """The strike through a wrong line of a repair done elsewhere: it stays readable and no longer counts.

    Refuses with 404 repair_not_found, 403, 409 own_repair for what our own visits wrote, wrong_state, 422
    reason_missing, reason_too_long.
    """
    reason = checked_reason(reason)
    with transaction.atomic():
        row = _lock_line(repair_id, actor)
        require(STRIKE, actor, row.state)
        if row.source != RepairRecord.Source.ELSEWHERE:
            raise ActionError("own_repair", _("Only repairs done elsewhere are struck out."))
        strike = LogStrike.objects.create(repair=row, reason=reason, struck_by=actor, struck_at=now)
        keep_rights(row.appliance_id, now=now)
    return strike


def checked_reason(reason: str) -> str:
    """The reason of a strike without blanks around it. Refuses with 422 reason_missing, reason_too_long."""
    reason = reason.strip()
    if not reason:
        raise invalid("reason", "reason_missing", _("Say why this line is wrong."))
    if len(reason) > LONGEST_REASON:
        raise invalid("reason", "reason_too_long", _("The reason is too long."))
    return reason


def _lock_line(repair_id: int, actor: User | None) -> RepairRecord:
    appliances = Appliance.objects.all() if actor is None else appliances_for(actor)
    rows = RepairRecord.objects.filter(appliance__in=appliances).select_related("appliance")
    row = rows.select_for_update(of=("self",)).filter(pk=repair_id).first()
    if row is None:
        raise ActionError("repair_not_found", _("There is no such line in the log."), status=OUT_OF_SCOPE)
    return row


def _refuse_bad_words(kind: str, repairer: str, work: str) -> None:
    if kind not in RepairRecord.Kind.values:
        raise invalid("kind", "repair_kind_unknown", _("Choose how the repair was closed."))
    if not repairer:
        raise invalid("repairer", "repairer_missing", _("Say who repaired it."))
    if len(repairer) > LONGEST_NAME:
        raise invalid("repairer", "repairer_too_long", _("The name is too long."))
    if len(work) > LONGEST_WORK:
        raise invalid("work", "work_too_long", _("What was done is too long."))


def _refuse_bad_days(appliance: Appliance, handed: date, returned: date | None, today: date) -> None:
    if handed > today:
        raise invalid("handed_over_on", "day_in_future", _("This day lies in the future."))
    if returned is not None and returned > today:
        raise invalid("returned_on", "day_in_future", _("This day lies in the future."))
    if returned is not None and returned < handed:
        raise invalid("returned_on", "returned_before_handed", _("The return lies before the hand-over."))
    sold = sale_day(appliance)
    if sold is not None and handed < sold:
        raise invalid(
            "handed_over_on",
            "repair_before_sale",
            _("The unit was not yet with the customer: the record says %(day)s.") % {"day": sold.isoformat()},
        )


def sale_day(appliance: Appliance) -> date | None:
    """The first day this very unit was the customer's, so far as it is on record."""
    unit = appliance if appliance.replaces_id else first_unit(appliance)
    return min((day for day in (unit.invoice_date, unit.delivery_date) if day is not None), default=None)


def _refuse_overlap(appliance: Appliance, handed: date, returned: date | None, but: int = 0) -> None:
    """A unit is in one repair at a time; the day it comes back may be the day it is handed over again."""
    rows = RepairRecord.objects.filter(appliance=appliance, strike=None).exclude(pk=but)
    rows = rows.filter(Q(returned_on=None) | Q(returned_on__gt=handed))
    other = (rows if returned is None else rows.filter(handed_over_on__lt=returned)).first()
    if other is not None:
        span = f"{other.handed_over_on:%Y-%m-%d} – {other.returned_on or '…'}"
        raise ActionError(
            "repair_overlaps",
            _("Another repair of this unit is on record in these days: %(span)s.") % {"span": span},
            field="handed_over_on",
        )
