"""Forgetting old record sheets as Celery runs it, ticked by beat (servicedesk/project/schedule.py)."""

from celery import shared_task

from servicedesk import clock
from visits.sheets.retention import forget_once


@shared_task(ignore_result=True)
def forget() -> None:
    """Forgets the sheets whose day is over; asked oftener than once an hour it does nothing."""
    forget_once(clock.now())
