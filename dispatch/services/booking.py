"""Asking the rules before a technician's time is given away, and writing the booking."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dispatch.models import Assignment, AssignmentState, Technician
from dispatch.rules import Finding, Job, Person, Span, Verdict, free_gaps, judge
from dispatch.selectors.proposals import days_round, person_round
from dispatch.telling import change_told, findings_told
from dispatch.wording import plain, span_words, words_of
from servicedesk.errors import CONFLICT, INVALID, ActionError, invalid
from servicedesk.people.models import Role, User
from servicedesk.tickets.models import Ticket

LONGEST = timedelta(hours=12)
# Written out, both: to put the question together takes the ORM longer than the database to answer it, and others wait.
LOCKED = "SELECT * FROM dispatch_technician WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
BOOK = """
INSERT INTO dispatch_assignment
    (ticket_id, technician_id, part, span, state, offered_by_id, offered_at, reason, overrides, score, row_version)
VALUES (%(ticket)s, %(technician)s, %(part)s, tstzrange(%(start)s, %(end)s), %(state)s, %(actor)s, %(now)s, '',
    %(overrides)s, %(score)s, %(version)s)
RETURNING *
"""


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


@dataclass(frozen=True)
class Asked:
    """A proposal the rules are asked about, as of `now`."""

    person: Person
    job: Job
    span: Span
    day: Span
    now: datetime


class BrokenError(Exception):
    """A proposal the rules stop: the hard rules that forbid it, or none where only a reason is missing.

    What would fit instead is looked for by `explained`, when the technician is no longer kept from others.
    """

    def __init__(self, asked: Asked, forbidden: Sequence[Finding]) -> None:
        super().__init__()
        self.asked, self.forbidden = asked, forbidden

    def told(self) -> ActionError:
        """The refusal in words."""
        asked = self.asked
        verdict = judge(asked.person, asked.job, asked.span, asked.now)
        return refusal(self.forbidden, verdict, asked) if self.forbidden else reason_missing(verdict)


@contextmanager
def explained() -> Iterator[None]:
    """Refuses what `check_rules` stopped in words, once the transaction inside has ended."""
    try:
        yield
    except BrokenError as broken:
        raise broken.told() from None


def check_rules(
    technician: Technician, job: Job, span: Span, reason: str, *, actor: User | None, now: datetime
) -> Passed:
    """What is kept with the assignment: what `reason` overrides, and what the proposal costs.

    Inside of `explained` it refuses with 409 and the code of the first hard rule that `actor` may not allow, its
    detail naming the other job, the free gaps of the day and the smallest change that fits; with 422
    override_reason_missing where a rule may be overridden and no reason is given.
    """
    asked = Asked(person_round(technician, span), job, span, days_round(technician, span), now)
    verdict = judge(asked.person, job, span, now, with_change=False)
    forbidden = [one for one in verdict.hard if not (one.waivable and may_allow(actor))]
    if forbidden or (verdict.findings and not reason):
        raise BrokenError(asked, forbidden)
    overrides = [{"code": one.code, "why": reason, "values": plain(one.values)} for one in verdict.findings]
    return Passed(overrides, {part.name: part.points for part in verdict.score.parts})


def may_allow(actor: User | None) -> bool:
    """Whether `actor` may allow what only a supervisor may; the system acts with his word."""
    return actor is None or actor.role in {Role.SUPERVISOR, Role.MANAGER}


def reason_missing(verdict: Verdict) -> ActionError:
    """The refusal where rules may be overridden and no reason is given."""
    return ActionError(
        "override_reason_missing",
        _("Say in one line why: %(rules)s") % {"rules": " ".join(words_of(one) for one in verdict.findings)},
        status=INVALID,
        field="override_reason",
        detail={"findings": findings_told(verdict.findings), "change": change_told(verdict)},
    )


def refusal(hard: Sequence[Finding], verdict: Verdict, asked: Asked) -> ActionError:
    """The refusal of the first of the broken hard rules."""
    first = hard[0]
    gaps = free_gaps(asked.person, asked.day, asked.job.number)
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
    Called inside the caller's transaction, which a refusal ends: a savepoint would be two more ways to the database
    while others wait for the technician.
    """
    asked = {
        "ticket": ticket.pk,
        "technician": technician.pk,
        "part": str(Assignment.Part.LEAD),
        "start": span.start,
        "end": span.end,
        "state": str(AssignmentState.OFFERED),
        "actor": None if actor is None else actor.pk,
        "now": now,
        "overrides": json.dumps(passed.overrides),
        "score": json.dumps(passed.score),
        "version": version,
    }
    try:
        with transaction.atomic(savepoint=False):
            assignment: Assignment = Assignment.objects.raw(BOOK, asked)[0]
    except IntegrityError as error:
        if "no_double_booking" in str(error):
            raise ActionError("double_booked", _("The technician has another job in this time.")) from error
        if "one_active_lead_per_ticket" in str(error):
            raise already_assigned() from error
        raise
    # Known already: nobody has to ask for them again.
    assignment.ticket, assignment.technician, assignment.offered_by = ticket, technician, actor
    return assignment


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
    """The technicians by id, locked, with account and outlet, which are read before the wait for the lock."""
    known = Technician.objects.select_related("user", "outlet").in_bulk(set(technician_ids))
    locked = hold_technicians(*technician_ids)
    for one in locked.values():
        before = known.get(one.pk)
        if before is not None and (before.user_id, before.outlet_id) == (one.user_id, one.outlet_id):
            one.user, one.outlet = before.user, before.outlet
    return locked


def hold_technicians(*technician_ids: int) -> dict[int, Technician]:
    """The technicians by id as they are once locked, in the order of their ids, so that crossing moves never wait for
    each other.
    """
    return {one.pk: one for one in Technician.objects.raw(LOCKED, [sorted(set(technician_ids))])}


def story_data(assignment: Assignment) -> dict[str, Any]:
    """What a line of the story keeps about an assignment: ids, instants and the codes of overridden rules."""
    return {
        "assignment": assignment.pk,
        "technician": assignment.technician_id,
        "start": assignment.span.lower.isoformat(),
        "end": assignment.span.upper.isoformat(),
        "overrides": [one["code"] for one in assignment.overrides],
    }
