"""What a technician's visits of today and tomorrow need, read in as many queries for one as for thirty."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q

from dispatch.models import Certification, Technician
from servicedesk.catalogue.models import Appliance, FaultCode
from servicedesk.tickets.models import Ticket
from visits.models import (
    AbortReason,
    Answer,
    Charge,
    ChecklistItem,
    ChecklistTemplate,
    ChecklistVersion,
    Photo,
    PriceItem,
    PriceList,
    Visit,
    VisitEntry,
)
from visits.promises import Told, told_of
from visits.selectors import day_of, local_day
from visits.transitions import UNFINISHED
from warranty.models import Decision

# Today and tomorrow.
DAYS = 2
# The contact of a customer stays on the device this long after the visit.
KEPT_AFTER = timedelta(hours=24)
HISTORY_LINES = 3
HISTORY_READ = 300
LIKELY_PARTS = 3


@dataclass(frozen=True)
class Gathered:
    """The visits and, by id of visit, ticket, fault or version, all that is shown of them."""

    visits: list[Visit]
    versions: dict[int, ChecklistVersion]
    items: dict[int, list[ChecklistItem]]
    answers: dict[int, dict[str, Answer]]
    charges: dict[int, list[Charge]]
    photos: dict[int, list[Photo]]
    highest: dict[int, dict[str, int]]
    history: dict[int, list[Ticket]]
    parts: dict[int, list[str]]
    faults: dict[int, list[FaultCode]]
    decisions: dict[int, Decision]
    others: dict[int, list[Appliance]]
    told: Told
    certificates: Sequence[Certification]
    prices: list[tuple[PriceList, list[PriceItem]]] = field(default_factory=list)

    def prices_on(self, day: date) -> tuple[PriceList, list[PriceItem]] | None:
        """The price list in force on `day`, with its items."""
        return next(((one, items) for one, items in self.prices if one.effective_from <= day), None)

    def version_for(self, visit: Visit, occasion: str, at: datetime) -> ChecklistVersion | None:
        """The checklist in force at `at` for this visit, as `selectors.checklist_in_force` chooses it."""
        ticket = visit.ticket
        category = ticket.category.code if ticket.category is not None else ""
        fitting = [one for one in self.versions.values() if _fits(one, occasion, ticket.kind, category, at)]
        return max(fitting, key=_special, default=None)


def _fits(version: ChecklistVersion, occasion: str, kind: str, category: str, at: datetime) -> bool:
    template, since = version.template, version.effective_from
    standing = template.retired_at is None or template.retired_at > at
    used = template.kind in ("", kind) and (not template.categories or category in template.categories)
    return template.occasion == occasion and standing and used and since is not None and since <= at


def _special(version: ChecklistVersion) -> tuple[Any, ...]:
    template = version.template
    return (template.kind, bool(template.categories), version.effective_from, version.version)


def gather(technician: Technician, now: datetime) -> Gathered:
    """Everything of the technician's open visits up to the end of tomorrow, and of those that just ended."""
    visits = _visits(technician, now)
    ids = [visit.pk for visit in visits]
    tickets = [visit.ticket for visit in visits]
    versions = _versions(now, {visit.checklist_id for visit in visits})
    items = ChecklistItem.objects.filter(version__in=versions).order_by("position", "code")
    answers: dict[int, dict[str, Answer]] = defaultdict(dict)
    for answer in Answer.objects.filter(visit__in=ids).select_related("item").order_by("pk"):
        answers[answer.visit_id][answer.item.code] = answer
    categories = {ticket.category_id for ticket in tickets}
    return Gathered(
        visits,
        versions,
        _grouped(items, "version_id"),
        answers,
        _grouped(Charge.objects.filter(visit__in=ids).select_related("item").order_by("item__code", "pk"), "visit_id"),
        _grouped(Photo.objects.filter(visit__in=ids), "visit_id"),
        _highest(ids),
        _history(tickets),
        _likely_parts(tickets),
        _grouped(FaultCode.objects.filter(category__in=categories).order_by("code"), "category_id"),
        {one.ticket_id: one for one in Decision.objects.filter(ticket__in=tickets).order_by("pk") if one.ticket_id},
        _others(tickets),
        told_of(tickets),
        list(Certification.objects.filter(technician=technician).order_by("-valid_until", "number")),
        _prices(),
    )


