"""The look ahead as Celery runs it, ticked by beat (servicedesk/project/schedule.py)."""

from celery import shared_task

from servicedesk import clock
from servicedesk.calendars.horizon import warn_of_missing_year


@shared_task(ignore_result=True)
def watch_horizon() -> None:
    """Tells managers of a year that is not loaded. May run twice at once without harm."""
    warn_of_missing_year(clock.now())
