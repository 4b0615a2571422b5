"""Leave, sickness and training. Booked jobs inside are never moved silently: they are named, and stay for a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from dispatch.models import ACTIVE, Absence, Assignment, Technician
from dispatch.people.facts import absence_facts, span_of
from dispatch.people.services.holding import LONGEST_REASON, held, note
from servicedesk.errors import CONFLICT, OUT_OF_SCOPE, ActionError, invalid
from servicedesk.people.models import User

LONGEST = timedelta(days=366)
NAMED = 5


@dataclass(frozen=True)
class AbsenceWanted:
    """From, until and why (a code); `word` says why it is kept although jobs are booked inside."""

    start: datetime
    end: datetime
    reason: str
    word: str = ""


def jobs_inside(technician: Technician, start: datetime, end: datetime, now: datetime) -> list[Assignment]:
    """The booked jobs that share time with the hours and are not over, the soonest first."""
    found = Assignment.objects.filter(
        state__in=ACTIVE, technician=technician, span__overlap=(start, end), span__endswith__gt=now
    )
    return list(found.select_related("ticket__customer", "ticket__address").order_by("span"))


def put_absence(
    technician_id: int, wanted: AbsenceWanted, *, actor: User | None, now: datetime, replaces: int | None = None
) -> Absence:
    """The absence as wanted, new or instead of the one that `replaces` names; booked jobs inside stay booked and show
    in the list of what needs attention.

    Refuses with 404, 403; with 422 absence_upside_down, absence_too_long, reason_unknown, word_too_long; with 409
    absence_twice, and jobs_inside, naming the jobs, where none says why (`word`).
    """
    _check(wanted)
    word = wanted.word.strip()
    with transaction.atomic():
        technician = held(technician_id, actor)
        absence = _absence(technician, replaces) if replaces is not None else None
        before = absence_facts(absence) if absence is not None else None
        twin = Absence.objects.filter(technician=technician, span=span_of(wanted.start, wanted.end))
        if twin.exclude(pk=replaces or 0).exists():
            raise ActionError("absence_twice", _("This absence is entered already."), status=CONFLICT, field="start")
        jobs = jobs_inside(technician, wanted.start, wanted.end, now)
        if jobs and not word:
            raise _collides(jobs)
        absence = absence or Absence(technician=technician)
        absence.span, absence.reason = span_of(wanted.start, wanted.end), wanted.reason
        absence.save()
        note(
            technician,
            "put_absence",
            before,
            absence_facts(absence),
            actor=actor,
            now=now,
            reason=word if jobs else "",
        )
    return absence


def remove_absence(technician_id: int, absence_id: int, *, actor: User | None, now: datetime) -> None:
    """Takes an absence away. Refuses with 404, 403."""
    with transaction.atomic():
        technician = held(technician_id, actor)
        absence = _absence(technician, absence_id)
        before = absence_facts(absence)
        absence.delete()
        note(technician, "remove_absence", before, None, actor=actor, now=now)


def _check(wanted: AbsenceWanted) -> None:
    if wanted.end <= wanted.start:
        raise invalid("end", "absence_upside_down", _("The absence ends before it begins."))
    if wanted.end - wanted.start > LONGEST:
        raise invalid("end", "absence_too_long", _("An absence has a year at most."))
    if wanted.reason not in Absence.Reason.values:
        raise invalid("reason", "reason_unknown", _("No such reason."))
    if len(wanted.word) > LONGEST_REASON:
        raise invalid("word", "word_too_long", _("This text is too long."), longest=LONGEST_REASON)


def _collides(jobs: list[Assignment]) -> ActionError:
    numbers = ", ".join(job.ticket.number for job in jobs[:NAMED]) + (" …" if len(jobs) > NAMED else "")
    words = ngettext(
        "%(n)d booked job lies inside: %(numbers)s. Say why it is entered all the same; the job then needs attention.",
        "%(n)d booked jobs lie inside: %(numbers)s. Say why it is entered all the same; the jobs then need attention.",
        len(jobs),
    ) % {"n": len(jobs), "numbers": numbers}
    detail = [
        {"number": job.ticket.number, "start": job.span.lower.isoformat(), "end": job.span.upper.isoformat()}
        for job in jobs
    ]
    return ActionError("jobs_inside", words, status=CONFLICT, field="word", detail={"jobs": detail})


def jobs_named(error: ActionError) -> list[dict[str, Any]]:
    """The jobs that a refusal `jobs_inside` names, with their instants; none for other refusals."""
    jobs = error.detail.get("jobs", []) if error.code == "jobs_inside" else []
    instants = ("start", "end")
    return [{**job, **{name: datetime.fromisoformat(job[name]) for name in instants}} for job in jobs]


def _absence(technician: Technician, absence_id: int) -> Absence:
    absence = Absence.objects.filter(technician=technician, pk=absence_id).first()
    if absence is None:
        raise ActionError("absence_not_found", _("There is no such absence any more."), status=OUT_OF_SCOPE)
    return absence