def _visits(technician: Technician, now: datetime) -> list[Visit]:
    zone = ZoneInfo(technician.outlet.time_zone)
    end = datetime.combine(local_day(now, technician.outlet.time_zone) + timedelta(days=DAYS), time(), zone)
    near = Q(state__in=UNFINISHED, assignment__span__startswith__lt=end) | Q(ended_at__gt=now - KEPT_AFTER)
    found = Visit.objects.filter(near, technician=technician).exclude(abort_reason=AbortReason.CALLED_OFF)
    related = (
        "ticket__address",
        "ticket__category",
        "ticket__fault",
        "ticket__appliance__category",
        "ticket__appliance__model",
        "assignment",
        "confirmed_fault",
        "inspection",
        "signature",
    )
    visits = list(found.select_related(*related).order_by("assignment__span", "pk"))
    for visit in visits:
        visit.technician = technician
    return visits


def _versions(now: datetime, kept: Iterable[int | None]) -> dict[int, ChecklistVersion]:
    """The versions that may be a visit's by tomorrow, and those the visits keep."""
    last = now + timedelta(days=DAYS)
    rows = ChecklistVersion.objects.filter(Q(effective_from__lte=last) | Q(pk__in=[one for one in kept if one]))
    return {version.pk: version for version in rows.select_related("template")}


def _grouped(rows: Iterable[Any], name: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found


def _highest(ids: list[int]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    rows = VisitEntry.objects.filter(visit__in=ids).order_by().values_list("visit", "device").annotate(Max("seq"))
    for visit, device, seq in rows:
        found[visit][str(device)] = seq
    return found


def _history(tickets: list[Ticket]) -> dict[int, list[Ticket]]:
    """Three earlier tickets each, of the same appliance, else of the same product at this customer's."""
    of_customers = Ticket.objects.filter(customer__in={ticket.customer_id for ticket in tickets})
    earlier = of_customers.select_related("fault", "facts").order_by("-received_at")[:HISTORY_READ]
    rows = list(earlier)
    return {ticket.pk: [row for row in rows if _is_before(row, ticket)][:HISTORY_LINES] for ticket in tickets}


def _is_before(row: Ticket, ticket: Ticket) -> bool:
    if row.received_at >= ticket.received_at or row.customer_id != ticket.customer_id:
        return False
    if ticket.appliance_id is not None:
        return row.appliance_id == ticket.appliance_id
    return row.category_id == ticket.category_id


def _likely_parts(tickets: list[Ticket]) -> dict[int, list[str]]:
    """The codes of the parts most often charged for the same symptom, by symptom."""
    faults = {ticket.fault_id for ticket in tickets if ticket.fault_id}
    used = Charge.objects.filter(item__kind=PriceItem.Kind.PART, visit__ticket__fault__in=faults)
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for fault, code, number in used.order_by().values_list("visit__ticket__fault", "item__code").annotate(Count("pk")):
        counts[fault][code] += number
    return {fault: [code for code, _number in found.most_common(LIKELY_PARTS)] for fault, found in counts.items()}


def _others(tickets: list[Ticket]) -> dict[int, list[Appliance]]:
    customers = {ticket.customer_id for ticket in tickets}
    rows = Appliance.objects.filter(customer__in=customers, replaced_by=None).select_related("category", "model")
    by_customer = _grouped(rows, "customer_id")
    return {
        ticket.pk: [one for one in by_customer[ticket.customer_id] if one.pk != ticket.appliance_id]
        for ticket in tickets
    }


def _prices() -> list[tuple[PriceList, list[PriceItem]]]:
    """The price lists, the newest first, with their items; a house has one or two a year."""
    lists = list(PriceList.objects.order_by("-effective_from", "-pk")[:4])
    items = _grouped(PriceItem.objects.filter(price_list__in=lists).order_by("code"), "price_list_id")
    return [(one, items[one.pk]) for one in lists]


def certificates_on(gathered: Gathered, visit: Visit, now: datetime) -> list[str]:
    """The numbers of the technician's certificates that are valid on the day of the visit."""
    at = day_of(visit, max(now, visit.assignment.span.lower))
    day = local_day(at)
    return [
        one.number
        for one in gathered.certificates
        if one.valid_from <= day <= one.valid_until and (one.suspended_at is None or one.suspended_at > at)
    ]


OCCASIONS = tuple(str(one) for one in ChecklistTemplate.Occasion)
