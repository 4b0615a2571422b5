"""A repair that does not end: no parts for 90 (60) days, or 30 days by the repairer's own cause (R458 art. 12)."""

from datetime import date, timedelta

from warranty.rules.case import Case, cite
from warranty.rules.facts import RepairKind, Wait
from warranty.rules.grounds import Ground
from warranty.rules.outcome import Finding, NoteValue, flag, line


def stalled_repair(case: Case) -> tuple[tuple[Ground, ...], Finding]:
    """Return the grounds that an open job has grown into, counted from hand-over to the day of decision (C9)."""
    since = _open_since(case)
    if since is None:
        return (), Finding()
    days = (case.as_of - since).days
    grounds: list[Ground] = []
    found = Finding()
    causes = {
        "parts_wait": ("parts_wait_days", case.facts.parts_waits),
        "repairer_delay": ("repairer_delay_days", case.facts.repairer_delays),
    }
    for cause, (code, waits) in causes.items():
        if not _runs(waits):
            continue
        figure = case.figure(code)
        values: dict[str, NoteValue] = {"since": since, "days": days, "limit": figure.number}
        last = since + timedelta(days=figure.number)
        found += Finding(lines=(line("open_job", cause=cause, **values),), boundaries=(last,))
        if days > figure.number:
            grounds.append(Ground(code=cause, figure=figure))
    if not found.lines and days > case.figure("repairer_delay_days").number:
        found += Finding(flags=(flag("open_job_without_cause", since=since, days=days),), missing=("delay_cause",))
    return tuple(grounds), found


def long_repair(case: Case, start: date) -> tuple[tuple[Ground, ...], Finding]:
    """Return the local ground of too many repair days in all since `start` (Zhejiang, Shandong), full price back."""
    figure = case.overlay("long_repair_days")
    if figure is None:
        return (), Finding()
    days = sum(stretch.days for stretch in case.excluded(start))
    found = Finding()
    if days:
        found = Finding(lines=(line("long_repair", days=days, limit=figure.number, **cite(figure)),))
    if _open_since(case) is not None:
        found += Finding(boundaries=(case.as_of + timedelta(days=figure.number - days),))
    if days <= figure.number:
        return (), found
    lost_work = case.overlay("lost_work_paid")
    if lost_work:
        found += Finding(lines=(line("overlay_lost_work", **cite(lost_work)),))
    return (Ground(code="long_repair", figure=figure, full_refund=True),), found


def _open_since(case: Case) -> date | None:
    """Return the hand-over day of the open guarantee job of the unit now in use, or None.

    An open wait is the cause of the open job: beside a paid job it opens nothing, and without any job it is the job.
    """
    exchanged = case.facts.exchanged_on or date.min
    jobs = [item for item in case.facts.repairs if item.returned_on is None and item.handed_on >= exchanged]
    if jobs:
        return min((job.handed_on for job in jobs if job.kind is RepairKind.WARRANTY), default=None)
    waits = case.facts.parts_waits + case.facts.repairer_delays
    return min((wait.first for wait in waits if wait.last is None and wait.first >= exchanged), default=None)


def _runs(waits: tuple[Wait, ...]) -> bool:
    return any(wait.last is None for wait in waits)
