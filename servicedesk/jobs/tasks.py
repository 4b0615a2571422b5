"""Long work as Celery does it, ticked by beat (servicedesk/project/schedule.py)."""

from celery import shared_task

from servicedesk import clock
from servicedesk.jobs.services import run_once


@shared_task(ignore_result=True)
def run_jobs() -> None:
    """A round of the work at hand, if there is any; workers that tick at once take different batches."""
    run_once(clock.now())
