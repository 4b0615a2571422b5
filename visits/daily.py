"""Jobs that run once a local day, however many timers ask."""

from collections.abc import Callable
from datetime import datetime, time

from django.db import IntegrityError, transaction

from servicedesk.clock import LOCAL
from visits.models import DailyRun


def once_a_day(job: str, runs_from: time, work: Callable[[datetime], int], now: datetime) -> int:
    """What `work` found; 0 before its hour and when the job has run today.

    The row of the day is inserted first, so that of two that begin at once one does the work; where it fails, the row
    goes with it and the next tick tries again.
    """
    local = now.astimezone(LOCAL)
    if local.time() < runs_from or DailyRun.objects.filter(job=job, day=local.date()).exists():
        return 0
    try:
        with transaction.atomic():
            run = DailyRun.objects.create(job=job, day=local.date(), at=now)
            run.found = work(now)
            run.save(update_fields=["found"])
    except IntegrityError:
        if DailyRun.objects.filter(job=job, day=local.date()).exists():
            return 0
        raise
    return run.found
