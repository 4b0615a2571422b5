"""The daily search as Celery runs it, ticked by beat (servicedesk/project/schedule.py)."""

from celery import shared_task

from servicedesk import clock
from visits.care.services import run_daily


@shared_task(ignore_result=True)
def courtesy_calls() -> None:
    """Today's search, if it is time and nobody has made it. May run twice at once without harm."""
    run_daily(clock.now())
