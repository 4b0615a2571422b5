"""Reading what a sheet is made of, and the sheets there are."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from servicedesk.tickets.models import Ticket, TicketKind
from visits.aftercare.cards import numbers_of
from visits.fees import Expectation, expectation_of
from visits.models import AbortReason, ChecklistItem, Inspection, ServiceRecord, Signature, Visit
from visits.selectors import (
    Standing,
    charges_of,
    day_of,
    local_day,
    price_list_on,
    standing_of,
    valid_certificates,
)
from visits.services.outcomes import MENDED
from visits.sheets.content import Content, Facts, Guarantee, both, content_of
from warranty.selectors import the_edition
from warranty.wording import cite

AFTER_REPAIR = "after_repair_days"
NATIONAL = ("national",)
# What building a sheet reads along.
RELATED = (
    "ticket__customer",
    "ticket__address",
    "ticket__category",
    "ticket__outlet",
    "ticket__appliance__category",
    "ticket__appliance__model",
    "ticket__fault",
    "technician__user",
    "checklist",
    "confirmed_fault",
)


def sheets_of(visit: Visit) -> QuerySet[ServiceRecord]:
    """The sheets of the visit, the current one first."""
    return ServiceRecord.objects.filter(visit=visit).select_related("replaces", "made_by").order_by("-version")


def current_sheet(visit: Visit) -> ServiceRecord | None:
    """The sheet that holds; None where none was made yet."""
    return sheets_of(visit).first()


def current_content(visit_id: int, now: datetime) -> Content:
    """The content as it would be frozen at `now`."""
    return content_of(facts_of(Visit.objects.select_related(*RELATED).get(pk=visit_id), now))


def visit_no(visit: Visit) -> int:
    """Which visit of its ticket it is; visits that were called off before anybody came are not counted."""
    earlier = Visit.objects.filter(ticket=visit.ticket_id, pk__lt=visit.pk)
    return earlier.exclude(abort_reason=AbortReason.CALLED_OFF).count() + 1


def facts_of(visit: Visit, now: datetime) -> Facts:
    """Everything the sheet of `visit` is made of, as of `now`."""
    prices = price_list_on(local_day(day_of(visit, now)))
    standing, expected = standing_of(visit, now), expectation_of(visit.ticket, now)
    guarantee = guarantee_of_repair(visit, now)
    return Facts(
        visit=visit,
        visit_no=visit_no(visit),
        phone=visit.ticket.contact_phone_raw or next(iter(numbers_of(visit.ticket)), ""),
        standing=standing,
        charges=list(charges_of(visit)),
        price_list=prices.version if prices else "",
        expected=expected,
        rule=_rule(expected),
        guarantee=guarantee,
        guarantee_rule=cited(guarantee.norm, guarantee.article) if guarantee else {},
        inspection=Inspection.objects.filter(visit=visit).first(),
        signature=Signature.objects.filter(visit=visit).first(),
        certificate=_certificate(visit, standing, now),
        photos=visit.photos.count(),
    )


def cited(norm: str, article: str) -> dict[str, str]:
    """Norm and article in both languages."""
    return both(lambda: cite(norm, article, the_edition()))


def _rule(expected: Expectation) -> dict[str, str]:
    return cited(expected.norm, expected.article) if expected.is_free and expected.norm else {}


def guarantee_of_repair(visit: Visit, now: datetime) -> Guarantee | None:
    """Until when the repair of this visit is guaranteed: 30 days after return (R458 art. 6(2), convention C12).

    None where nothing was repaired. The day of return is that of the visit's end, before it today's.
    """
    if visit.ticket.kind != TicketKind.REPAIR or visit.outcome not in MENDED:
        return None
    zone = visit.ticket.outlet.time_zone if visit.ticket.outlet is not None else "Asia/Shanghai"
    return guarantee_after(local_day(visit.ended_at or now, zone))


def guarantee_after(returned: date) -> Guarantee | None:
    """The guarantee of a repair that was returned on that day."""
    figure = the_edition().find(AFTER_REPAIR, NATIONAL, returned)
    if figure is None:
        return None
    return Guarantee(returned + timedelta(days=figure.number), figure.number, figure.norm, figure.article)


def _certificate(visit: Visit, standing: Standing, now: datetime) -> str:
    """The certificate that was shown at the door, else the technician's own that is valid on the day."""
    kind = ChecklistItem.Proof.CERTIFICATE
    shown = [line.answer.proof for line in standing.lines if line.item.proof == kind and line.answer]
    found = [number for number in shown if number] or valid_certificates(visit.technician, day_of(visit, now))
    return found[0] if found else ""


@dataclass(frozen=True)
class OfCustomer:
    """A sheet as the list on the customer's page names it."""

    sheet: ServiceRecord
    visit_no: int
    replaced_by: str


def sheets_of_ticket(ticket: Ticket) -> list[OfCustomer]:
    """The sheets of all visits of the ticket, those that hold first, each kind newest first."""
    sheets = ServiceRecord.objects.filter(visit__ticket=ticket).select_related("replaced_by").order_by("-made_at")
    found = [
        OfCustomer(one, one.content["ticket"]["visit_no"], one.replaced_by.number if _is_replaced(one) else "")
        for one in sheets
    ]
    return sorted(found, key=lambda one: bool(one.replaced_by))


def _is_replaced(sheet: ServiceRecord) -> bool:
    return getattr(sheet, "replaced_by", None) is not None
