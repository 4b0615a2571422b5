"""The daily draw: which closed tickets are asked about once more, and why."""

from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, Max, Min, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from servicedesk.clock import LOCAL
from servicedesk.tickets.locking import lock_ticket
from servicedesk.tickets.models import Outcome, Ticket, TicketException, TicketState
from visits.aftercare.calling import calling_of
from visits.aftercare.sampling import Finished, Hit, Rule, hits_of, ranked, weight_of
from visits.aftercare.services.scheduling import Wanted, make_callback, open_callback
from visits.aftercare.services.wishes import spare_unwanted
from visits.daily import once_a_day
from visits.models import (
    Answer,
    Callback,
    Charge,
    DailyRun,
    Mismatch,
    Photo,
    PriceItem,
    QualitySample,
    SamplingRules,
    Visit,
    VisitState,
)

JOB = "quality_calls"
# Drawn in the morning, so that the calls are in the queue when calling hours begin.
RUNS_FROM = time(8)
# Days on which the house stood still are made up for, up to this many.
CATCH_UP = 7
# How far back a technician's contradictions count.
LATELY = timedelta(days=30)
LeftOut = QualitySample.LeftOut


def draw_daily(now: datetime) -> int:
    """How many tickets today's draw chose; 0 before its hour and when it was made today. A step of the timers."""
    return once_a_day(JOB, RUNS_FROM, draw_quality_calls, now)


def draw_quality_calls(now: datetime) -> int:
    """How many tickets closed since the last draw, until yesterday's end, were chosen and now have a quality call.

    Every drawn ticket is kept with the rules that took it, chosen or left out. Asked again it draws nobody twice.
    """
    spare_unwanted(now)
    rules = SamplingRules.objects.first()
    if rules is None:
        return 0
    today = now.astimezone(LOCAL).date()
    closed = _closed(_first_day(today), today)
    every = [Rule(**rule) for rule in rules.rules]
    drawn = [(one.ticket, hits) for one in finished_of(closed, now) if (hits := hits_of(every, one))]
    left = rules.daily_cap - QualitySample.objects.filter(day=today, left_out="").count()
    chosen = 0
    ids = dict(closed.values_list("number", "pk"))
    for number, met in ranked(drawn):
        chosen += _take_up(ids[number], list(met), rules, now, has_room=chosen < left)
    return chosen


def _first_day(today: date) -> date:
    """From which day on closed tickets have not been drawn from: that of the last draw, a week back at most."""
    earlier = DailyRun.objects.filter(job=JOB, day__lt=today).aggregate(last=Max("day"))["last"]
    return max(earlier or today - timedelta(days=1), today - timedelta(days=CATCH_UP))


def _closed(first: date, until: date) -> QuerySet[Ticket]:
    """Tickets closed from the day `first` on, before `until`, whose work was done at the customer's."""
    start, end = (datetime.combine(day, time(0), tzinfo=LOCAL) for day in (first, until))
    drawn = QualitySample.objects.filter(ticket=OuterRef("pk"), closed_at=OuterRef("closed_at"))
    closed: QuerySet[Ticket] = Ticket.objects.filter(
        state=TicketState.CLOSED, closed_at__gte=start, closed_at__lt=end, excluded_from_measures=False
    )
    return closed.filter(~Exists(drawn), visits__state=VisitState.COMPLETED).distinct()


