"""Asking the rules before a technician's time is given away, and writing the booking."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from dispatch.models import Assignment, Technician
from dispatch.rules import Finding, Job, Person, Span, broken_hard, broken_soft, free_gaps
from dispatch.selectors.days import day_of, day_span, zone_of
from dispatch.selectors.people import person_of
from dispatch.wording import plain, words_of
from servicedesk.errors import CONFLICT, INVALID, ActionError, invalid
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket

LONGEST = timedelta(hours=12)


def check_span(start: datetime, end: datetime, now: datetime) -> Span:
    """The span. Refuses with 422 one that is upside down, longer than twelve hours or over."""
    if end <= start:
        raise invalid("span_end", "span_upside_down", _("The job ends before it begins."))
    if end - start > LONGEST:
        raise invalid("span_end", "span_too_long", _("A job is planned for twelve hours at most."))
    if end <= now:
        raise invalid("span_start", "span_in_past", _("This time is already over."))
    return Span(start, end)


def check_rules(technician: Technician, job: Job, span: Span, reason: str) -> list[dict[str, Any]]:
    """The soft rules that `reason` overrides, as they are kept with the assignment.

    Refuses with 409 and the code of the first broken hard rule, its detail naming the other job and the free gaps of
    the day; with 422 override_reason_missing where a soft rule is broken and no reason is given.
    """
    day = day_span(day_of(span.start, zone_of(technician.outlet)), zone_of(technician.outlet))
    person = person_of(technician, Span(min(day.start, span.start), max(day.end, span.end)))
    hard = broken_hard(person, job, span)
    if hard:
        raise refusal(hard, person, job, day)
    soft = broken_soft(person, job, span)
    if soft and not reason:
        raise ActionError(
            "override_reason_missing",
            _("Say in one line why: %(rules)s") % {"rules": " ".join(words_of(finding) for finding in soft)},
            status=INVALID,
            field="override_reason",
            detail={"findings": told(soft)},
        )
    return [{"code": one.code, "why": reason, "values": plain(one.values)} for one in soft]


def refusal(hard: Sequence[Finding], person: Person, job: Job, day: Span) -> ActionError:
    """The refusal of the first of the broken hard rules."""
    first = hard[0]
    gaps = free_gaps(person, day, job.number)
    detail = {
        **plain(first.values),
        "findings": told(hard),
        "free_gaps": [[gap.start.isoformat(), gap.end.isoformat()] for gap in gaps],
    }
    return ActionError(first.code, words_of(first), status=CONFLICT, detail=detail)


def told(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Findings for the body of a refusal: code, values and sentence."""
    return [{"code": one.code, "values": plain(one.values), "words": words_of(one)} for one in findings]


def book(
    ticket: Ticket,
    technician: Technician,
    span: Span,
    overrides: list[dict[str, Any]],
    *,
    actor: User | None,
    now: datetime,
) -> Assignment:
    """The offered assignment. The database has the last word on double booking, as a refusal like the rule's own."""
    try:
        with transaction.atomic():
            return Assignment.objects.create(
                ticket=ticket,
                technician=technician,
                span=DateTimeTZRange(span.start, span.end),
                offered_by=actor,
                offered_at=now,
                overrides=overrides,
            )
    except IntegrityError as error:
        if "no_double_booking" in str(error):
            raise ActionError("double_booked", _("The technician has another job in this time.")) from error
        if "one_active_lead_per_ticket" in str(error):
            raise already_assigned() from error
        raise


def already_assigned() -> ActionError:
    """The refusal where somebody else has assigned the ticket in the meantime."""
    return ActionError("already_assigned", _("A technician is already assigned; reassign instead."))


def lock_technicians(*technician_ids: int) -> dict[int, Technician]:
    """The technicians by id, locked in the order of their ids, so that crossing moves never wait for each other."""
    locked = Technician.objects.select_for_update(of=("self",), no_key=True).select_related("user", "outlet")
    return {one.pk: one for one in locked.filter(pk__in=set(technician_ids)).order_by("pk")}


def story_data(assignment: Assignment) -> dict[str, Any]:
    """What a line of the story keeps about an assignment: ids, instants and the codes of overridden rules."""
    return {
        "assignment": assignment.pk,
        "technician": assignment.technician_id,
        "start": assignment.span.lower.isoformat(),
        "end": assignment.span.upper.isoformat(),
        "overrides": [one["code"] for one in assignment.overrides],
    }
