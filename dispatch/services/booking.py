"""Asking the rules before a technician's time is given away, and writing the booking."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from dispatch.models import Assignment, Technician
from dispatch.rules import Finding, Job, Person, Span, Verdict, free_gaps, judge
from dispatch.selectors.proposals import days_round, person_round
from dispatch.telling import change_told, findings_told
from dispatch.wording import plain, span_words, words_of
from servicedesk.errors import CONFLICT, INVALID, ActionError, invalid
from servicedesk.people.models import Role, User
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


@dataclass(frozen=True)
class Passed:
    """A proposal the rules let pass: the rules that were overridden and the score, as they are kept with it."""

    overrides: list[dict[str, Any]]
    score: dict[str, int]


def check_rules(
    technician: Technician, job: Job, span: Span, reason: str, *, actor: User | None, now: datetime
) -> Passed:
    """What is kept with the assignment: what `reason` overrides, and what the proposal costs.

    Refuses with 409 and the code of the first hard rule that `actor` may not allow, its detail naming the other job,
    the free gaps of the day and the smallest change that fits; with 422 override_reason_missing where a rule may be
    overridden and no reason is given.
    """
    person = person_round(technician, span)
    verdict = judge(person, job, span, now)
    day = days_round(technician, span)
    forbidden = [one for one in verdict.hard if not (one.waivable and may_allow(actor))]
    if forbidden:
        raise refusal(forbidden, verdict, person, job, day)
    if verdict.findings and not reason:
        raise ActionError(
            "override_reason_missing",
            _("Say in one line why: %(rules)s") % {"rules": " ".join(words_of(one) for one in verdict.findings)},
            status=INVALID,
            field="override_reason",
            detail={"findings": findings_told(verdict.findings), "change": change_told(verdict)},
        )
    overrides = [{"code": one.code, "why": reason, "values": plain(one.values)} for one in verdict.findings]
    return Passed(overrides, {part.name: part.points for part in verdict.score.parts})


def may_allow(actor: User | None) -> bool:
    """Whether `actor` may allow what only a supervisor may; the system acts with his word."""
    return actor is None or actor.role in {Role.SUPERVISOR, Role.MANAGER}


def refusal(hard: Sequence[Finding], verdict: Verdict, person: Person, job: Job, day: Span) -> ActionError:
    """The refusal of the first of the broken hard rules."""
    first = hard[0]
    gaps = free_gaps(person, day, job.number)
    detail = {
        **plain(first.values),
        "findings": findings_told(verdict.findings),
        "margin": first.margin,
        "change": change_told(verdict),
        "free_gaps": [[gap.start.isoformat(), gap.end.isoformat()] for gap in gaps],
    }
    return ActionError(first.code, words_of(first), status=CONFLICT, detail=detail)


def book(
    ticket: Ticket,
    technician: Technician,
    span: Span,
    passed: Passed,
    *,
    version: int = 1,
    actor: User | None,
    now: datetime,
) -> Assignment:
    """The offered assignment. The database has the last word on double booking, as a refusal like the rule's own.

    `version` has to lie above those of the ticket's assignments before, so that no two of them are taken for one.
    """
    try:
        with transaction.atomic():
            return Assignment.objects.create(
                ticket=ticket,
                technician=technician,
                span=DateTimeTZRange(span.start, span.end),
                offered_by=actor,
                offered_at=now,
                overrides=passed.overrides,
                score=passed.score,
                row_version=version,
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


def stale_assignment(current: Assignment) -> ActionError:
    """The refusal where somebody moved the job since it was looked at; its detail says where it is now."""
    detail = {
        "current": {
            "technician": current.technician_id,
            "name": current.technician.user.name,
            "start": current.span.lower.isoformat(),
            "end": current.span.upper.isoformat(),
            "version": current.row_version,
        }
    }
    words = _("Somebody has moved this job in the meantime: it is with %(name)s, %(span)s now.") % {
        "name": current.technician.user.name,
        "span": span_words(current.span.lower.isoformat(), current.span.upper.isoformat()),
    }
    return ActionError("stale_assignment", words, status=CONFLICT, detail=detail)


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