def finished_of(tickets: QuerySet[Ticket], now: datetime) -> list[Finished]:
    """What the rules ask of those tickets, with a fixed number of queries."""
    visits = Visit.objects.filter(ticket=OuterRef("pk"), state=VisitState.COMPLETED).order_by("-id")
    charges = Charge.objects.filter(visit__ticket=OuterRef("pk")).order_by().values("visit__ticket")
    parts = charges.filter(item__kind=PriceItem.Kind.PART)
    photos = Photo.objects.filter(visit__ticket=OuterRef("pk")).order_by().values("visit__ticket")
    waived = Charge.objects.filter(visit__ticket=OuterRef("pk")).exclude(free_reason="")
    rows = tickets.annotate(
        last_visit=Subquery(visits.values("pk")[:1]),
        last_technician=Subquery(visits.values("technician_id")[:1]),
        last_outcome=Subquery(visits.values("outcome")[:1]),
        charged=Coalesce(Subquery(charges.annotate(n=Sum("fen")).values("n")), 0),
        part_count=Coalesce(Subquery(parts.annotate(n=Sum("quantity")).values("n")), 0),
        photo_count=Coalesce(Subquery(photos.annotate(n=Count("pk")).values("n")), 0),
        fee_waived=Exists(waived)
        | Exists(TicketException.objects.filter(ticket=OuterRef("pk"), rule=TicketException.Rule.FEE_WAIVED)),
        earlier_at=Subquery(_earlier_repairs().values("closed_at")[:1]),
    ).order_by("pk")
    found = list(rows)
    technicians = {one.last_technician for one in found}
    first_visits, mismatches = _first_visits(technicians), _mismatches(technicians, now)
    not_kept = _not_kept([one.last_visit for one in found])
    return [
        Finished(
            ticket=one.number,
            charge_fen=one.charged,
            parts=one.part_count,
            photos=one.photo_count,
            waived=one.fee_waived,
            not_kept=not_kept.get(one.last_visit, ()),
            repeat_days=_days(one.earlier_at, one.received_at),
            technician_days=_days(first_visits.get(one.last_technician), now),
            mismatches=mismatches.get(one.last_technician, 0),
            no_fault=one.last_outcome == Outcome.NO_FAULT_FOUND,
        )
        for one in found
    ]


def _earlier_repairs() -> QuerySet[Ticket]:
    """Earlier closed tickets of the same appliance that were worked at home, the latest first."""
    earlier: QuerySet[Ticket] = Ticket.objects.filter(
        appliance=OuterRef("appliance"), closed_at__lt=OuterRef("received_at"), visits__state=VisitState.COMPLETED
    )
    return earlier.order_by("-closed_at")


def _first_visits(technicians: set[int]) -> dict[int, datetime]:
    visits = Visit.objects.filter(technician__in=technicians, arrived_at__isnull=False)
    return dict(visits.order_by().values_list("technician").annotate(first=Min("arrived_at")))


def _mismatches(technicians: set[int], now: datetime) -> dict[int, int]:
    lately = Mismatch.objects.filter(technician__in=technicians, found_at__gt=now - LATELY)
    standing = lately.exclude(state=Mismatch.State.EXPLAINED)
    return dict(standing.order_by().values_list("technician").annotate(n=Count("pk")))


def _not_kept(visits: list[int]) -> dict[int, tuple[str, ...]]:
    """By visit the codes of the items whose newest answer says that the norm was not kept."""
    newest = Answer.objects.filter(visit__in=visits).order_by("visit_id", "item__code", "-id")
    newest = newest.distinct("visit_id", "item__code")
    found: dict[int, tuple[str, ...]] = {}
    for visit, code, value in newest.values_list("visit_id", "item__code", "value"):
        if value == Answer.Value.NOT_DONE:
            found[visit] = (*found.get(visit, ()), code)
    return found


def _days(begin: datetime | None, end: datetime) -> int | None:
    return None if begin is None else max(0, (end - begin).days)


def _take_up(ticket_id: int, hits: list[Hit], rules: SamplingRules, now: datetime, *, has_room: bool) -> int:
    """1 where the ticket now has a quality call; 0 where it was left out, and why is kept."""
    ticket = lock_ticket(ticket_id, None)
    reasons = [hit.as_reason() for hit in hits]
    callback = None
    left_out = "" if has_room else LeftOut.CAP
    if ticket.state != TicketState.CLOSED or ticket.closed_at is None:
        # Reopened while the draw was made: it is drawn again once it is closed again.
        return 0
    if not left_out and not calling_of(ticket).may_be_called:
        left_out = LeftOut.WISH
    if not left_out:
        callback = open_callback(ticket, Callback.Kind.QUALITY)
        if callback is None:
            wanted = Wanted(Callback.Kind.QUALITY, reasons=tuple(reasons))
            callback = make_callback(ticket, wanted, actor=None, now=now)
    QualitySample.objects.create(
        ticket=ticket,
        closed_at=ticket.closed_at,
        day=now.astimezone(LOCAL).date(),
        rules=rules,
        reasons=reasons,
        weight=weight_of(hits),
        left_out=left_out,
        callback=callback,
    )
    return int(callback is not None)
